"""A logistic against what can be worked out, and folds that never split a group."""

import numpy as np
import pytest

from bench.learning import folds, learn


def test_without_features_that_tell_the_bias_is_the_odds() -> None:
    found = learn(np.zeros((4, 1)), np.array([1.0, 1.0, 1.0, 0.0]), 0.3)
    assert found.bias == pytest.approx(np.log(3))
    assert found.weights.tolist() == [0.0]


def test_the_slope_vanishes_at_what_was_learned() -> None:
    random = np.random.default_rng(3)
    features = random.normal(size=(200, 3)) * [1, 10, 100] + [0, 5, -7]
    bad = (features[:, 0] + random.normal(size=200) > 0).astype(float)
    found = learn(features, bad, 0.3)
    risk = 1 / (1 + np.exp(-found.logits(features)))
    assert np.sum(risk - bad) == pytest.approx(0, abs=1e-4)
    standard = (features - features.mean(0)) / features.std(0)
    penalty = found.weights * features.std(0) / 0.3
    assert standard.T @ (risk - bad) + penalty == pytest.approx(np.zeros(3), abs=1e-4)
    assert found.weights[0] > 0


def test_rows_that_count_half_and_stand_twice_are_rows() -> None:
    random = np.random.default_rng(4)
    features, bad = random.normal(size=(50, 2)), (random.random(50) < 0.4).astype(float)
    once = learn(features, bad, 0.3)
    twice = learn(np.tile(features, (2, 1)), np.tile(bad, 2), 0.3, np.full(100, 0.5))
    assert twice.bias == pytest.approx(once.bias)
    assert twice.weights == pytest.approx(once.weights)


def test_each_group_is_held_out_once_and_whole() -> None:
    groups = [name for name in "abcdefg" for _ in range(3)]
    parts = folds(groups, 3, seed=0)
    assert np.sum(parts, axis=0).tolist() == [1] * len(groups)
    for out in parts:
        held = {name for name, is_out in zip(groups, out, strict=True) if is_out}
        assert all(is_out for name, is_out in zip(groups, out, strict=True) if name in held)
    assert len(folds(["a", "b"], 10, seed=0)) == 2
