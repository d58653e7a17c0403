"""What the finders of the synchronous checks share: one contract, one way to settle a match.

A finder looks at the tail of a text that still grows. A match is settled, and reported once, when
nothing that may still come can change it; everything left of `cursor.clear` is done with.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple, Protocol

# What comes before a match may matter (`near:`, "card number:"): so much of it is always kept.
CONTEXT = 160


class Hit(NamedTuple):
    """A settled match. `detail` is the rule author's own words, never the draft's."""

    use: str
    start: int
    end: int
    kind: str = ""
    detail: str = ""


# Whether a match counts: True, False (allowed), or None while that is not decided (never if final).
Accept = Callable[[str, Hit, bool], bool | None]


class Cursor:
    """How far one finder has got in one text."""

    __slots__ = ("clear", "taken")

    def __init__(self) -> None:
        self.clear = 0
        self.taken: dict[object, int] = {}

    def twin(self) -> "Cursor":
        twin = Cursor()
        twin.clear, twin.taken = self.clear, dict(self.taken)
        return twin

    def shift(self, by: int) -> None:
        """The text lost its first `by` characters."""
        self.clear -= by
        if self.taken:
            self.taken = {key: end - by for key, end in self.taken.items() if end > by}

    def begin(self, key: object) -> int:
        """Where to look for the next match of one pattern: its matches do not overlap."""
        return max(self.clear, self.taken.get(key, 0)) if self.taken else self.clear


class Finder(Protocol):
    """`find` moves the cursor to the earliest place where a match may still begin or grow.

    One of the expressions `begins` (for Python's `re`: ours, without repeats) matches wherever a
    match may begin, and `heads` lists the signs they begin with; while new text has no such place,
    and nothing is live, nobody is asked.
    A `late` finder has patterns without a bound: it is shown the whole text, once, at the end.
    """

    @property
    def late(self) -> bool: ...

    @property
    def heads(self) -> str: ...

    @property
    def begins(self) -> Sequence[str]: ...

    def find(self, text: str, cursor: Cursor, *, final: bool) -> Sequence[Hit]: ...


def settle(
    text: str,
    cursor: Cursor,
    key: object,
    found: Iterable[Hit],
    accept: Accept,
    *,
    live: int,
    final: bool,
) -> tuple[list[Hit], int]:
    """The settled ones of one pattern's matches, and where its earliest unsettled thing begins."""
    hits: list[Hit] = []
    for hit in found:
        if hit.start >= live and not final:
            break
        accepted = accept(text, hit, final)
        if accepted is None:
            return hits, hit.start
        if accepted:
            hits.append(hit)
        cursor.taken[key] = hit.end
    return hits, live
