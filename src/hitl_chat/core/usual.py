"""What is usual: the band in which a share lay in most hours of the last days. Pure.

An hour with few answers says nothing about shares, and a day of hours is needed to call anything
usual: until then there is no band, and nobody is alarmed.
"""

from collections.abc import Mapping
from math import ceil

from hitl_chat.core.types import Value

ENOUGH = 20  # answers in an hour
HOURS = 24  # such hours
LOW, HIGH = 10, 90  # percent of them


class Band(Value, frozen=True):
    """Between `low` and `high` lay the middle eight of ten hours."""

    low: float
    high: float


def band(answers: Mapping[int, int], held: Mapping[int, int]) -> Band | None:
    """Of the share that was held; both by hour."""
    shares = sorted(held.get(hour, 0) / count for hour, count in answers.items() if count >= ENOUGH)
    if len(shares) < HOURS:
        return None
    return Band(_rank(shares, LOW), _rank(shares, HIGH))


def _rank(ordered: list[float], percent: int) -> float:
    return ordered[ceil(len(ordered) * percent / 100) - 1]
