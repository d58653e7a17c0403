"""Drafts to be scored: a file of JSON lines, read one at a time, however long it is.

Owns what a row may say, and the words for what is wrong with one: a bad row costs itself only.
Knows no rule and no check.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, BinaryIO, Literal, get_args

import msgspec
import orjson

from hitl_chat.core.types import Value

LONGEST_LINE = 16 * 1024 * 1024
LONGEST_DRAFT = 1024 * 1024
LONGEST_ID = 200
MOST_IGNORED = 100  # names of keys that nobody reads, kept so that each is told once
SOME = "2026-12-24T10:00+01:00"

Id = str | int
Ending = Literal[
    "stop",
    "length",
    "content_filter",
    "tool_calls",
    "function_call",
    "model_mismatch",
    "max_output",
]
Range = tuple[int, int]


class ToolCall(Value, frozen=True):
    """A tool that the answer calls; `arguments` are written out, or as JSON text."""

    name: str
    arguments: Mapping[str, Any] | str = {}


class Row(Value, frozen=True):
    """One draft, and what is known about the request it answers. `null` is the same as nothing."""

    id: Id
    draft: str
    question: str | None = None
    messages: Sequence[Mapping[str, Any]] | None = None
    samples: Sequence[str] | None = None
    paraphrase_samples: Sequence[str] | None = None
    documents: Sequence[str] | None = None
    segments: Sequence[str] | None = None
    tenant: str | None = None
    channel: str | None = None
    tags: Sequence[str] | None = None
    model: str | None = None
    tool_calls: Sequence[ToolCall] | None = None
    ended: str | None = None
    at: str | None = None


class BadRow(Value, frozen=True):
    """A line that is no row, and why."""

    line: int
    why: str


class Line(Value, frozen=True):
    """A row, and where it stands. `places` are those of its segments, in the draft."""

    line: int
    row: Row
    places: tuple[Range, ...] | None = None


class _Unfit(Exception):
    """What is wrong with a line."""


class Rows:
    """`ignored` are the keys that nobody reads, `bad` counts the lines that are no rows."""

    def __init__(self, file: BinaryIO) -> None:
        self.ignored: set[str] = set()
        self.bad = 0
        self.good = 0
        self._file = file
        self._first: dict[str, int] = {}

    def __iter__(self) -> Iterator[Line | BadRow]:
        for number, text in _lines(self._file):
            if text is not None and not text.strip():
                continue
            try:
                line = self._line(number, text)
            except _Unfit as unfit:
                self.bad += 1
                yield BadRow(number, str(unfit))
            else:
                self.good += 1
                yield line

    def _line(self, number: int, text: bytes | None) -> Line:
        if text is None:
            raise _Unfit(f"longer than {LONGEST_LINE:,} bytes: split it")
        row = self._row(text)
        places = None if row.segments is None else tuple(_places(row.draft, row.segments))
        first = self._first.setdefault(key(row.id), number)
        if first != number:
            raise _Unfit(f"id {row.id!r} stands in line {first} already: give each row its own")
        return Line(number, row, places)

    def _row(self, text: bytes) -> Row:
        try:
            read = orjson.loads(text)
        except orjson.JSONDecodeError as error:
            raise _Unfit(f"no JSON: {error}") from None
        if not isinstance(read, dict):
            raise _Unfit("no JSON object: write {'id': ..., 'draft': ...}")
        if len(self.ignored) < MOST_IGNORED:
            self.ignored |= read.keys() - set(Row.__struct_fields__)
        try:
            row = msgspec.convert(read, Row)
        except msgspec.ValidationError as error:
            raise _Unfit(_told(str(error))) from None
        return _sound(row)


def key(ident: Id) -> str:
    """7 and "7" are two ids."""
    return ident if isinstance(ident, str) else f"{ident}\n"


def _lines(file: BinaryIO) -> Iterator[tuple[int, bytes | None]]:
    """Each line with its number; None instead of one that is too long to be looked at."""
    number = 0
    while text := file.readline(LONGEST_LINE + 1):
        number += 1
        if len(text) > LONGEST_LINE:
            while text and not text.endswith(b"\n"):
                text = file.readline(LONGEST_LINE)
            yield number, None
        else:
            yield number, text.removeprefix(b"\xef\xbb\xbf") if number == 1 else text


def _told(problem: str) -> str:
    what, _, place = problem.partition(" - at `$.")
    return f"{place.rstrip('`')}: {what}" if place else what


def _sound(row: Row) -> Row:
    if row.id == "" or len(str(row.id)) > LONGEST_ID:
        raise _Unfit(f"id {str(row.id)[:20]!r}: 1 to {LONGEST_ID} characters")
    if len(row.draft) > LONGEST_DRAFT:
        raise _Unfit(
            f"draft: {len(row.draft):,} characters, at most {LONGEST_DRAFT:,} are an answer"
        )
    for place, message in enumerate(row.messages or ()):
        if not isinstance(message.get("role"), str) or not _is_content(message.get("content")):
            raise _Unfit(f"messages[{place}]: write {{'role': 'user', 'content': 'a text'}}")
    if row.ended is not None and row.ended not in get_args(Ending):
        raise _Unfit(f"ended: {row.ended[:40]!r} is none of {', '.join(get_args(Ending))}")
    try:
        moment(row.at or SOME)
    except ValueError as error:
        raise _Unfit(f"at: {error}") from None
    return row


def moment(written: str) -> datetime:
    """A point in time that is the same everywhere, or a `ValueError` with what to write."""
    try:
        found = datetime.fromisoformat(written)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise ValueError(f"{written!r} is no moment: write e.g. {SOME}")
    return found


def _is_content(content: object) -> bool:
    if isinstance(content, list):
        return all(isinstance(part, dict) for part in content)
    return content is None or isinstance(content, str)


def _places(draft: str, segments: Sequence[str]) -> Iterator[Range]:
    at = 0
    for number, segment in enumerate(segments):
        found = _place(draft, segment, at)
        if found is None:
            raise _Unfit(
                f"segments[{number}]: {segment[:40]!r} is not in the draft behind the one before: "
                "segments are the draft's own text, in order"
            )
        at = found[1]
        yield found


def _place(draft: str, segment: str, at: int) -> Range | None:
    """As it is written; else with other white space, which who cut the draft may have tidied."""
    start = draft.find(segment, at)
    if start >= 0 and segment:
        return start, start + len(segment)
    words = segment.split()
    found = re.compile(r"\s+".join(map(re.escape, words))).search(draft, at) if words else None
    return found.span() if found else None
