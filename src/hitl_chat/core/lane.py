"""One field of a draft as the gate sees it: how long it is and how far each check has looked.

Pure offsets. A mark advances only over ranges that touch it, so verdicts may come in any order
and no character is ever cleared by a verdict that did not cover it.
"""

from collections.abc import Mapping
from itertools import pairwise

from msgspec.structs import replace

from hitl_chat.core.events import Delta
from hitl_chat.core.fields import leaves_whole
from hitl_chat.core.policy import Policy
from hitl_chat.core.segments import ends
from hitl_chat.core.types import Field, Value

Range = tuple[int, int]


class Mark(Value, frozen=True):
    """How far one check has judged without a gap, and what it judged further ahead."""

    upto: int = 0
    ahead: tuple[Range, ...] = ()


class Lane(Value, frozen=True):
    """`tail` is the text right of `asked`, kept only where segments matter."""

    size: int = 0
    scanned: int = 0
    sent: int = 0
    asked: int = 0
    last: int = 0  # where the latest segment begins
    tail: str = ""
    whole: bool = False  # leaves in one piece, when everything is judged
    marks: Mapping[str, Mark] = {}

    def mark(self, check: str) -> int:
        found = self.marks.get(check)
        return found.upto if found else 0

    def clear(self, policy: Policy, *, owing: bool) -> int:
        """How much may leave while the draft is not judged as a whole."""
        if self.whole or policy.withhold:
            return self.sent
        upto = self.scanned
        for check in policy.segment:
            upto = min(upto, self.mark(check))
        return min(upto, self.last) if owing or policy.keep_last else upto

    def is_clear(self, policy: Policy) -> bool:
        return self.scanned == self.size and all(
            self.mark(check) == self.size for check in policy.segment
        )


def fresh(field: Field) -> Lane:
    return Lane(whole=leaves_whole(field))


def extended(lane: Lane, delta: Delta, policy: Policy) -> tuple[Lane, list[Range]]:
    """The lane with more text, and the segments that this text completed."""
    size = lane.size + len(delta.text)
    scanned = max(lane.scanned, min(delta.scanned, size))
    if not policy.segmented:
        return replace(lane, size=size, scanned=scanned), []
    tail = lane.tail + delta.text
    cuts = [0, *ends(tail)]
    segments = [(lane.asked + a, lane.asked + b) for a, b in pairwise(cuts)]
    last = lane.asked + cuts[-1] if cuts[-1] < len(tail) or len(cuts) == 1 else segments[-1][0]
    if not delta.text and not lane.tail:
        last = lane.last
    grown = replace(
        lane,
        size=size,
        scanned=scanned,
        asked=lane.asked + cuts[-1],
        last=last,
        tail=tail[cuts[-1] :],
    )
    return grown, segments


def covered(lane: Lane, check: str, start: int, upto: int) -> Lane:
    """A verdict came for `start..upto`; nobody can have judged what nobody was asked about."""
    mark = lane.marks.get(check) or Mark()
    upto = min(upto, lane.asked)
    if start < 0 or upto <= max(start, mark.upto):
        return lane
    reach, ahead = mark.upto, []
    for a, b in sorted((*mark.ahead, (start, upto))):
        if a <= reach:
            reach = max(reach, b)
        else:
            ahead.append((a, b))
    return replace(lane, marks={**lane.marks, check: Mark(reach, tuple(ahead))})
