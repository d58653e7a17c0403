"""A logistic with signs, cross-validation by group, ROC and its bootstrap: numpy, nothing else.

Everything is deterministic: folds are digests of the group's name, draws come from fixed seeds.
"""

from collections.abc import Sequence
from hashlib import sha256
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

FOLDS = 10
STEPS = 2_000
STRENGTH = 3.3  # L2, on parts brought to a spread of one; scikit-learn's C = .3
DRAWS = 500


class Fitted(NamedTuple):
    bias: float
    weights: Floats

    def __call__(self, parts: Floats) -> Floats:
        total: Floats = self.bias + parts @ self.weights
        return 1 / (1 + np.exp(-total))


def fit(parts: Floats, labels: Floats, signs: Sequence[int]) -> Fitted:
    """Penalised maximum likelihood in which no weight may have the wrong sign.

    Accelerated projected gradient: the problem is convex, so that the start does not matter.
    """
    middle, spread_ = parts.mean(0), parts.std(0) + 1e-9
    rows = np.column_stack([(parts - middle) / spread_, np.ones(len(parts))])
    penalty = np.r_[np.full(len(signs), STRENGTH), 0.0]
    low = np.r_[[0.0 if sign > 0 else -np.inf for sign in signs], -np.inf]
    high = np.r_[[0.0 if sign < 0 else np.inf for sign in signs], np.inf]
    step = 1 / (0.25 * np.linalg.norm(rows, 2) ** 2 + STRENGTH)
    now = ahead = np.zeros(rows.shape[1])
    pace = 1.0
    for _ in range(STEPS):
        slope = rows.T @ (1 / (1 + np.exp(-rows @ ahead)) - labels) + penalty * ahead
        then = np.clip(ahead - step * slope, low, high)
        faster = (1 + (1 + 4 * pace * pace) ** 0.5) / 2
        ahead = then + (pace - 1) / faster * (then - now)
        now, pace = then, faster
    weights = now[:-1] / spread_
    return Fitted(float(now[-1] - weights @ middle), weights)


def cross_validated(
    parts: Floats, labels: Floats, groups: Sequence[str], signs: Sequence[int]
) -> Floats:
    """Each row scored by weights that have never seen its group."""
    folds = np.array([int(sha256(group.encode()).hexdigest(), 16) % FOLDS for group in groups])
    scores = np.zeros(len(labels))
    for fold in range(FOLDS):
        apart = folds == fold
        scores[apart] = fit(parts[~apart], labels[~apart], signs)(parts[apart])
    return scores


def roc(labels: Floats, scores: Floats) -> float:
    """The chance that a bad row scores higher than a good one; ties count half."""
    _, place, count = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(count) - (count - 1) / 2)[place]
    bad = labels.sum()
    return float((ranks[labels == 1].sum() - bad * (bad + 1) / 2) / (bad * (len(labels) - bad)))


def spread(labels: Floats, scores: Floats, groups: Sequence[str]) -> tuple[float, float]:
    """95 % of the ROC, drawing whole groups."""
    random = np.random.default_rng(0)
    names, member = np.unique(np.array(groups), return_inverse=True)
    rows = [np.flatnonzero(member == at) for at in range(len(names))]
    drawn = []
    for _ in range(DRAWS):
        some = np.concatenate([rows[at] for at in random.integers(len(rows), size=len(rows))])
        if 0 < labels[some].sum() < len(some):
            drawn.append(roc(labels[some], scores[some]))
    low, high = np.quantile(drawn, [0.025, 0.975])
    return float(low), float(high)
