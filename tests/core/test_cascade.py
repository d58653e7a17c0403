"""Cheap first: a costly check is spared only where it could not have changed anything."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hitl_chat.core import events as ev
from hitl_chat.core.cascade import needed
from hitl_chat.core.effects import Correct, Effect, Finish, OpenHold, Release, RunChecks, Watched
from hitl_chat.core.fusion import RISK, Fusion
from hitl_chat.core.policy import Condition, Either, Every, Not, Rule, Test, policy_of
from hitl_chat.core.types import Response
from tests.core.test_gate import CONTENT, Turn

A, B, P = Test("a", 0.5), Test("b", 0.5), Test("patterns:p", 0.5)
BOTH = policy_of([Rule("both", Every((A, B)))], segment=["a", "b"], costly=["b"])
FUSION = Fusion({"a": 6.0, "b": 4.0}, {"b": 0.5}, bias=-4.0, ask_from=0.1, ask_upto=0.6)


@pytest.mark.parametrize(
    ("when", "scores", "wanted"),
    [
        (B, {}, True),
        (B, {"b": 0.9}, True),  # it may have more to say about the next segment
        (Every((A, B)), {}, False),
        (Every((A, B)), {"a": 0.2}, False),
        (Every((A, B)), {"a": 0.5}, True),
        (Either((P, B)), {}, True),
        (Either((P, B)), {"patterns:p": 1.0}, False),
        (Every((A, Not(B))), {"a": 0.4}, False),
        (Every((A, Not(B))), {"a": 0.6}, True),
        (Every((B, Test("c", 0.5))), {}, True),  # the other costly one may say anything
        (Every((B, Test("c", 0.5))), {"c": 0.1}, False),
        (A, {"a": 0.9}, False),
    ],
)
def test_who_is_needed(when: Condition, scores: dict[str, float], wanted: bool) -> None:
    policy = policy_of([Rule("r", when)], segment=["a", "b", "c"], costly=["b", "c"])
    assert needed(policy, scores, "b") is wanted


def test_one_rule_that_needs_a_check_is_enough() -> None:
    policy = policy_of([Rule("a", A), Rule("b", B)], segment=["a", "b"], costly=["b"])
    assert needed(policy, {}, "b")


@pytest.mark.parametrize(("a", "wanted"), [(0.0, False), (0.2, False), (0.7, True), (1.0, False)])
def test_the_fused_risk_asks_while_it_is_undecided(a: float, wanted: bool) -> None:
    policy = policy_of(
        [Rule("risky", Test(RISK, 0.7))], segment=["a", "b"], costly=["b"], fusion=FUSION
    )
    scores = {"a": a, RISK: FUSION.risk({"a": a})}
    assert needed(policy, scores, "b") is wanted


@pytest.mark.parametrize(
    ("when", "scores", "wanted"),
    [
        (Every((P, Test(RISK, 0.7))), {}, False),
        (Every((P, Test(RISK, 0.7))), {"patterns:p": 1.0}, True),
        (Every((Test("b", 0.2), Test(RISK, 0.7))), {}, True),  # it may raise the risk as well
    ],
)
def test_a_check_that_can_only_raise_a_risk_nobody_asks_for_is_spared(
    when: Condition, scores: dict[str, float], wanted: bool
) -> None:
    policy = policy_of([Rule("r", when)], segment=["a", "b"], costly=["b"], fusion=FUSION)
    known = {"a": 0.5, **scores, RISK: FUSION.risk({"a": 0.5})}
    assert needed(policy, known, "b") is wanted


def test_a_risk_that_is_undecided_asks_nobody_who_does_not_count_in_it() -> None:
    other = Rule("other", Every((Test("d", 0.5), Test("c", 0.5))))
    policy = policy_of(
        [Rule("risky", Test(RISK, 0.7)), other],
        segment=["a", "b", "c", "d"],
        costly=["b", "c"],
        fusion=FUSION,
    )
    scores = {"a": 0.7, "d": 0.0, RISK: FUSION.risk({"a": 0.7})}
    assert needed(policy, scores, "b")
    assert not needed(policy, scores, "c")


def test_a_check_that_fails_concerns_the_rules_on_the_risk_it_counts_in() -> None:
    risky = Rule("risky", Test(RISK, 0.7), on_error="block")
    policy = policy_of([risky, Rule("own", Test("c"))], segment=["a", "b", "c"], fusion=FUSION)
    assert policy.about(["a"]) == (risky,)
    assert policy.about(["d"]) == ()
    turn = Turn(policy)
    turn.writes("One. ")
    assert Finish in map(type, turn.hears(ev.CheckFailed("a", "it died", CONTENT, 0, 5)))


def test_the_risk_counts_who_said_nothing_and_stays_a_score() -> None:
    assert FUSION.risk({}) < FUSION.risk({"a": 0.5}) < FUSION.risk({"a": 0.5, "b": 1.0})
    assert FUSION.risk({"a": 0.0, "b": 0.0}) < FUSION.risk({"a": 0.0})
    steep = Fusion({"a": 1e308}, bias=-1e308)
    assert steep.risk({"a": 0.0}) == pytest.approx(0.0)
    assert steep.risk({"a": 1.0}) == pytest.approx(0.5)


def test_a_rule_on_the_risk_names_the_risk_or_the_check_that_it_also_tests() -> None:
    rules = [Rule("risky", Test(RISK, 0.6)), Rule("own", Test("a", 0.9))]
    turn = Turn(policy_of(rules, segment=["a"], fusion=Fusion({"a": 8.0}, bias=-4.0)))
    turn.writes("One. ")
    hold = turn.hears(ev.Verdict("a", 0.95, CONTENT, 0, 4))[0]
    assert isinstance(hold, OpenHold)
    named = {reason.rule: (reason.check, reason.score) for reason in hold.reasons}
    assert named["own"] == ("a", 0.95)
    assert named["risky"][0] == RISK


def test_a_risk_that_nobody_spoke_of_is_judged_at_the_end() -> None:
    turn = Turn(policy_of([Rule("risky", Test(RISK, 0.6))], fusion=Fusion({"a": 1.0}, bias=2.0)))
    turn.writes("One.")
    (hold,) = turn.hears(ev.Done())
    assert isinstance(hold, OpenHold)
    assert [(reason.rule, reason.check) for reason in hold.reasons] == [("risky", RISK)]


def test_a_risk_that_was_told_already_is_not_told_again_at_the_end() -> None:
    watch = Rule("risky", Test(RISK, 0.6), then="watch")
    turn = Turn(policy_of([watch], segment=["a"], fusion=Fusion({"a": 8.0}, bias=-4.0)))
    turn.writes("One. Two")
    assert Watched in map(type, turn.hears(ev.Verdict("a", 0.9, CONTENT, 0, 5)))
    assert [type(effect) for effect in turn.hears(ev.Done())] == [RunChecks]


def risky(missing: float, *, response: Response = "hold", beside: bool = False) -> Turn:
    """Two checks that count alike; the second one may be spared."""
    fusion = Fusion({"a": 6.0, "b": 6.0}, {"b": missing}, -3.0, 0.4, 0.9)
    rule = Rule("risky", Test(RISK, 0.8), then=response)
    segment, aside = ((), ("a", "b")) if beside else (("a", "b"), ())
    policy = policy_of([rule], segment=segment, beside=aside, costly=["b"], fusion=fusion)
    return Turn(policy)


def test_who_may_still_speak_does_not_raise_the_risk() -> None:
    turn = risky(4.0)
    turn.writes("One. Two")
    assert turn.hears(ev.Verdict("a", 0.1, CONTENT, 0, 5)) == []
    assert turn.gate.scores[RISK] < 0.1
    assert turn.hears(ev.Verdict("b", 0.0, CONTENT, 0, 5)) == [Release(CONTENT, 5)]


def test_who_said_nothing_in_the_end_raises_the_risk_while_there_is_something_to_hold() -> None:
    fusion = Fusion({"a": 6.0, "b": 6.0}, {"b": 4.0}, -3.0)
    rule = Rule("risky", Test(RISK, 0.8), on_error="release")
    turn = Turn(policy_of([rule], segment=["a", "b"], fusion=fusion))
    turn.writes("One. Two.")
    turn.hears(ev.Done())
    for start, upto in ((0, 5), (5, 9)):
        assert turn.gate.phase == "open"
        turn.hears(ev.CheckFailed("b", "it died", CONTENT, start, upto))
        out = turn.hears(ev.Verdict("a", 0.6, CONTENT, start, upto))
    (hold,) = out
    assert isinstance(hold, OpenHold)
    assert [(reason.rule, reason.check, reason.code) for reason in hold.reasons] == [
        ("risky", RISK, "threshold")
    ]
    assert turn.gate.lanes[CONTENT].sent == 5


def test_who_was_spared_is_asked_where_the_silence_would_decide() -> None:
    """Beside a risk in the band its own silence is no verdict."""
    turn = risky(3.0)
    turn.writes("One.")
    turn.hears(ev.Done())
    turn.hears(ev.Verdict("a", 0.2, CONTENT, 0, 4))
    out = turn.hears(ev.Spared("b", CONTENT, 0, 4))
    assert out == [RunChecks(frozenset("b"), final=True)]
    assert turn.hears(ev.Verdict("b", 0.0, final=True))[-1] == Finish("model")


def test_a_check_that_nobody_waited_for_is_never_missing() -> None:
    turn = risky(100.0, response="watch", beside=True)
    turn.writes("One.")
    assert Watched not in map(type, turn.hears(ev.Done()))
    assert turn.hears(ev.Verdict("a", 0.5, final=True)) == []
    assert Watched in map(type, turn.hears(ev.Verdict("a", 0.9, final=True)))


def test_who_is_spared_lets_the_text_go_and_is_not_asked_again() -> None:
    turn = Turn(BOTH)
    turn.writes("One. Two. ")
    assert turn.hears(ev.Verdict("a", 0.1, CONTENT, 0, 5)) == []
    assert turn.hears(ev.Spared("b", CONTENT, 0, 5)) == [Release(CONTENT, 5)]
    turn.hears(ev.Done())
    turn.hears(ev.Verdict("a", 0.2, CONTENT, 5, 10))
    out = turn.hears(ev.Spared("b", CONTENT, 5, 10))
    assert out == [Release(CONTENT, 10), Finish("model")]


def test_who_was_spared_is_asked_about_everything_once_it_matters() -> None:
    turn = Turn(BOTH)
    turn.writes("One. Two. ")
    turn.hears(ev.Verdict("a", 0.1, CONTENT, 0, 5))
    turn.hears(ev.Spared("b", CONTENT, 0, 5))
    turn.hears(ev.Done())
    turn.hears(ev.Verdict("a", 0.9, CONTENT, 5, 10))
    asked = turn.hears(ev.Verdict("b", 0.1, CONTENT, 5, 10))
    assert asked == [RunChecks(frozenset("b"), final=True)]
    assert turn.hears(ev.Scanned(CONTENT, 10)) == []  # nothing leaves before it has answered
    (hold,) = turn.hears(ev.Verdict("b", 0.9, final=True))
    assert isinstance(hold, OpenHold)


def test_who_is_spared_nothing_in_particular_has_cleared_nothing() -> None:
    turn = Turn(policy_of([Rule("b", B)], segment=["b"]))
    turn.writes("One. Two")
    assert turn.hears(ev.Spared("b", CONTENT)) == []
    assert turn.hears(ev.Spared("b", CONTENT, upto=5)) == [Release(CONTENT, 5)]


def test_a_person_who_speaks_is_not_disturbed() -> None:
    turn = Turn(BOTH)
    turn.writes("One. ")
    turn.hears(ev.TakenOver("ana", "Ana"))
    before = turn.gate
    assert turn.hears(ev.Spared("b", CONTENT, 0, 4)) == []
    assert turn.gate == before


SCORE = st.sampled_from([0.0, 0.3, 0.5, 0.9])


@given(st.lists(st.tuples(SCORE, SCORE), min_size=1, max_size=5))
def test_sparing_never_changes_what_becomes_of_an_answer(
    scores: Sequence[tuple[float, float]],
) -> None:
    """Held or corrected just as if both checks had judged every segment."""
    turn = Turn(BOTH)
    out: list[Effect] = []
    for at in range(len(scores)):
        out += turn.writes(f"S{at}. " if at < len(scores) - 1 else f"S{at}.")
    asks = [effect for effect in out if isinstance(effect, RunChecks)]
    out += turn.hears(ev.Done())
    asks = [effect for effect in out if isinstance(effect, RunChecks)]
    while asks:
        ask = asks.pop(0)
        places = range(len(scores)) if ask.final else (ask.start // 4,)
        for name, column in (("a", 0), ("b", 1)):
            if name not in ask.checks:
                continue
            about = (ask.field, ask.start, ask.upto, ask.final)
            score = max(scores[place][column] for place in places)
            spare = name == "b" and not needed(BOTH, turn.gate.scores, "b")
            said = ev.Spared("b", *about) if spare else ev.Verdict(name, score, *about)
            more = turn.hears(said)
            asks += [effect for effect in more if isinstance(effect, RunChecks)]
            out += more
    risky = max(a for a, _ in scores) >= 0.5 and max(b for _, b in scores) >= 0.5
    assert risky is any(isinstance(effect, OpenHold | Correct) for effect in out)
    assert risky is not (out[-1] == Finish("model"))
