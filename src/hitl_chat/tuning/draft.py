"""A draft in parts: those its row names, else those that a turn would ask checks about.

Pure. Knows no check.
"""

from collections.abc import Iterator, Sequence

from hitl_chat.core.events import Delta
from hitl_chat.core.fields import CONTENT
from hitl_chat.core.lane import extended, fresh
from hitl_chat.core.policy import Policy
from hitl_chat.tuning.rows import Range

PIECE = 16  # characters at a time, about as a model writes
SEGMENTED = Policy(segmented=True)


class Draft:
    """`between` is what the given parts leave out: rules hear of it, though no part reports it."""

    def __init__(self, text: str, given: Sequence[Range] | None) -> None:
        self.text = text
        self.given = given is not None
        self.places = tuple(_segments(text)) if given is None else tuple(given)
        self.between = tuple(_left_out(self.places, text)) if self.given else ()


def _segments(text: str) -> Iterator[Range]:
    """Where the gate would cut it while it comes."""
    lane = fresh(CONTENT)
    for at in range(0, len(text), PIECE):
        piece = Delta(CONTENT, text[at : at + PIECE], 0)
        lane, complete = extended(lane, piece, SEGMENTED)
        yield from complete
    if lane.asked < lane.size:
        yield lane.asked, lane.size


def _left_out(places: Sequence[Range], text: str) -> Iterator[Range]:
    at = 0
    for start, end in (*places, (len(text), len(text))):
        if text[at:start].strip():
            yield at, start
        at = end
