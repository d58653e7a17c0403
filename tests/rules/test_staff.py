"""What rules say about the people a hold is for, and about when somebody should be there."""

import pytest

from hitl_chat.rules.facts import RequestFacts
from tests.rules.reading import rule, ruleset, wrong
from tests.rules.test_hours import BERLIN, OPEN, at


def test_languages_are_named_once_and_others_are_warned_unless_it_says_no() -> None:
    made = ruleset(rule(languages="[de, pt-br, de]", others="refuse"))
    policy = made.for_request(RequestFacts()).policy
    (one,) = policy.rules
    assert (one.terms.languages, one.terms.others) == (("de", "pt-br"), "refuse")
    assert (policy.default.terms.languages, policy.default.terms.others) == ((), "warn")


@pytest.mark.parametrize(
    "more", [{"languages": "[german]"}, {"languages": "de"}, {"others": "forbid"}]
)
def test_what_means_nothing_is_named(more: dict[str, str]) -> None:
    (found,) = wrong(rule(**more))
    assert found.startswith("4:")


@pytest.mark.parametrize(("moment", "open_"), OPEN)
def test_somebody_should_be_there_in_the_hours(moment: str, open_: bool) -> None:
    assert ruleset(BERLIN + rule()).is_open(at(moment)) is open_


def test_without_hours_somebody_should_always_be_there() -> None:
    assert ruleset(rule()).is_open(0.0)
