"""Thresholds moved for a time: stricter always, laxer only where nothing forbids it."""

from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from hitl_chat.core import adjusting
from hitl_chat.core.adjusting import HIGHEST, LOWEST, Adjustment, highest, objection, under
from hitl_chat.core.command import Refusal
from hitl_chat.core.policy import Either, Every, Not, Rule, Terms, Test, holds_true, policy_of

WHEN = Either((Every((Test("known_bad", 0.7), Test("tone", 0.4))), Not(Test("calm", 0.3))))
RULE = Rule(name="refund", when=WHEN)
HIGH = replace(RULE, name="medical", terms=Terms(impact="high"))
RISK = Rule(name="risky", when=Test("risk", 0.5))
BUDGET = Rule(name="share", when=Test("risk", 0.5, moves=True))


def moved(above: float, check: str = "known_bad", rule: str = "refund") -> Adjustment:
    return Adjustment("t1", rule, check, above, until=100.0)


def test_what_stands_under_not_or_a_budget_cannot_be_moved() -> None:
    assert adjusting.tested(RULE) == {"known_bad": 0.7, "tone": 0.4}
    assert adjusting.tested(BUDGET) == {}
    for rule, check in ((RULE, "calm"), (BUDGET, "risk"), (RULE, "no_such")):
        refusal = objection(rule, moved(0.5, check))
        assert isinstance(refusal, Refusal)
        assert refusal.code == "not_adjustable"


def test_no_threshold_is_moved_for_longer_than_a_shift() -> None:
    assert adjusting.LONGEST == 28_800  # seconds: what stands is looked for no further back


def test_what_can_be_moved_instead_is_named() -> None:
    for rule, able in ((RULE, "possible: known_bad, tone"), (BUDGET, "possible: none")):
        refusal = objection(rule, moved(0.5, "no_such"))
        assert refusal is not None
        assert refusal.sentence.endswith(able)


def test_a_check_that_is_asked_twice_stands_where_it_first_speaks() -> None:
    twice = Rule(name="twice", when=Either((Test("tone", 0.4), Every((Test("tone", 0.7),)))))
    assert adjusting.tested(twice) == {"tone": 0.4}


def test_a_rule_that_is_not_there() -> None:
    refusal = objection(None, moved(0.5))
    assert refusal is not None
    assert refusal.code == "unknown_rule"


@pytest.mark.parametrize(
    ("rule", "check", "certified", "most"),
    [
        (RULE, "known_bad", inf, 1.0),
        (RULE, "known_bad", 0.2, 1.0),  # a certificate is about the risk
        (HIGH, "known_bad", inf, 0.7),
        (RISK, "risk", inf, 1.0),
        (RISK, "risk", 0.6, 0.6),
        (RISK, "risk", 0.0, 0.5),  # a void one allows nothing more
    ],
)
def test_how_far_up(rule: Rule, check: str, certified: float, most: float) -> None:
    assert highest(rule, check, certified) == most
    asked = moved(most, check)
    assert objection(rule, asked, certified) is None
    assert objection(rule, replace(asked, above=0.1), certified) is None
    assert objection(rule, replace(asked, above=LOWEST), certified) is None
    for above in (most + 0.01, 0.0):
        refusal = objection(rule, replace(asked, above=above), certified)
        assert refusal is not None
        assert refusal.code == "threshold_limits"
        assert refusal.details == {"lowest": LOWEST, "highest": most}


def test_why_not_higher_is_said() -> None:
    for rule, certified, why in ((HIGH, inf, "impact is high"), (RISK, 0.6, "certified")):
        refusal = objection(rule, moved(0.9, next(iter(adjusting.tested(rule)))), certified)
        assert refusal is not None
        assert why in refusal.sentence
    nothing_forbids = objection(RULE, moved(1.5))
    assert nothing_forbids is not None
    assert nothing_forbids.sentence.endswith("is not between 0.01 and 1")


def test_the_policy_of_an_answer_that_begins_now() -> None:
    policy = policy_of([RULE, HIGH, RISK], segment=["known_bad"])
    changed, applied = under(policy, [moved(0.9), moved(0.9, rule="medical")])
    assert [each.rule for each in applied] == ["refund"]
    assert adjusting.tested(changed.rules[0])["known_bad"] == 0.9
    assert adjusting.tested(changed.rules[0])["tone"] == 0.4
    assert changed.rules[1:] == policy.rules[1:]
    assert changed.undecided == changed.rules[:2]  # those that say `not`
    assert (changed.segment, changed.keep_last) == (policy.segment, policy.keep_last)


def test_nothing_moved_is_the_very_same_policy() -> None:
    policy = policy_of([HIGH])
    assert under(policy, [moved(0.9, rule="medical")]) == (policy, ())
    assert under(policy, [])[0] is policy


conditions = st.recursive(
    st.builds(Test, st.sampled_from("ab"), st.floats(0.01, 1)),
    lambda parts: (
        st.builds(Not, parts)
        | st.builds(Every, st.lists(parts, min_size=1, max_size=3).map(tuple))
        | st.builds(Either, st.lists(parts, min_size=1, max_size=3).map(tuple))
    ),
    max_leaves=6,
)
scores = st.fixed_dictionaries({name: st.floats(0, 1) for name in "ab"})


@given(conditions, scores, st.floats(LOWEST, HIGHEST), st.sampled_from("ab"))
def test_where_the_impact_is_high_whatever_is_held_stays_held(
    when: "Either", given_scores: dict[str, float], above: float, check: str
) -> None:
    policy = policy_of([Rule(name="refund", when=when, terms=Terms(impact="high"))])
    changed, _ = under(policy, [moved(above, check)])
    if holds_true(policy.rules[0].when, given_scores):
        assert holds_true(changed.rules[0].when, given_scores)


@given(conditions, st.floats(LOWEST, HIGHEST))
def test_a_certain_match_is_held_whatever_is_moved(when: "Either", above: float) -> None:
    certain = {"a": 1.0, "b": 1.0}
    policy = policy_of([Rule(name="refund", when=when)])
    changed, _ = under(policy, [moved(above, "a"), moved(above, "b")])
    if holds_true(policy.rules[0].when, certain):
        assert holds_true(changed.rules[0].when, certain)
