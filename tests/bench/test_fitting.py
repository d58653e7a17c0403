"""The bench's logistic: signs are kept, groups are kept apart, and nothing is drawn by chance."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.fitting import Floats, cross_validated, fit, roc, spread

ROWS = 200


def drawn(seed: int = 0) -> tuple[Floats, Floats]:
    """Three parts: one that raises, one that lowers, one that is noise."""
    random = np.random.default_rng(seed)
    parts = random.normal(size=(ROWS, 3))
    labels = (parts[:, 0] - parts[:, 1] + random.normal(size=ROWS) > 0).astype(float)
    return parts, labels


def test_it_learns_what_raises_and_what_lowers() -> None:
    parts, labels = drawn()
    fitted = fit(parts, labels, (1, -1, 1))
    assert fitted.weights[0] > 0.5
    assert fitted.weights[1] < -0.5
    assert roc(labels, fitted(parts)) > 0.85


def test_a_weight_never_has_the_wrong_sign() -> None:
    parts, labels = drawn()
    fitted = fit(parts, labels, (-1, -1, 1))
    assert fitted.weights[0] == 0.0
    assert fitted.weights[1] < 0


def test_the_fit_is_the_best_there_is() -> None:
    parts, labels = drawn()
    fitted = fit(parts, labels, (1, -1, 1))
    assert float(fitted(parts).mean()) == pytest.approx(float(labels.mean()), abs=1e-4)
    assert fit(parts * 1000, labels, (1, -1, 1))(parts * 1000) == pytest.approx(
        fitted(parts), abs=1e-3
    )


def test_what_only_names_the_group_helps_nobody_who_was_held_out() -> None:
    groups = [f"question {at // 10}" for at in range(ROWS)]
    names = np.array([float(at // 10) for at in range(ROWS)])
    labels = np.array([float(at // 10 % 2) for at in range(ROWS)])
    parts = np.column_stack([names == name for name in range(ROWS // 10)]).astype(float)
    signs = tuple(1 if at % 2 else -1 for at in range(parts.shape[1]))
    assert roc(labels, fit(parts, labels, signs)(parts)) == 1.0
    assert roc(labels, cross_validated(parts, labels, groups, signs)) <= 0.5


@pytest.mark.parametrize(
    ("labels", "scores", "area"),
    [
        ([0, 0, 1, 1], [0.1, 0.2, 0.3, 0.4], 1.0),
        ([1, 1, 0, 0], [0.1, 0.2, 0.3, 0.4], 0.0),
        ([0, 1, 0, 1], [0.5, 0.5, 0.5, 0.5], 0.5),
        ([0, 1, 1, 0], [0.1, 0.1, 0.9, 0.0], 0.875),
    ],
)
def test_the_area_under_the_curve(labels: list[float], scores: list[float], area: float) -> None:
    assert roc(np.array(labels), np.array(scores)) == area


@given(st.integers(0, 20))
def test_a_band_holds_its_figure_and_is_the_same_each_time(seed: int) -> None:
    parts, labels = drawn(seed)
    groups = [f"{at // 4}" for at in range(ROWS)]
    low, high = spread(labels, parts[:, 0], groups)
    assert low < roc(labels, parts[:, 0]) < high
    assert (low, high) == spread(labels, parts[:, 0], groups)
