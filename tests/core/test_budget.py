"""A threshold that follows what was held, whatever the traffic."""

import random

import pytest

from hitl_chat.core.budget import Budget


@pytest.mark.parametrize("share", [0.05, 0.25, 0.5])
def test_in_the_long_run_the_budget_is_what_is_held(share: float) -> None:
    """Also when the scores of all answers change in the middle."""
    draw = random.Random(1)
    budget = Budget(share, step=0.02)
    held = 0
    for number in range(8000):
        score = draw.random() ** (1 if number < 4000 else 3)
        holds = budget.holds(score)
        held += holds
        budget = budget.after(held=holds)
    assert held / 8000 == pytest.approx(share, abs=0.01)


def test_a_budget_stays_within_its_bounds() -> None:
    budget = Budget(0.5, threshold=0.8, step=1.0, lowest=0.3, highest=0.9)
    assert budget.after(held=True).threshold == 0.9
    assert budget.after(held=False).after(held=False).threshold == 0.3
    assert Budget(0.1, threshold=0.5).holds(float("nan"))
