"""Texts that are too long to be read whole, or in one go: their ends, and bit by bit.

Whoever reads only the ends has to say so: what was not read was not found harmless. Pure.
"""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

PIECE = 4_000  # characters that are searched in one go: nothing else runs meanwhile
WINDOW = 20_000  # the same, for searches that do not stop at a sentence's end
OVERLAP = 2_000  # longer than what is looked for
FIRST = 3  # one of so many characters that are read stands at the beginning

_WHITE = re.compile(r"\s")


class Ends(NamedTuple):
    """`parts`: all of the text, or its beginning and its end."""

    parts: tuple[str, ...]
    unread: int = 0


def ends(text: str, most: int) -> Ends:
    """At most so many characters of it."""
    unread = len(text) - most
    if unread <= 0:
        return Ends((text,))
    first = most // FIRST
    return Ends((text[:first], text[first + unread :]), unread)


def pieces(text: str) -> Iterator[str]:
    """All of it, bit by bit; cut where a line, a sentence or at least a word ends."""
    at = 0
    while len(text) - at > PIECE:
        cuts = (text.rfind(sign, at + PIECE // 2, at + PIECE) + 1 for sign in ("\n", ". ", " "))
        to = next(filter(None, cuts), at + PIECE)
        yield text[at:to]
        at = to
    yield text[at:]


def windows(text: str) -> Iterator[str]:
    """All of it, bit by bit. No word is cut, and each repeats how the one before ended."""
    at = 0
    while len(text) - at > WINDOW and (blank := _WHITE.search(text, at + WINDOW)):
        yield text[at : blank.start()]
        again = _WHITE.search(text, blank.start() - OVERLAP)
        at = (again or blank).end()
    yield text[at:]


def shortened(text: str, most: int) -> str:
    """For who looks for signs, and can do without those in the middle."""
    return "\n".join(ends(text, most).parts)


def within(texts: Iterable[str], each: int, together: int) -> Iterator[Ends]:
    """So many characters of each, and of all of them; the first come first."""
    for text in texts:
        some = ends(text, min(each, together))
        together -= len(text) - some.unread
        yield some
