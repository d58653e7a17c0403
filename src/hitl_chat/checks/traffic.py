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

from hitl_chat.checks.json_lines import Content, contents, each_line
from hitl_chat.checks.library import SHORT
from hitl_chat.core.types import Value

FIX = "name the file under `traffic`, relative to the rules file"


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
    return parse(contents(files, "recorded traffic", FIX))


def parse(files: Iterable[Content]) -> Traffic:
    questions: set[str] = set()
    each_line(files, lambda written: _take(written, questions))
    return Traffic(frozenset(questions))


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
