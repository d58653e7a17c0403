"""Whom a hold is for."""

import pytest

from hitl_chat.core.policy import Terms, merge
from hitl_chat.core.staffing import Able, full, lacking, least_busy, unsuited
from tests.core.test_policy import DEFAULT, rule

LAW_IN_GERMAN = Terms(skills=("law",), languages=("de",))


@pytest.mark.parametrize(
    ("able", "missing"),
    [
        (Able(), ("law", "de")),
        (Able(("law",)), ("de",)),
        (Able(languages=("de",)), ("law",)),
        (Able(("law", "money"), ("en", "de")), ()),
        (Able(("law",), ("de-at",)), ()),
        (Able(("law",), ("dea",)), ("de",)),
        (Able(("laws",), ("de",)), ("law",)),
    ],
)
def test_a_hold_is_for_those_who_have_all_it_wants(able: Able, missing: tuple[str, ...]) -> None:
    assert lacking(able, LAW_IN_GERMAN) == missing


def test_a_language_covers_its_regions_and_a_region_its_language() -> None:
    brazilian = Terms(languages=("pt-br",))
    assert lacking(Able(languages=("pt",)), brazilian) == ()
    assert lacking(Able(languages=("pt-br",)), brazilian) == ()
    assert lacking(Able(languages=("pt-pt",)), brazilian) == ("pt-br",)


def test_what_wants_nothing_is_for_everybody() -> None:
    assert lacking(Able(), Terms()) == ()
    assert unsuited(Able(), Terms(others="refuse")) is None


def test_others_may_take_it_where_the_rule_lets_them() -> None:
    assert unsuited(Able(), LAW_IN_GERMAN) is None
    refused = unsuited(Able(), Terms(skills=("law",), others="refuse"))
    assert refused is not None
    assert (refused.code, refused.details) == ("not_for_you", {"lacking": ["law"]})


def test_of_several_rules_a_person_needs_all_and_the_strictest_says_who_else_may() -> None:
    one, two = rule("a", languages=("de",)), rule("b", languages=("fr", "de"), others="refuse")
    merged = merge([one, two], DEFAULT)
    assert (merged.languages, merged.others) == (("de", "fr"), "refuse")
    assert merge([one], DEFAULT).others == "warn"


def test_of_whom_nothing_is_said_has_as_many_as_usual() -> None:
    assert Able() == Able(skills=(), languages=(), capacity=0)


def test_who_has_enough_gets_no_more() -> None:
    assert full(2, 3) is None
    refused = full(3, 3)
    assert refused is not None
    assert (refused.code, refused.details) == ("full", {"has": 3, "capacity": 3})


def test_the_least_busy_comes_first_then_who_waited_longest() -> None:
    team = {"ana": 2, "ben": 2, "cleo": 1}
    assert least_busy(team, {}, {}) == "ana"
    assert least_busy(team, {"ana": 1}, {"ben": 9.0}) == "cleo"
    assert least_busy(team, {"ana": 1, "cleo": 1}, {"ben": 9.0}) == "ben"
    assert least_busy(team, {"ana": 2, "ben": 2, "cleo": 1}, {}) is None
    assert least_busy({}, {}, {}) is None
    assert least_busy(team, {"cleo": 1}, {"ana": 0.5}) == "ben"  # who never got one waited longest
