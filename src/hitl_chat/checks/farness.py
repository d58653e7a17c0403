"""How far something is from what is known, and how far that is among what is known itself.

Pure arithmetic on cosines: no texts, no vectors, no files.
"""

from collections.abc import Sequence
from math import ceil, prod
from typing import NamedTuple

USUAL = 0.5  # of what is recorded is nearer to the rest than `Scale.usual`
FAR = 0.95  # ... than `Scale.far`
HOLD = 0.5  # the score of what is so far
NOISE = 1e-5  # a smaller distance is the rounding of equal vectors


class Scale(NamedTuple):
    """How far recorded questions are from each other: half of them, and 95 % of them."""

    usual: float
    far: float


def distance(cosines: Sequence[float]) -> float:
    """The geometric mean of the distances of the nearest: 0 for what is there itself, up to 1."""
    apart = [min(1.0, max(0.0, 1.0 - cosine)) for cosine in cosines]
    return float(prod(one if one > NOISE else 0.0 for one in apart) ** (1 / max(1, len(apart))))


def scale(distances: Sequence[float]) -> Scale:
    """Of the distance of each recorded question from the others."""
    ordered = sorted(distances)
    return Scale(_quantile(ordered, USUAL), _quantile(ordered, FAR))


def score(apart: float, by: Scale) -> float:
    """0 up to the usual distance, a half where 95 % are nearer, 1 for what shares nothing."""
    if apart <= 0:
        return 0.0
    if apart >= by.far:
        beyond = (apart - by.far) / (1 - by.far) if by.far < 1 else 0.0
        return round(min(1.0, HOLD + (1 - HOLD) * beyond), 4)
    if apart <= by.usual:
        return 0.0
    # Never rounded up to a half: what is nearer is not far.
    return int(10_000 * HOLD * (apart - by.usual) / (by.far - by.usual)) / 10_000


def _quantile(ordered: Sequence[float], share: float) -> float:
    """So that another question like these is farther with at most the rest of the share."""
    return ordered[min(len(ordered), ceil(share * (len(ordered) + 1))) - 1]
