"""A logistic regression with an L2 penalty, by projected Newton steps, for a handful of features.

Plain Python, so that calibrating needs no extra packages. Pure.
"""

from collections.abc import Sequence
from math import exp, inf, log1p

Vector = list[float]
Rows = Sequence[Sequence[float]]
STEPS = 50
HALVINGS = 30
CLOSE = 1e-9


def fitted(rows: Rows, labels: Sequence[bool], *, c: float = 1.0, least: float = -inf) -> Vector:
    """The weights, the bias last. `c`: how much the rows count against the penalty; no weight is
    below `least`, the bias is free."""
    width = (len(rows[0]) if rows else 0) + 1
    weights = [max(0.0, least)] * (width - 1) + [0.0]
    loss = _loss(rows, labels, weights, c)
    for _ in range(STEPS):
        step = _step(rows, labels, weights, c, least)
        for halved in range(HALVINGS):
            moved = _moved(weights, step, 0.5**halved, least)
            if (now := _loss(rows, labels, moved, c)) <= loss:
                break
        else:
            break
        change = max(abs(new - old) for new, old in zip(moved, weights, strict=True))
        weights, loss = moved, now
        if change < CLOSE:
            break
    return weights


def _step(rows: Rows, labels: Sequence[bool], weights: Vector, c: float, least: float) -> Vector:
    """Newton's, of the weights that are free: one at its bound that wants below it stays there."""
    gradient, curvature = _slopes(rows, labels, weights, c)
    for at, weight in enumerate(weights[:-1]):
        if weight <= least and gradient[at] > 0.0:
            gradient[at] = 0.0
            for other in range(len(weights)):
                curvature[at][other] = curvature[other][at] = float(at == other)
    return solved(curvature, gradient)


def _moved(weights: Vector, step: Vector, share: float, least: float) -> Vector:
    moved = [weight - share * move for weight, move in zip(weights, step, strict=True)]
    return [*(max(least, weight) for weight in moved[:-1]), moved[-1]]


def _loss(rows: Rows, labels: Sequence[bool], weights: Vector, c: float) -> float:
    total = 0.5 * (sum(weight * weight for weight in weights[:-1]) + CLOSE * weights[-1] ** 2)
    for row, label in zip(rows, labels, strict=True):
        value = sum(w * x for w, x in zip(weights, row, strict=False)) + weights[-1]
        against = -value if label else value
        total += c * (max(against, 0.0) + log1p(exp(-abs(against))))
    return total


def _slopes(
    rows: Rows, labels: Sequence[bool], weights: Vector, c: float
) -> tuple[Vector, list[Vector]]:
    width = len(weights)
    gradient = [*weights[:-1], CLOSE * weights[-1]]
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
