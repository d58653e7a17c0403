"""What all kinds of personal data share: how one is found, and how one begins.

A word of plain letters is never kept back, though an address or an IBAN may begin with it: of those
the first word may have left, of a number nothing. Python's `re` is safe in the kinds: the
expressions are ours, bounded, and start from rare signs. Blanks are single (see `normalise.py`).
"""

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

Found = tuple[int, int]

# The first digit of a number: not inside a word, nor behind the point or colon of another number.
DIGIT = r"[0-9](?<!\w[0-9])(?<![0-9][.,:/][0-9])"
_NUMERIC = "0123456789 -./()+"


class Kind(NamedTuple):
    """One kind of personal data.

    `begins` (signs of `heads` first) match wherever a find may begin to show; new text without
    such a place, seen with the one character before it, needs no look. `find` yields finds from a
    place on; one may begin up to `look_back` before a place that `begins` knows. `tail` says from
    where on the end of a text may still become, or belong to, a find.
    """

    name: str
    heads: str
    begins: tuple[str, ...]
    find: Callable[[str, int], Iterator[Found]]
    tail: Callable[[str], int | None]
    look_back: int = 0


def each(
    begins: re.Pattern[str], text: str, start: int, end_of: Callable[[str, int], int | None]
) -> Iterator[Found]:
    """The finds from `start` on. Each beginning is judged by itself, so that it does not matter
    where the looking starts."""
    match = begins.search(text, start)
    while match:
        end = end_of(text, match.start())
        if end:
            yield match.start(), end
        match = begins.search(text, end or match.start() + 1)


def last_word(text: str, longest: int = 64) -> int:
    """Where the word at the end begins."""
    return max(text.rfind(" ") + 1, len(text) - longest)


def numeric_tail(ends: re.Pattern[str], longest: int = 40) -> Callable[[str], int | None]:
    """A `tail` for numbers: where `ends`, which is anchored at the end, matches first."""

    def tail(text: str) -> int | None:
        if text[-1:].isalpha():
            return None
        window = text[-longest:]
        start = len(text) - len(window) + len(window.rstrip(_NUMERIC))
        match = ends.search(text, start)
        return match.start() if match else None

    return tail
