"""A threshold that follows what was held, whatever the traffic."""

import random

import pytest

from hitl_chat.core.budget import Budget, under
from hitl_chat.core.policy import Either, Every, Not, Rule, Test, policy_of


@pytest.mark.parametrize("share", [0.05, 0.25, 0.5])
def test_in_the_long_run_the_budget_is_what_is_held(share: float) -> None:
    """Also when the scores of all answers change in the middle."""
    draw = random.Random(1)
    budget = Budget(share, step=0.02)
    held = 0
    for number in range(8000):
        score = draw.random() ** (1 if number < 4000 else 3)
        holds = not (score < budget.threshold)
        held += holds
        budget = budget.after(held=holds)
    assert held / 8000 == pytest.approx(share, abs=0.01)


def test_holds_in_an_hour_are_the_budget_however_many_answers_there_are() -> None:
    """Busy, then calm: nothing is saved up, and nothing owed."""
    draw = random.Random(2)
    budget = Budget(per_second=0.02, step=0.02)
    held, seconds = 0, 0.0
    for number in range(12_000):
        wait = draw.expovariate(1.0 if number < 6000 else 0.25)
        seconds += wait
        holds = not (draw.random() < budget.threshold)
        held += holds
        budget = budget.after(held=holds, seconds=wait)
    assert held / seconds == pytest.approx(0.02, rel=0.1)
    quiet = budget.at(0.5).after(held=False, seconds=1e9)
    assert quiet.threshold == pytest.approx(0.5 - budget.step)


def test_it_moves_by_hundredths_between_everything_and_nothing() -> None:
    budget = Budget(0.05)
    assert budget.threshold == 0.5
    assert budget.after(held=True).threshold == pytest.approx(0.5095)
    assert (budget.at(-7.0).threshold, budget.at(7.0).threshold) == (0.0, 1.0)


def test_where_nothing_is_allowed_only_a_hold_moves_it() -> None:
    assert Budget().after(held=False) == Budget()
    by_time = Budget(per_second=1.0)
    assert by_time.after(held=False) == by_time  # no time has passed


@pytest.mark.parametrize(
    ("ceiling", "lowest", "highest", "threshold"),
    [(1.0, 0.3, 0.9, 0.8), (0.6, 0.3, 0.6, 0.6), (0.1, 0.1, 0.1, 0.1)],
)
def test_a_ceiling_is_a_ceiling(
    ceiling: float, lowest: float, highest: float, threshold: float
) -> None:
    within = Budget(0.1, threshold=0.8, lowest=0.3, highest=0.9).within(ceiling)
    assert (within.lowest, within.highest, within.threshold) == (lowest, highest, threshold)


def test_an_answer_begins_with_the_moving_tests_where_the_budget_stands() -> None:
    fixed, moving = Test("risk", 0.9), Test("risk", 0.8, moves=True)
    condition = Either((Every((fixed, moving)), Not(moving)))
    policy = under(policy_of([Rule("r", condition), Rule("other", fixed)]), 0.6)
    stands = Test("risk", 0.6, moves=True)
    moved = Either((Every((fixed, stands)), Not(stands)))
    assert [rule.when for rule in policy.rules] == [moved, fixed]
    assert [rule.when for rule in policy.undecided] == [moved]
    assert policy.mentioned == {"risk"}
    assert policy.keep_last


def test_a_budget_stays_within_its_bounds() -> None:
    budget = Budget(0.5, threshold=0.8, step=1.0, lowest=0.3, highest=0.9)
    assert budget.after(held=True).threshold == 0.9
    assert budget.after(held=False).after(held=False).threshold == 0.3
