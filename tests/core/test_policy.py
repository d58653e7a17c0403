"""What rules ask of the gate, when a condition is true, and what several rules ask for together."""

import pytest

from hitl_chat.core.conditions import certain_from, contributes, leaves, thresholds
from hitl_chat.core.fusion import Fusion
from hitl_chat.core.policy import (
    FALLBACK,
    Condition,
    Either,
    Every,
    Not,
    Policy,
    Rule,
    Terms,
    Test,
    holds_true,
    mentioned,
    merge,
    policy_of,
)

A, B = Test("a", 0.5), Test("b", 0.5)
DEFAULT = Rule("default", Either(()), terms=Terms(rules=("none",), fallback="Later."))


@pytest.mark.parametrize(
    ("condition", "scores", "answer"),
    [
        (A, {}, None),
        (A, {"a": 0.49}, False),
        (A, {"a": 0.5}, True),
        (A, {"a": float("nan")}, True),  # what cannot be compared is not below
        (Test("a"), {"a": 0.5}, True),
        (Test("a"), {"a": 0.49}, False),
        (Not(A), {}, None),
        (Not(A), {"a": 0.4}, True),
        (Not(A), {"a": 0.6}, False),
        (Every((A, B)), {"a": 1.0}, None),
        (Every((A, B)), {"a": 0.0}, False),
        (Every((A, B)), {"a": 1.0, "b": 1.0}, True),
        (Every(()), {}, True),
        (Either((A, B)), {"a": 0.0}, None),
        (Either((A, B)), {"a": 1.0}, True),
        (Either((A, B)), {"a": 0.0, "b": 0.0}, False),
        (Either(()), {}, False),
    ],
)
def test_a_condition_is_undecided_while_a_score_that_matters_is_missing(
    condition: Condition, scores: dict[str, float], answer: bool | None
) -> None:
    assert holds_true(condition, scores) is answer


@pytest.mark.parametrize(
    ("condition", "check", "score", "answer"),
    [
        (A, "a", 0.5, True),
        (A, "a", 0.49, False),
        (A, "b", 0.5, False),
        (A, "a", float("nan"), True),
        (Not(A), "a", 0.1, False),
        (Every((A, B)), "b", 0.5, True),
        (Either((A, Not(B))), "b", 0.0, False),
        (Either((A, B)), "c", 1.0, False),
    ],
)
def test_a_score_contributes_to_the_tests_it_makes_true(
    condition: Condition, check: str, score: float, answer: bool
) -> None:
    assert contributes(condition, check, score) is answer


def test_a_condition_mentions_its_checks_however_deep() -> None:
    assert mentioned(Every((A, Either((Not(B), Test("c")))))) == {"a", "b", "c"}
    policy = policy_of([Rule("r", Not(A)), Rule("s", Every((A, B)))])
    assert policy.mentioned == {"a", "b"}
    assert [rule.name for rule in policy.about(["a"])] == ["r", "s"]
    assert [rule.name for rule in policy.about(["b", "c"])] == ["s"]
    assert policy.about(["c"]) == ()


@pytest.mark.parametrize(
    ("rule", "keeps"),
    [
        (Rule("r", A), False),
        (Rule("r", Not(A)), True),
        (Rule("r", Every((A, Not(B)))), True),
        (Rule("r", Either((A, B))), False),
        (Rule("r", Not(A), then="watch"), False),
        (Rule("r", Not(A), strictness="watch"), False),
        (Rule("r", Not(A), then="block"), True),
    ],
)
def test_a_rule_that_may_object_at_the_end_keeps_the_last_segment_back(
    rule: Rule, keeps: bool
) -> None:
    policy = policy_of([rule])
    assert (policy.keep_last, policy.segmented, policy.withhold) == (keeps, keeps, False)


@pytest.mark.parametrize(
    ("check", "missing", "keeps"),
    [
        ("risk", {"a": 2.0, "b": 0.0}, True),
        ("risk", {}, False),
        ("risk", {"a": 0.0}, False),
        ("a", {"a": 2.0}, False),
    ],
)
def test_a_risk_that_counts_who_said_nothing_may_rise_when_all_have_spoken(
    check: str, missing: dict[str, float], keeps: bool
) -> None:
    fused = Fusion({"a": 4.0, "b": 1.0}, missing=missing)
    policy = policy_of([Rule("r", Test(check, 0.5))], fusion=fused)
    assert (policy.keep_last, bool(policy.undecided)) == (keeps, keeps)


def test_checks_of_segments_and_of_the_whole_answer_need_to_know_where_segments_end() -> None:
    whole, by_segment = policy_of([Rule("r", A)], whole=["a"]), policy_of([], segment=["a"])
    assert (whole.whole, by_segment.segment) == (frozenset("a"), frozenset("a"))
    assert (whole.keep_last, whole.segmented) == (True, True)
    assert (by_segment.keep_last, by_segment.segmented) == (False, True)


def test_a_strict_rule_withholds_everything_unless_it_only_watches() -> None:
    assert policy_of([Rule("r", A), Rule("s", A, strictness="answer")]).withhold
    assert not policy_of([Rule("s", A, strictness="answer", then="watch")]).withhold


def test_rules_that_a_score_of_zero_makes_true_are_asked_again_at_the_end() -> None:
    rules: dict[str, Condition] = {
        "test": A,
        "zero": Test("a", 0.0),
        "not": Not(A),
        "every": Every((A, Test("b", 0.0))),
        "either": Either((A, B)),
    }
    policy = policy_of([Rule(name, when) for name, when in rules.items()])
    assert [rule.name for rule in policy.undecided] == ["zero", "not", "every"]


def test_rules_may_come_from_anywhere_and_none_ask_for_nothing() -> None:
    rules = (Rule("r", Not(A)), Rule("s", B))
    assert policy_of(iter(rules)) == policy_of(rules)
    assert policy_of(rules).rules == rules
    assert policy_of(()) == Policy()


def test_a_policy_names_its_version_and_its_default() -> None:
    assert policy_of([]).default == Rule("default", Either(()))
    policy = policy_of([], version="v7", default=DEFAULT)
    assert (policy.version, policy.default) == ("v7", DEFAULT)
    assert policy.default.then == "hold"


def rule(name: str, **terms: object) -> Rule:
    return Rule(name, A, terms=Terms(**terms))  # type: ignore[arg-type]


def test_several_rules_ask_for_the_strictest_of_each() -> None:
    terms = merge(
        [
            rule("a", deadline=60, on_deadline="release", on_no_agent="wait", fallback="A"),
            rule("b", deadline=30, on_deadline="requeue", on_no_agent="block", fallback="B"),
            rule("c", deadline=90, on_deadline="fallback_text", impact="high"),
        ],
        DEFAULT,
    )
    assert terms.rules == ("a", "b", "c")
    assert terms.deadline == 30
    assert (terms.on_deadline, terms.on_no_agent) == ("fallback_text", "block")
    assert (terms.impact, terms.on_disconnect, terms.fallback) == ("high", "keep", "A")


@pytest.mark.parametrize(
    ("name", "lenient", "strict"),
    [
        ("on_deadline", "release", "requeue"),
        ("on_deadline", "requeue", "fallback_text"),
        ("on_deadline", "fallback_text", "block"),
        ("on_no_agent", "wait", "fallback_text"),
        ("on_no_agent", "fallback_text", "block"),
        ("first_judgement", "never", "sampled"),
        ("first_judgement", "sampled", "always"),
    ],
)
def test_the_stricter_of_two_consequences_counts(name: str, lenient: str, strict: str) -> None:
    one, other = rule("a", **{name: lenient}), rule("b", **{name: strict})
    assert getattr(merge([one, other], DEFAULT), name) == strict
    assert getattr(merge([other, one], DEFAULT), name) == strict


def test_the_first_rule_in_priority_gives_its_texts_and_its_route() -> None:
    forbids = Rule("z", A, then="block", terms=Terms(fallback="Z"))
    gentle = rule("a", fallback="A", fallback_after_text="more A", route="shop")
    urgent = rule("u", fallback="U", priority=5, route="urgent", fallback_after_text="more U")
    first = merge([gentle, urgent, forbids], DEFAULT)
    assert first.rules == ("u", "z", "a")
    assert (first.fallback, first.fallback_after_text) == ("U", "more U")
    assert (first.priority, first.route) == (5, "urgent")
    assert merge([gentle, forbids], DEFAULT).fallback == "Z"


def test_a_person_needs_the_skills_that_any_of_the_rules_asks_for() -> None:
    one = rule("a", skills=("german", "money"))
    urgent = rule("u", priority=5, skills=("money", "law"))
    assert merge([one, rule("b"), urgent], DEFAULT).skills == ("money", "law", "german")
    assert merge([rule("b")], DEFAULT).skills == ()


@pytest.mark.parametrize(("name", "two"), [("because", "tone"), ("needs_second", "edit")])
def test_what_any_of_the_rules_names_counts_once(name: str, two: str) -> None:
    one, both = rule("a", **{name: ("approve",)}), rule("b", **{name: ("approve", two)})
    assert getattr(merge([one, rule("c"), both], DEFAULT), name) == ("approve", two)
    assert getattr(merge([rule("c")], DEFAULT), name) == ()


def test_only_what_every_rule_allows_is_allowed() -> None:
    some = rule("a", allowed_actions=("reject", "edit", "approve"))
    other = rule("b", allowed_actions=("take_over", "edit", "reject"))
    assert merge([some, other], DEFAULT).allowed_actions == ("edit", "reject")


def test_a_customer_who_leaves_cancels_only_what_every_rule_lets_go() -> None:
    lets_go, keeps = rule("a", on_disconnect="cancel"), rule("b")
    assert merge([lets_go], DEFAULT).on_disconnect == "cancel"
    assert merge([lets_go, keeps], DEFAULT).on_disconnect == "keep"


def test_the_longest_undo_window_counts_and_none_means_as_usual() -> None:
    assert merge([rule("a")], DEFAULT).undo is None
    assert merge([rule("a", undo=0.0), rule("b"), rule("c", undo=3.0)], DEFAULT).undo == 3.0
    assert merge([rule("a", undo=0.0)], DEFAULT).undo == 0.0


def test_a_rule_that_fired_twice_counts_once_and_none_is_the_default() -> None:
    assert merge([rule("a"), rule("b"), rule("a")], DEFAULT).rules == ("a", "b")
    none = merge([], DEFAULT)
    assert (none.rules, none.fallback) == (("default",), "Later.")


def test_a_rule_that_says_nothing_holds_for_two_minutes_and_then_apologises() -> None:
    terms = merge([Rule("r", A)], DEFAULT)
    assert terms == Terms(rules=("r",))
    assert (terms.deadline, terms.fallback) == (120, FALLBACK)
    assert (terms.priority, terms.impact, terms.fallback_after_text) == (0, "low", "")


def test_the_thresholds_of_a_check_wherever_they_stand() -> None:
    when = Every((Test("risk", 0.7), Either((Test("a", 0.2), Not(Test("risk", 0.3))))))
    assert thresholds(when, "risk") == (0.7, 0.3)
    assert thresholds(when, "b") == ()
    assert [test.check for test in leaves(when)] == ["risk", "a", "risk"]


@pytest.mark.parametrize(
    ("when", "above"),
    [
        (Test("risk", 0.7), 0.7),
        (Test("a", 0.7), None),
        (Not(Test("risk", 0.7)), None),
        (Either((Test("a"), Test("risk", 0.7), Test("risk", 0.6))), 0.6),
        (Either((Test("a"),)), None),
        (Every((Test("risk", 0.7), Test("risk", 0.6))), 0.7),
        (Every((Test("risk", 0.7), Test("a"))), None),
        (Every(()), None),
    ],
)
def test_from_which_risk_on_a_condition_is_true_whatever_else_is_said(
    when: Condition, above: float | None
) -> None:
    assert certain_from(when, "risk") == above
