"""The arithmetic of a bound on misses: exact, monotone, and honest about what it needs."""

import random
from math import comb, inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hitl_chat.tuning.guarantee import binomial, bound, differs, labels_needed
from hitl_chat.tuning.logistic import fitted, logistic, solved

SCORES = st.lists(st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.7, 0.9, 1.0]), max_size=120)


@given(st.integers(0, 30), st.integers(0, 30), st.sampled_from([0.05, 0.1, 0.5, 0.9]))
def test_the_binomial_is_exact(successes: int, trials: int, chance: float) -> None:
    upto = min(successes, trials)
    exact = sum(comb(trials, k) * chance**k * (1 - chance) ** (trials - k) for k in range(upto + 1))
    assert binomial(successes, trials, chance) == pytest.approx(exact, abs=1e-12)


def test_certain_chances() -> None:
    assert binomial(0, 5, 0.0) == 1.0
    assert binomial(4, 5, 1.0) == 0.0
    assert binomial(5, 5, 1.0) == 1.0


@pytest.mark.parametrize(("alpha", "labels"), [(0.1, 22), (0.05, 45), (0.01, 230)])
def test_how_many_labels_a_bound_needs(alpha: float, labels: int) -> None:
    assert labels_needed(alpha, 0.1) == labels
    assert bound([0.5] * (labels - 1), alpha, 0.1) is None
    found = bound([0.5] * labels, alpha, 0.1)
    assert found is not None
    assert (found.threshold, found.missed, found.bad) == (0.5, 0, labels)


@given(SCORES, st.sampled_from([0.05, 0.1, 0.2]), st.sampled_from([0.05, 0.1]))
def test_never_more_is_missed_than_the_test_allows(
    scores: list[float], alpha: float, delta: float
) -> None:
    found = bound(scores, alpha, delta)
    assert (found is None) is (len(scores) < labels_needed(alpha, delta))
    if found is not None:
        assert found.missed == sum(score < found.threshold for score in scores)
        assert binomial(found.missed, found.bad, alpha) <= delta
        assert found.threshold < inf


def test_a_stricter_bound_is_a_lower_threshold() -> None:
    scores = [number / 200 for number in range(200)]
    thresholds = []
    for alpha in (0.05, 0.1, 0.3):
        found = bound(scores, alpha, 0.1)
        assert found is not None
        thresholds.append(found.threshold)
    assert thresholds == sorted(set(thresholds))


@pytest.mark.parametrize("score", [float("nan"), inf])
def test_what_is_no_score_is_an_error(score: float) -> None:
    with pytest.raises(ValueError, match="no finite number"):
        bound([0.5, score], 0.1, 0.1)


def test_what_is_alike_and_what_is_not() -> None:
    draw = random.Random(7)
    one = [draw.random() for _ in range(400)]
    same = [draw.random() for _ in range(400)]
    moved = [min(1.0, value + 0.25) for value in same]
    assert differs(one, same) > 0.05
    assert differs(one, moved) < 1e-6
    assert differs(one, one) == 1.0
    assert differs([], one) == 1.0
    assert differs(one, moved) == pytest.approx(differs(moved, one))


# --- the regression -------------------------------------------------------------------------------


def test_equations_are_solved() -> None:
    assert solved([[0.0, 2.0], [3.0, 1.0]], [4.0, 5.0]) == pytest.approx([1.0, 2.0])


def test_what_decides_gets_the_weight() -> None:
    draw = random.Random(3)
    rows = [[draw.random(), draw.random()] for _ in range(400)]
    labels = [draw.random() < logistic(8 * row[0] - 4) for row in rows]
    telling, idle, bias = fitted(rows, labels)
    assert telling > 5 > 1 > abs(idle)
    assert bias < -2


def test_labels_of_one_kind_only_end_too() -> None:
    assert fitted([[0.1], [0.9]], [False, False])[-1] < 0


def test_no_weight_is_below_what_it_may_be() -> None:
    """What speaks for an answer counts for nothing, and the others are fitted without it."""
    draw = random.Random(4)
    rows = [[draw.random(), draw.random()] for _ in range(400)]
    labels = [draw.random() < logistic(6 * row[0] - 5 * row[1]) for row in rows]
    assert fitted(rows, labels)[1] < -2
    telling, against, bias = fitted(rows, labels, least=0.0)
    assert against == 0.0
    alone = fitted([row[:1] for row in rows], labels)
    assert [telling, bias] == pytest.approx(alone, abs=1e-6)


ROWS = st.lists(
    st.tuples(st.tuples(*[st.sampled_from([0.0, 0.3, 1.0])] * 3), st.booleans()),
    min_size=1,
    max_size=25,
)


@given(ROWS, st.sampled_from([0.1, 1.0, 100.0]))
def test_what_is_fitted_cannot_be_made_better(
    rows: list[tuple[tuple[float, float, float], bool]], c: float
) -> None:
    """A weight inside its bounds has no slope; one at the bound would only grow."""
    features, labels = [row for row, _ in rows], [label for _, label in rows]
    weights = fitted(features, labels, c=c, least=0.0)
    slope = list(weights[:-1])
    for row, label in rows:
        value = sum(w * x for w, x in zip(weights, (*row, 1.0), strict=True))
        for at, x in enumerate(row):
            slope[at] += c * (logistic(value) - label) * x
    for weight, change in zip(weights, slope, strict=False):
        assert change > -1e-4
        assert weight == 0.0 or change < 1e-4
