"""Curves and rates against tables worked out by hand."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.quality_figures import (
    Judged,
    average_precision,
    average_precision_of_good,
    interval,
    judged,
    recall_at,
    roc,
)

# bad and good rows from the riskiest to the safest: B G B G G
MIXED = ([1, 0, 1, 0, 0], [0.9, 0.8, 0.7, 0.6, 0.5])
Rows = tuple[list[int], list[float]]
TABLE: dict[str, tuple[Rows, float, float, float]] = {
    # (labels, scores): AUC-PR of bad, of good, ROC
    "perfect": (([1, 1, 0, 0], [4, 3, 2, 1]), 1.0, 1.0, 1.0),
    "upside down": (([0, 0, 1, 1], [4, 3, 2, 1]), (1 / 3 + 2 / 4) / 2, (1 / 3 + 2 / 4) / 2, 0.0),
    "all the same": (([1, 0, 0, 0], [1, 1, 1, 1]), 0.25, 0.75, 0.5),
    "mixed": (MIXED, (1 / 1 + 2 / 3) / 2, (1 + 1 + 3 / 4) / 3, 5 / 6),
    # one bad and one good row share the top score: one step for both
    "a tie": (([1, 0, 1, 0], [3, 3, 2, 1]), 0.5 * 1 / 2 + 0.5 * 2 / 3, (1 + 2 / 4) / 2, 5 / 8),
}


def rows(labels: list[int], scores: list[float]) -> Judged:
    groups = (f"group {at}" for at in range(len(labels)))
    return judged([(bool(bad), s, g) for bad, s, g in zip(labels, scores, groups, strict=True)])


@pytest.mark.parametrize("name", TABLE)
def test_curves(name: str) -> None:
    (labels, scores), precision, precision_of_good, area = TABLE[name]
    found = rows(labels, scores)
    assert average_precision(found.bad, found.scores) == pytest.approx(precision)
    assert average_precision_of_good(found.bad, found.scores) == pytest.approx(precision_of_good)
    assert roc(found.bad, found.scores) == pytest.approx(area)


@pytest.mark.parametrize(
    ("share", "recall"), [(0.0, 0.5), (0.3, 0.5), (1 / 3, 1.0), (0.9, 1.0), (1.0, 1.0)]
)
def test_recall_keeps_within_the_false_positives(share: float, recall: float) -> None:
    found = rows(*MIXED)
    assert recall_at(share)(found.bad, found.scores) == recall


def test_recall_does_not_split_a_tie() -> None:
    found = rows([1, 0, 1, 0], [1, 1, 1, 1])
    assert recall_at(0.5)(found.bad, found.scores) == 0


def test_without_bad_or_good_rows_there_is_nothing_to_say() -> None:
    alone = rows([0, 0], [1, 2])
    for measure in (average_precision, roc, recall_at(0.1)):
        assert math.isnan(measure(alone.bad, alone.scores))
    assert math.isnan(roc(~alone.bad, alone.scores))


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 5)), min_size=1, max_size=30))
def test_roc_is_the_share_of_pairs_in_order(drawn: list[tuple[bool, int]]) -> None:
    bad = [score for is_bad, score in drawn if is_bad]
    good = [score for is_bad, score in drawn if not is_bad]
    found = rows([int(is_bad) for is_bad, _ in drawn], [float(score) for _, score in drawn])
    if bad and good:
        pairs = [(one > other) + (one == other) / 2 for one in bad for other in good]
        assert roc(found.bad, found.scores) == pytest.approx(np.mean(pairs))


def test_an_interval_holds_its_value_and_is_the_same_every_time() -> None:
    random = np.random.default_rng(1)
    bad = random.random(200) < 0.5
    found = Judged(bad, bad + random.normal(size=200), [str(at) for at in range(200)])
    one, again = interval(roc, found), interval(roc, found)
    assert one == again
    assert one.low < one.value < one.high


def test_groups_are_drawn_whole() -> None:
    """Ten copies of each row are no more evidence than one, where copies stand together."""
    random = np.random.default_rng(2)
    bad = random.random(40) < 0.5
    scores = bad + random.normal(size=40)
    names = [str(at) for at in range(40)]
    once = interval(roc, Judged(bad, scores, names))
    copies = Judged(
        np.repeat(bad, 10), np.repeat(scores, 10), [n for n in names for _ in range(10)]
    )
    assert interval(roc, copies) == pytest.approx(once)
    alone = interval(roc, copies._replace(groups=[str(at) for at in range(400)]))
    assert alone.high - alone.low < (once.high - once.low) / 2
