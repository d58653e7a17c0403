"""Recorded traffic: what customers asked before, a file of JSON lines.

Owns the format, what is wrong with a line, and the version, which is a digest of the questions.
The same question is one question, however often and in which order it was asked. Must not know
vectors, scores or who records.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from hashlib import sha256
from pathlib import Path

import msgspec

from hitl_chat.checks.library import MOST_TOLD, SHORT
from hitl_chat.core.types import Value
from hitl_chat.errors import ConfigError


class _Line(Value, frozen=True):
    """What one line must say. `id`, `at` and other keys are notes of whoever recorded it."""

    question: str = ""


_DECODE = msgspec.json.Decoder(_Line).decode


class Traffic(Value, frozen=True, dict=True):
    questions: frozenset[str] = frozenset()

    @cached_property
    def version(self) -> str:
        return sha256(msgspec.json.encode(sorted(self.questions))).hexdigest()[:SHORT]


EMPTY = Traffic()


def line(question: str, *, ident: str = "", at: str = "") -> bytes:
    """The line that records a question: append it to the file."""
    said = {"id": ident, "question": question, "at": at}
    return msgspec.json.encode({key: value for key, value in said.items() if value}) + b"\n"


def load(files: Sequence[Path]) -> Traffic:
    """Reads the files; raises `ConfigError` that names file, line and the fix."""
    return parse((str(file), _content(file)) for file in files)


def parse(files: Iterable[tuple[str, bytes]]) -> Traffic:
    questions: set[str] = set()
    wrong: list[str] = []
    for name, content in files:
        for number, written in enumerate(content.split(b"\n"), 1):
            if written.strip():
                wrong += (f"{name}:{number}: {why}" for why in _take(written, questions))
    if wrong:
        rest = f" (and {len(wrong) - MOST_TOLD} more)" if len(wrong) > MOST_TOLD else ""
        raise ConfigError("\n".join(wrong[:MOST_TOLD]) + rest)
    return Traffic(frozenset(questions))


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        msg = (
            f"the recorded traffic {str(file)!r} cannot be read ({error.strerror}): name the file "
            "under `traffic`, relative to the rules file"
        )
        raise ConfigError(msg) from None


def _take(written: bytes, questions: set[str]) -> Iterator[str]:
    """Adds the question of a line; what is wrong with it comes out."""
    try:
        question = _DECODE(written).question.strip()
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        yield f"not a recorded question ({error}): write one JSON object on each line"
        return
    if question:
        questions.add(question)
    else:
        yield "no 'question': write what the customer had asked"
