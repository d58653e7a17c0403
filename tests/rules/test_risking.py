"""The risk of a whole file: its budget, and what of the file a certificate covers."""

import pytest

from hitl_chat.core.budget import Budget
from hitl_chat.core.policy import Test
from hitl_chat.rules.facts import RequestFacts
from tests.rules.reading import rule, ruleset, warned, wrong

NOBODY = RequestFacts()
RISKY = "risk: {weights: {hedging: 1}}\n"
BUDGET = "budget: {share: 0.1, between: [0.4, 0.8]}\n"
WRONG = {
    "budget without one": (
        "risk: {weights: {hedging: 1}}\n" + rule("{risk: budget}"),
        ["nothing says what the budget is: write `budget:`"],
    ),
    "budget of what": (
        RISKY + "budget: {between: [0.4, 0.8]}\n" + rule("{risk: budget}"),
        ["2:9 a budget is a `share` or `holds_per_hour`: write one"],
    ),
    "budget twice": (
        RISKY + "budget: {share: 0.1, holds_per_hour: 3, between: [0.4, 0.8]}\n" + rule(),
        ["2:9 a budget is a `share` or `holds_per_hour`: write one"],
    ),
    "budget from nothing": (
        RISKY + "budget: {share: 0.1, between: [0, 0.8]}\n" + rule("{risk: budget}"),
        ["2:31 a threshold of 0 holds every answer"],
    ),
    "budget beyond asking": (
        "risk: {weights: {hedging: 1}, ask_between: [0.3, 0.7]}\n"
        "budget: {share: 0.1, between: [0.4, 0.8]}\n" + rule("{risk: budget}"),
        ["2:31 a risk of 0.8 lies outside `ask_between`"],
    ),
    "budget for much at stake": (
        RISKY + BUDGET + rule("{risk: budget}", impact="high"),
        ["impact is high, and a budget may never decide about that: write a number"],
    ),
}


@pytest.mark.parametrize(("text", "complaints"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_told_with_its_fix(text: str, complaints: list[str]) -> None:
    found = wrong(text)
    assert len(found) == len(complaints)
    assert all(part in line for part, line in zip(complaints, found, strict=True)), found


def test_a_budget_that_nobody_goes_by_is_worth_a_warning() -> None:
    assert (
        "2:1 no rule goes by the budget: write `risk: budget`"
        in warned(RISKY + BUDGET + rule("{risk: 0.7}"))[0]
    )


def test_a_budget_begins_where_only_what_is_certain_is_held() -> None:
    made = ruleset(RISKY + BUDGET + rule("{risk: budget}"))
    assert made.budget == Budget(0.1, threshold=0.8, lowest=0.4, highest=0.8)
    assert made.for_request(NOBODY).policy.rules[0].when == Test("risk", 0.8, moves=True)
    hourly = ruleset(
        RISKY + BUDGET.replace("share: 0.1", "holds_per_hour: 36") + rule("{risk: budget}")
    )
    assert hourly.budget is not None
    assert hourly.budget.per_second == pytest.approx(0.01)


def test_what_a_certificate_covers_is_all_but_what_calibrating_sets() -> None:
    made = ruleset(RISKY + rule("{any: [{risk: 0.7}, {patterns: {literals: [x]}}]}"))
    same = ruleset(
        "version: 2\nrisk: {weights: {hedging: 2}, bias: -1}\ncertificate: c.json\n"
        + BUDGET
        + rule("{any: [{risk: budget}, {patterns: {literals: [x]}}]}")
    )
    other = ruleset(RISKY + rule("{any: [{risk: 0.7}, {patterns: {literals: [y]}}]}"))
    less = ruleset(
        "risk: {weights: {hedging: 1}, ask_between: [0.5, 0.9]}\n"
        + rule("{any: [{risk: 0.7}, {patterns: {literals: [x]}}]}")
    )
    assert made.substance == same.substance
    assert len({made.substance, other.substance, less.substance}) == 3
