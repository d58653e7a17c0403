"""The library of known answers: what somebody once found bad, and what is right instead.

A file of JSON lines that only grows: an entry is a line, its removal is another one. Owns the
format, what is wrong with a line, and the version, which is a digest of what the library says.
Must not know vectors, scores or who adds entries.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from hashlib import sha256
from pathlib import Path

import msgspec

from hitl_chat.checks.json_lines import Content, contents, each_line
from hitl_chat.core.types import Value

LONGEST = 8_000  # characters of one text: more is no answer but a document
SHORT = 12
FIX = "name the file under `library`, relative to the rules file; an empty file is an empty library"


class Entry(Value, frozen=True, omit_defaults=True):
    """One known answer: `bad`, `good`, or both. `by`, `at`, `why`, `decision`: who knew, since
    when, what is wrong with it, from which decision on which hold."""

    id: str
    question: str
    bad: str = msgspec.field(default="", name="bad_answer")
    good: str = msgspec.field(default="", name="good_answer")
    by: str = ""
    at: str = ""
    why: str = ""
    decision: str = ""

    @property
    def content(self) -> bytes:
        return msgspec.json.encode((self.id, self.question, self.bad, self.good))


class _Line(Value, frozen=True):
    """What one line may say. Other keys are notes of whoever wrote it."""

    id: str = ""
    question: str = ""
    bad_answer: str = ""
    good_answer: str = ""
    by: str = ""
    at: str = ""
    why: str = ""
    decision: str = ""
    remove: str = ""


_DECODE = msgspec.json.Decoder(_Line).decode
_ENCODE = msgspec.json.Encoder(order="deterministic").encode


class Library(Value, frozen=True, dict=True):
    """Entries by id. A changed library is another one: whoever reads this one is not disturbed."""

    entries: Mapping[str, Entry] = {}

    @cached_property
    def version(self) -> str:
        """The same entries have the same version, whatever became of others in between."""
        digest = sha256()
        for ident in sorted(self.entries):
            digest.update(self.entries[ident].content + b"\n")
        return digest.hexdigest()[:SHORT]

    def adding(self, *entries: Entry) -> "Library":
        return Library({**self.entries, **{entry.id: entry for entry in entries}})

    def without(self, *idents: str) -> "Library":
        return Library({key: one for key, one in self.entries.items() if key not in idents})


EMPTY = Library()


def line(entry: Entry) -> bytes:
    """The line that adds an entry: append it to the file."""
    return _ENCODE(entry) + b"\n"


def removal(ident: str, *, by: str = "", at: str = "") -> bytes:
    """The line that removes an entry: append it to the file."""
    return _ENCODE({"remove": ident, "by": by, "at": at}) + b"\n"


def load(files: Sequence[Path]) -> Library:
    """Reads the files in order; raises `ConfigError` that names file, line and the fix."""
    return parse(contents(files, "library", FIX))


def parse(files: Iterable[Content]) -> Library:
    entries: dict[str, Entry] = {}
    each_line(files, lambda written: _apply(written, entries))
    return Library(entries)


def _apply(written: bytes, entries: dict[str, Entry]) -> Iterator[str]:
    """Adds or removes what the line says; what is wrong with it comes out."""
    try:
        said = _DECODE(written)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        yield f"not an entry ({error}): write one JSON object on each line"
        return
    if said.remove:
        if entries.pop(said.remove, None) is None:
            yield f"no entry {said.remove!r} to remove: is that its id?"
        return
    wrong = list(_wrong(said))
    yield from wrong
    if not wrong:
        entry = _entry(said, entries)
        entries[entry.id] = entry


def _wrong(said: _Line) -> Iterator[str]:
    if not said.question.strip():
        yield "no 'question': write what the customer had asked"
    if not said.bad_answer.strip() and not said.good_answer.strip():
        yield "neither 'bad_answer' nor 'good_answer': write at least one of them"
    for key in ("question", "bad_answer", "good_answer"):
        if len(getattr(said, key)) > LONGEST:
            yield f"{key!r} has more than {LONGEST} characters: write the answer, not a document"


def _entry(said: _Line, entries: Mapping[str, Entry]) -> Entry:
    """A line without an id is named by what it says.

    Public sets give all answers to one question the same id: the second is "id#2".
    """
    texts = (said.question, said.bad_answer, said.good_answer)
    digest = sha256(msgspec.json.encode(texts)).hexdigest()[:8]
    wanted = said.id or f"kb_{digest}"
    ident, copies = wanted, 1
    while ident in entries and _texts(entries[ident]) != texts:
        copies += 1
        ident = f"{wanted}#{copies}"
    return Entry(ident, *texts, by=said.by, at=said.at, why=said.why, decision=said.decision)


def _texts(entry: Entry) -> tuple[str, str, str]:
    return entry.question, entry.bad, entry.good
