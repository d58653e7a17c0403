"""How far is far: tables, and what holds for every scale."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hitl_chat.checks.farness import HOLD, Scale, distance, scale, score

APART = st.floats(0, 1)
LIBRARIES = st.lists(APART, min_size=20, max_size=300)


@pytest.mark.parametrize(
    ("cosines", "wanted"),
    [
        ([1.0, 0.2, 0.1], 0.0),  # it is there itself
        ([1.0 - 1e-7, 0.2], 0.0),  # ... but for rounding
        ([0.5, 0.5, 0.5], 0.5),
        ([0.91, 0.0], 0.3),
        ([0.0], 1.0),
        ([-0.4], 1.0),
        ([1.2], 0.0),
        ([], 1.0),
    ],
)
def test_the_distance_is_the_geometric_mean(cosines: list[float], wanted: float) -> None:
    assert distance(cosines) == pytest.approx(wanted)


@pytest.mark.parametrize(
    ("apart", "wanted"),
    [(0, 0), (0.3, 0), (0.4, 0), (0.5, 0.25), (0.5999999, 0.4999), (0.6, 0.5), (0.8, 0.75), (1, 1)],
)
def test_a_half_is_farther_than_most(apart: float, wanted: float) -> None:
    assert score(apart, Scale(usual=0.4, far=0.6)) == wanted


def test_what_is_recorded_may_be_all_alike_or_share_nothing() -> None:
    alike, nothing = Scale(0.0, 0.0), Scale(1.0, 1.0)
    assert (score(0, alike), score(0.2, alike)) == (0, 0.6)
    assert (score(0.9, nothing), score(1, nothing)) == (0, 0.5)


def test_the_scale_is_what_half_and_nineteen_of_twenty_are_nearer_than() -> None:
    hundred = [at / 100 for at in range(100)]
    assert scale(hundred) == Scale(usual=0.50, far=0.95)
    assert scale(hundred[::-1]) == scale(hundred)


@given(LIBRARIES)
def test_at_most_one_of_twenty_recorded_questions_is_far_from_the_others(
    apart: list[float],
) -> None:
    by = scale(apart)
    assert sum(one > by.far for one in apart) <= 0.05 * len(apart)
    assert by.usual <= by.far


@given(LIBRARIES, APART, APART)
def test_farther_is_never_less_novel(apart: list[float], one: float, other: float) -> None:
    by = scale(apart)
    near, far = sorted([one, other])
    assert 0 <= score(near, by) <= score(far, by) <= 1
    assert (score(one, by) >= HOLD) == (one >= by.far and one > 0)
