"""The synchronous checks at work on one turn: every field as written, and as a person reads it.

Owns where each reading stands and how far a field is clear. Knows finders by their contract only,
and no rule: a use that `holds_back` keeps its matches from leaving, any other only reports them.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from hitl_chat.checks.beginnings import one_of
from hitl_chat.checks.finding import CONTEXT, Cursor, Finder, Hit
from hitl_chat.checks.normalise import Normaliser, Places
from hitl_chat.core.events import Verdict
from hitl_chat.core.types import Field, Span

MOST_HITS = 100  # of one use in one turn; the rule has fired long before
TRIM_AT = 1024  # how much text done with may lie about before it is dropped
NOWHERE = r"(?!)"
EVERYWHERE = re.compile("")


class Watched(NamedTuple):
    """A finder, and where in new text it has to be asked at all."""

    finder: Finder
    begins: re.Pattern[str]


class Reading:
    """The tail of a field, as written or as read, and where each finder stands in it."""

    __slots__ = ("cursors", "finders", "old", "origins", "quiet", "shift", "text")

    def __init__(self, finders: Sequence[Watched]) -> None:
        self.finders = finders
        self.cursors: list[Cursor] = []  # made when one is needed: ordinary text needs none
        self.text = ""
        self.old = 0  # where the newest piece begins
        self.shift = 0
        self.origins: list[int] | None = None  # None: character i stands at i + shift
        self.quiet = True  # nothing is live in front of `old`, wherever the cursors stand

    def twin(self) -> "Reading":
        """The other reading, at the moment the two part."""
        twin = Reading(self.finders)
        twin.text, twin.old, twin.shift, twin.quiet = self.text, self.old, self.shift, self.quiet
        twin.origins = None if self.origins is None else list(self.origins)
        twin.cursors = [cursor.twin() for cursor in self.cursors]
        return twin

    def grow(self, piece: str, places: Places, at: int, begins: re.Pattern[str]) -> bool:
        """More text, which began at `at` in the field; whether a finder has to look at it."""
        start = self.old = len(self.text)
        if self.origins is None and (places is not None or at != start + self.shift):
            self.origins = list(range(self.shift, self.shift + start))
        if self.origins is not None:
            inside = range(len(piece)) if places is None else places
            self.origins += [at + place for place in inside]
        self.text += piece
        if not self.quiet:
            return True
        return begins.search(self.text, start - 1 if start else 0) is not None

    def look(self, *, final: bool) -> tuple[list[Hit], int]:
        """The newly settled hits, in the field's places, and where the earliest live thing is."""
        hits: list[Hit] = []
        text, old, quiet = self.text, self.old, self.quiet
        live = len(text)
        if final and quiet:
            return [], live
        if not self.cursors:
            self.cursors = [Cursor() for _ in self.finders]
        for (finder, begins), cursor in zip(self.finders, self.cursors, strict=True):
            if quiet:
                cursor.clear = old
            clear = cursor.clear
            if clear >= old and not begins.search(text, clear - 1 if clear else 0):
                cursor.clear = len(text)
                continue
            hits += finder.find(text, cursor, final=final)
            if cursor.clear < live:
                live = cursor.clear
        self.quiet = live == len(text)
        return [self._placed(hit) for hit in hits], live

    def _placed(self, hit: Hit) -> Hit:
        return hit._replace(start=self.origin(hit.start), end=self.origin(hit.end - 1) + 1)

    def origin(self, index: int) -> int:
        return index + self.shift if self.origins is None else self.origins[index]

    def trim(self) -> None:
        """Drop what no finder will look at again."""
        if self.quiet:
            done = len(self.text) - CONTEXT
        else:
            done = min(cursor.clear for cursor in self.cursors) - CONTEXT
        if done <= 0:
            return
        self.text = self.text[done:]
        self.old = max(self.old - done, 0)
        self.shift += done
        if self.origins is not None:
            self.origins = self.origins[done:]
            if self.origins[-1] - self.origins[0] == len(self.origins) - 1:
                self.shift, self.origins = self.origins[0], None
        for cursor in self.cursors:
            cursor.shift(done)

    def same_as(self, other: "Reading") -> bool:
        return self.quiet and other.quiet and self.text == other.text


class Track:
    """One field: its readings, and how far it is clear."""

    def __init__(self, plan: "StreamScanner") -> None:
        self._plan = plan
        self._normaliser = Normaliser()
        self._written = Reading(plan.finders)
        self._read: Reading | None = None  # only while it differs from the written one
        self._pieces: list[str] = []
        self.size = 0
        self.mark = 0
        self._waiting = 0  # so many characters at the end may be the beginning of another one

    def feed(self, text: str) -> Sequence[Hit]:
        """The new hits; `mark` has moved."""
        at, self.size = self.size, self.size + len(text)
        if self._plan.late:
            self._pieces.append(text)
        piece = self._normaliser.feed(text)
        self._waiting = piece.waiting
        if self._read is None and piece.read is not piece.written:
            self._read = self._written.twin()
        written, read = self._written, self._read
        busy = written.grow(piece.written, piece.written_at, at, self._plan.begins)
        if read is not None:
            busy |= read.grow(piece.read, piece.read_at, at, self._plan.begins)
        hits: Sequence[Hit] = ()
        if busy:
            hits = self._look(final=False)
        else:
            self.mark = max(self.mark, self.size - self._waiting)
        if read is not None or len(written.text) > TRIM_AT:
            self._tidy()
        return hits

    def _look(self, *, final: bool) -> list[Hit]:
        readings = [self._written] if self._read is None else [self._written, self._read]
        return self._look_at(*readings, final=final)

    def _look_at(self, *readings: Reading, final: bool) -> list[Hit]:
        hits: list[Hit] = []
        marks = []
        for reading in readings:
            found, live = reading.look(final=final)
            marks.append(self._place(reading, live))
            hits += found
        self.mark = max(self.mark, min(marks))
        return hits

    def _place(self, reading: Reading, live: int) -> int:
        end = self.size if reading is self._written else self.size - self._waiting
        return end if live == len(reading.text) else reading.origin(live)

    def _tidy(self) -> None:
        self._written.trim()
        if self._read is not None:
            self._read.trim()
            if not self._waiting and self._read.same_as(self._written):
                self._read = None

    def end(self) -> Sequence[Hit]:
        hits = self._look(final=True)
        if self._plan.late:
            piece = Normaliser().feed("".join(self._pieces))
            written, read = Reading(self._plan.late), Reading(self._plan.late)
            written.grow(piece.written, piece.written_at, 0, EVERYWHERE)
            read.grow(piece.read, piece.read_at, 0, EVERYWHERE)
            written.quiet = read.quiet = False
            hits += self._look_at(written, read, final=True)
        return hits


class Stream:
    """`ports.Scan`: all fields of one turn."""

    def __init__(self, plan: "StreamScanner") -> None:
        self._plan = plan
        self._tracks: dict[Field, Track] = {}
        self._stops: dict[Field, int] = {}  # where the first match that must not leave begins
        self._reported: dict[str, set[Span]] = {}
        self._new: list[Verdict] = []

    def feed(self, field: Field, text: str) -> int:
        track = self._tracks.get(field)
        if track is None:
            track = self._tracks[field] = Track(self._plan)
        hits = track.feed(text)
        if hits:
            self._report(field, hits)
        stop = self._stops.get(field)
        return track.mark if stop is None else min(track.mark, stop)

    def end(self) -> Mapping[Field, int]:
        for field, track in self._tracks.items():
            self._report(field, track.end())
        return {field: track.size for field, track in self._tracks.items()}

    def found(self) -> Sequence[Verdict]:
        if not self._new:
            return ()
        new, self._new = tuple(self._new), []
        return new

    def _report(self, field: Field, hits: Iterable[Hit]) -> None:
        """Each stretch of text once for each use, however many readings and patterns show it."""
        for hit in sorted(hits, key=lambda hit: (hit.start, hit.end)):
            if hit.use in self._plan.held:
                self._stops[field] = min(hit.start, self._stops.get(field, hit.start))
            span = Span(field, hit.start, hit.end, hit.kind)
            reported = self._reported.setdefault(hit.use, set())
            if span not in reported and len(reported) < MOST_HITS:
                reported.add(span)
                self._new.append(
                    Verdict(
                        hit.use, 1.0, field, hit.start, hit.end, spans=(span,), detail=hit.detail
                    )
                )


class StreamScanner:
    """`ports.Scanner`: what a policy looks for, compiled once."""

    def __init__(self, finders: Iterable[Finder], held: Iterable[str]) -> None:
        every = tuple(finders)
        self.finders = tuple(_watched(finder) for finder in every if not finder.late)
        self.late = tuple(_watched(finder) for finder in every if finder.late)
        self.held = frozenset(held)
        self.begins = _begins(finder for finder in every if not finder.late)

    def start(self) -> Stream:
        return Stream(self)


def _watched(finder: Finder) -> Watched:
    return Watched(finder, EVERYWHERE if finder.late else _begins((finder,)))


def _begins(finders: Iterable[Finder]) -> re.Pattern[str]:
    """Where any of them has to be asked: first by the sign, then by what is around it."""
    heads, places = "", dict[str, None]()
    for finder in finders:
        heads += finder.heads
        places |= dict.fromkeys(finder.begins)
    return re.compile(f"(?={one_of(heads)})(?:{'|'.join(places)})" if places else NOWHERE)
