"""What the model was given that speaks of the same as a claim, for a person to compare with it.

Pure. By shared words alone: it supports nothing and moves no score. Knows no claim's kind.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import islice, pairwise
from typing import NamedTuple

from hitl_chat.checks import contrast
from hitl_chat.core.evidence import Passage
from hitl_chat.core.segments import LONGEST as WINDOW
from hitl_chat.core.segments import ends

MOST = 3  # that are shown
MOST_READ = 500  # sentences; a longer document is not gone through for one claim
LONGEST = 600
ALIKE = 2  # shared words; one is everywhere


class Said(NamedTuple):
    """One sentence of a source."""

    source: str
    text: str
    words: frozenset[str]


class Sources:
    """What the model was given, by what it is called; read once, and only if somebody asks."""

    def __init__(self, given: Sequence[tuple[str, str]]) -> None:
        self._given = given

    @cached_property
    def said(self) -> tuple[Said, ...]:
        every = ((source, one) for source, text in self._given for one in sentences(text))
        return tuple(
            Said(source, one[:LONGEST], contrast.read(one).words)
            for source, one in islice(every, MOST_READ)
        )

    def nearest(self, sentence: str, claim: str) -> Passage | None:
        """The sentence that shares most words with the claim's; the shorter one of two."""
        words = contrast.read(sentence).words
        near = max(
            self.said,
            key=lambda one: (len(one.words & words), -len(one.text)),
            default=None,
        )
        if near is None or len(near.words & words) < ALIKE:
            return None
        return Passage(near.source, near.text, claim)


def sentences(text: str) -> Iterator[str]:
    """One after the other: of a long text nobody looks further than somebody reads."""
    at = 0
    while found := ends(text[at : at + 2 * WINDOW]):
        yield from filter(None, (text[at + a : at + b].strip() for a, b in pairwise((0, *found))))
        at += found[-1]
    if rest := text[at:].strip():
        yield rest


def around(text: str, start: int, end: int) -> str:
    """The sentence in which something stands."""
    cuts = (0, *ends(text), len(text))
    return next((text[at:to] for at, to in pairwise(cuts) if at <= start < to), text[start:end])


def first(found: Iterable[Passage | None]) -> tuple[Passage, ...]:
    """Each passage once, with the first claim that it is near to."""
    known = {one.text: one for one in reversed([one for one in found if one])}
    return tuple(reversed(known.values()))[:MOST]
