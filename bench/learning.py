"""A logistic learned from labelled rows, and how well one does on groups it has not seen.

L2-regularised on standardised features, by Newton's method; the bias is free. With numpy, for
thousands of rows in many folds; `tuning/logistic.py` is plain Python, so that `calibrate` needs
nothing installed, and keeps weights within bounds. Knows no features.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
STEPS = 50
CLOSE = 1e-10


class Logistic(NamedTuple):
    """Weights for features as they are: the standardisation is folded in."""

    bias: float
    weights: Floats

    def logits(self, features: Floats) -> Floats:
        return features @ self.weights + self.bias


def learn(features: Floats, bad: Floats, strength: float, counts: Floats | None = None) -> Logistic:
    """`strength` is the inverse of the penalty ("C"); `counts`: what each row counts for."""
    middle, scale = features.mean(0), features.std(0)
    scale = np.where(scale > 0, scale, 1.0)
    rows = np.column_stack([np.ones(len(features)), (features - middle) / scale])
    weight = np.ones(len(bad)) if counts is None else counts
    penalty = np.eye(rows.shape[1]) / strength
    penalty[0, 0] = 1e-9  # the bias is free
    found = np.zeros(rows.shape[1])
    for _ in range(STEPS):
        risk = 0.5 + 0.5 * np.tanh(rows @ found / 2)
        slope = rows.T @ (weight * (risk - bad)) + penalty @ found
        bend = (rows * (weight * risk * (1 - risk))[:, None]).T @ rows + penalty
        step = np.linalg.solve(bend, slope)
        found -= step
        if np.abs(step).max() < CLOSE:
            break
    weights = found[1:] / scale
    return Logistic(float(found[0] - weights @ middle), weights)


def folds(groups: Sequence[str], parts: int, seed: int) -> list[npt.NDArray[np.bool_]]:
    """Who is held out in each part: whole groups, each once."""
    names = sorted(set(groups))
    order = np.random.default_rng(seed).permutation(len(names))
    part = {names[at]: place % parts for place, at in enumerate(order)}
    of = np.array([part[group] for group in groups])
    return [of == number for number in range(min(parts, len(names)))]
