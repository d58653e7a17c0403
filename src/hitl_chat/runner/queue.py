"""Which hold is looked at first: by band, then by how little time or how much risk there is.

Band 0: hardly any time left. Band 1: the others, by risk and by how long they have waited.
Band 2: the customer left. Pure: owns the arithmetic, which the console shows; knows no store.
"""

from collections.abc import Iterable

from hitl_chat.core.hold import BAND_LEFT, Hold
from hitl_chat.core.types import Value

HURRY = 15.0  # seconds of slack below which time alone decides
TYPICAL = 20.0  # seconds a decision usually takes, until `handling.py` has measured it
IMPACT = {"low": 1.0, "high": 2.0}


class Place(Value, frozen=True):
    """A hold's position and why: `key` sorts, `why` is shown."""

    band: int
    key: float
    why: str


def place(hold: Hold, now: float, typical: float = TYPICAL) -> Place:
    left = hold.deadline_at - now
    if hold.band == BAND_LEFT:
        return Place(BAND_LEFT, left, "the customer left")
    if left - typical < HURRY:
        return Place(0, left, f"{max(left, 0):.0f} s left")
    weight = risk(hold) * IMPACT[hold.terms.impact]
    waited = 1 - left / max(hold.deadline_at - hold.opened_at, 1e-9)
    return Place(1, -(weight + waited), f"risk {weight:.1f}, {waited:.0%} of its time gone")


def risk(hold: Hold) -> float:
    """The highest score among its reasons; a reason without a score counts as certain."""
    return max((1.0 if r.score is None else r.score for r in hold.reasons), default=1.0)


def in_order(holds: Iterable[Hold], now: float, typical: float = TYPICAL) -> list[Hold]:
    def key(hold: Hold) -> tuple[int, float, str]:
        position = place(hold, now, typical)
        return position.band, position.key, hold.id

    return sorted(holds, key=key)
