"""How well scores tell bad from good: curves and rates, with intervals that respect groups.

Pure arithmetic on arrays; knows no check, no file and no table. Ties are never broken in anybody's
favour: rows of one score are one step of a curve.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Labels = npt.NDArray[np.bool_]
Measure = Callable[[Labels, Floats], float]
DRAWS = 500
SEED = 20261120


class Judged(NamedTuple):
    """Scored rows: 1 in `bad` is what the check is to find, `groups` are what is drawn anew."""

    bad: Labels
    scores: Floats
    groups: Sequence[str]


class Interval(NamedTuple):
    value: float
    low: float
    high: float


def judged(rows: Sequence[tuple[bool, float, str]]) -> Judged:
    bad, scores, groups = zip(*rows, strict=True)
    return Judged(np.array(bad, dtype=bool), np.array(scores, dtype=float), groups)


def steps(bad: Labels, scores: Floats) -> tuple[Floats, Floats]:
    """Found bad and found good rows as the threshold falls, one step for each distinct score."""
    order = np.argsort(-scores, kind="stable")
    falling = scores[order]
    last = np.append(falling[1:] != falling[:-1], True)
    found = np.cumsum(bad[order])[last].astype(float)
    return found, np.flatnonzero(last) + 1.0 - found


def roc(bad: Labels, scores: Floats) -> float:
    """How often a bad row scores higher than a good one; a tie is half."""
    found, wrong = steps(bad, scores)
    if not found[-1] or not wrong[-1]:
        return float("nan")
    heights, widths = np.append(0.0, found), np.diff(wrong, prepend=0.0)
    area = np.sum(widths * (heights[1:] + heights[:-1]) / 2)
    return float(area / (found[-1] * wrong[-1]))


def average_precision(bad: Labels, scores: Floats) -> float:
    """The area under precision over recall, by steps, as the published figures have it."""
    found, wrong = steps(bad, scores)
    if not found[-1]:
        return float("nan")
    return float(np.sum(np.diff(found, prepend=0.0) * found / (found + wrong)) / found[-1])


def average_precision_of_good(bad: Labels, scores: Floats) -> float:
    """The same for the good rows, by falling risk turned round ("Factual" in the papers)."""
    return average_precision(~bad, -scores)


def recall_at(share: float) -> Measure:
    """The recall of a threshold that flags at most this share of the good rows."""

    def measure(bad: Labels, scores: Floats) -> float:
        found, wrong = steps(bad, scores)
        if not found[-1]:
            return float("nan")
        allowed = found[wrong <= share * wrong[-1]]
        return float(allowed[-1] / found[-1]) if len(allowed) else 0.0

    return measure


def interval(measure: Measure, rows: Judged, draws: int = DRAWS) -> Interval:
    """With the middle 95 % of what other draws of the same groups would have shown."""
    value = measure(rows.bad, rows.scores)
    names, of = np.unique(np.array(rows.groups), return_inverse=True)
    members = [np.flatnonzero(of == group) for group in range(len(names))]
    random = np.random.default_rng(SEED)
    drawn: list[float] = []
    for _ in range(draws):
        chosen = np.concatenate(
            [members[at] for at in random.integers(len(names), size=len(names))]
        )
        drawn.append(measure(rows.bad[chosen], rows.scores[chosen]))
    kept = np.array(drawn)[~np.isnan(drawn)]
    if not len(kept):
        return Interval(value, float("nan"), float("nan"))
    low, high = np.quantile(kept, [0.025, 0.975])
    return Interval(value, float(low), float(high))
