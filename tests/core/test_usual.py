"""What is usual: said only where there is enough to say it."""

import pytest

from hitl_chat.core.usual import Band, band

DAY = dict.fromkeys(range(24), 20)  # just enough


def test_the_middle_eight_of_ten_hours() -> None:
    answers = dict.fromkeys(range(100), 1000)
    held = {hour: hour for hour in range(100)}  # 0 to 9.9 %
    assert band(answers, held) == Band(9 / 1000, 89 / 1000)


def test_of_one_hour_more_the_middle_is_a_little_wider() -> None:
    answers = dict.fromkeys(range(101), 1000)
    assert band(answers, {hour: hour for hour in answers}) == Band(10 / 1000, 90 / 1000)


def test_hours_without_a_hold_count_too() -> None:
    assert band(DAY, {}) == Band(0.0, 0.0)


@pytest.mark.parametrize(
    "answers",
    [
        {},
        dict.fromkeys(range(23), 100),  # not a day yet
        {**DAY, 0: 19},  # a night says nothing
    ],
)
def test_too_little_is_no_band(answers: dict[int, int]) -> None:
    assert band(answers, {1: 5}) is None
