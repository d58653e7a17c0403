"""A logistic regression with an L2 penalty, by Newton's method, for a handful of features.

Plain Python, so that calibrating needs no extra packages. Pure.
"""

from collections.abc import Sequence
from math import exp

Vector = list[float]
STEPS = 50
CLOSE = 1e-9


def fitted(rows: Sequence[Sequence[float]], labels: Sequence[bool], *, c: float = 1.0) -> Vector:
    """The weights, the bias last. `c`: how much the rows count against the penalty."""
    width = (len(rows[0]) if rows else 0) + 1
    weights = [0.0] * width
    for _ in range(STEPS):
        gradient, curvature = _slopes(rows, labels, weights, c)
        step = solved(curvature, gradient)
        weights = [weight - move for weight, move in zip(weights, step, strict=True)]
        if max(map(abs, step)) < CLOSE:
            break
    return weights


def _slopes(
    rows: Sequence[Sequence[float]], labels: Sequence[bool], weights: Vector, c: float
) -> tuple[Vector, list[Vector]]:
    width = len(weights)
    gradient = [*weights[:-1], 0.0]
    curvature = [[float(i == j and i < width - 1) for j in range(width)] for i in range(width)]
    curvature[-1][-1] += CLOSE
    for row, label in zip(rows, labels, strict=True):
        features = [*row, 1.0]
        chance = logistic(sum(w * x for w, x in zip(weights, features, strict=True)))
        off, bend = c * (chance - label), c * max(chance * (1.0 - chance), CLOSE)
        for i, x in enumerate(features):
            if x:
                gradient[i] += off * x
                for j, y in enumerate(features):
                    curvature[i][j] += bend * x * y
    return gradient, curvature


def logistic(value: float) -> float:
    return 1.0 / (1.0 + exp(-value)) if value > -700.0 else 0.0


def solved(matrix: Sequence[Vector], right: Vector) -> Vector:
    """x of `matrix` x = `right`, by elimination with pivots."""
    rows = [[*line, value] for line, value in zip(matrix, right, strict=True)]
    for at in range(len(rows)):
        best = max(range(at, len(rows)), key=lambda i: abs(rows[i][at]))
        rows[at], rows[best] = rows[best], rows[at]
        pivot = rows[at][at]
        rows[at] = [value / pivot for value in rows[at]]
        for i, line in enumerate(rows):
            if i != at and line[at]:
                factor = line[at]
                rows[i] = [a - factor * b for a, b in zip(line, rows[at], strict=True)]
    return [line[-1] for line in rows]
