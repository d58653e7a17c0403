"""Checks that nobody waits for, and rules that are shadows: said of the turn, never part of it."""

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from hitl_chat.core import events as ev
from hitl_chat.core.effects import (
    Correct,
    Effect,
    Finish,
    OpenHold,
    Release,
    RunChecks,
    StopModel,
    Watched,
)
from hitl_chat.core.fusion import RISK, Fusion
from hitl_chat.core.policy import Condition, Either, Every, Not, Rule, Terms, Test, policy_of
from hitl_chat.core.types import Reason, Response, is_shadow
from tests.core.test_gate import CONTENT, Turn

TONE = Test("tone", 0.5)
WATCH = Rule("tone", TONE, then="watch")
SORRY = Rule("tone", TONE, then="watch", terms=Terms(fallback_after_text="Sorry."))
SHADOW = Rule("tone", TONE, shadow=True)
ASKED = RunChecks(frozenset({"tone"}), final=True)


def tone(score: float) -> ev.Verdict:
    return ev.Verdict("tone", score, final=True)


def over(*rules: Rule, costly: Iterable[str] = ()) -> Turn:
    turn = Turn(policy_of(rules, beside=["tone", "judge"], costly=costly))
    turn.writes("We ship.")
    assert turn.hears(ev.Done(("ended:stop",)))[-1] == Finish("model")
    return turn


def test_nobody_waits_for_a_check_that_only_watch_rules_name() -> None:
    turn = Turn(policy_of([WATCH], beside=["tone"]))
    assert turn.writes("One. Two") == [Release(CONTENT, 8)]
    assert turn.hears(ev.Done()) == [ASKED, Finish("model")]


def test_a_check_that_must_be_waited_for_is_not_beside() -> None:
    policy = policy_of([], segment=["a"], whole=["b"], beside=["a", "b", "c"], costly=["c"])
    assert policy.beside == {"c"}
    assert policy_of([], beside=["c"], costly=["c"]).keep_last is False


def test_what_is_heard_afterwards_is_recorded() -> None:
    turn = over(WATCH)
    assert turn.hears(tone(0.4)) == []
    assert turn.hears(tone(0.7)) == [Watched((Reason("tone", "tone", "threshold", 0.7),))]
    assert turn.hears(tone(0.8)) == []


def test_a_check_that_was_waited_for_has_no_say_afterwards() -> None:
    late = Rule("late", Test("late", 0.5), then="watch")
    turn = Turn(policy_of([late, WATCH], whole=["late"], beside=["tone"]))
    turn.writes("We ship.")
    turn.hears(ev.Done())
    assert turn.hears(ev.Verdict("late", 0.1, final=True))[-1] == Finish("model")
    assert turn.hears(ev.Verdict("late", 0.9, final=True)) == []


def test_who_is_asked_after_all_as_the_answer_ends_is_asked_once() -> None:
    both = Rule("both", Every((TONE, Test("judge"))), then="watch")
    held = Rule("other", Test("other", 0.5))
    policy = policy_of([both, held], whole=["other"], beside=["tone", "judge"], costly=["judge"])
    turn = Turn(policy)
    turn.writes("We ship.")
    turn.hears(ev.Done())
    turn.hears(ev.Spared("judge", final=True))
    turn.hears(tone(0.9))
    out = turn.hears(ev.Verdict("other", 0.0, final=True))
    assert out[0] == RunChecks(frozenset({"judge"}), final=True)
    assert out[-1] == Finish("model")
    assert turn.hears(tone(1.0)) == []


def test_it_is_corrected_only_where_the_rule_says_what_with() -> None:
    watched, corrected = over(SORRY).hears(tone(1.0))
    assert watched == Watched((Reason("tone", "tone", "matched", 1.0),))
    assert corrected == Correct("Sorry.")


def test_an_empty_answer_has_nothing_to_correct() -> None:
    turn = Turn(policy_of([SORRY], beside=["tone"]))
    turn.hears(ev.Done())
    assert [type(effect) for effect in turn.hears(tone(1.0))] == [Watched]


def test_while_the_answer_waits_for_others_it_is_corrected_in_the_stream() -> None:
    held = Rule("judge", Test("judge", 0.5))
    turn = Turn(policy_of([SORRY, held], whole=["judge"], beside=["tone"]))
    assert turn.writes("One. Two. ") == [Release(CONTENT, 5)]
    assert turn.hears(ev.Done()) == [RunChecks(frozenset({"judge"}), final=True), ASKED]
    stopped, watched, *rest = turn.hears(tone(1.0))
    assert (stopped, rest) == (StopModel(), [Correct("Sorry."), Finish("stop")])
    assert isinstance(watched, Watched)


def test_what_nobody_has_read_is_only_recorded() -> None:
    held = Rule("judge", Test("judge", 0.5), strictness="answer")
    turn = Turn(policy_of([SORRY, held], whole=["judge"], beside=["tone"]))
    turn.writes("One. Two. ")
    turn.hears(ev.Done())
    assert [type(effect) for effect in turn.hears(tone(1.0))] == [Watched]
    assert turn.hears(ev.Verdict("judge", 0.0, final=True))[-1] == Finish("model")


@pytest.mark.parametrize(
    ("timed_out", "code"), [(False, "check_failed"), (True, "check_timed_out")]
)
def test_a_check_that_died_beside_the_answer_is_recorded(timed_out: bool, code: str) -> None:
    failure = ev.CheckFailed("tone", "boom", final=True, timed_out=timed_out)
    reason = Reason("tone", "tone", code, detail="boom")
    assert over(WATCH).hears(failure) == [Watched((reason,))]


def test_a_check_that_died_takes_an_answer_back_unless_the_rule_lets_that_pass() -> None:
    failure = ev.CheckFailed("tone", "boom", final=True)
    watched, corrected = over(SORRY).hears(failure)
    assert isinstance(watched, Watched)
    assert corrected == Correct("Sorry.")
    lax = over(replace(SORRY, on_error="release"))
    assert lax.hears(failure) == [watched]


@pytest.mark.parametrize("then", ["hold", "block"])
def test_a_shadow_whose_check_died_says_what_its_on_error_would_have_done(then: Response) -> None:
    failure = ev.CheckFailed("tone", "boom", final=True)
    for on_error in ("hold", "block"):
        shadow = replace(SHADOW, then=then, on_error=on_error)
        (watched,) = over(shadow).hears(failure)
        assert isinstance(watched, Watched)
        assert [reason.code for reason in watched.reasons] == [f"shadow:{on_error}"]
    assert over(replace(SHADOW, then=then, on_error="release")).hears(failure) == []


def test_a_rule_is_decided_once_all_it_names_have_spoken() -> None:
    calm = Rule("calm", Not(TONE), then="watch")
    turn = over(calm)  # it did not fire for want of a verdict
    assert turn.hears(tone(0.1)) == [Watched((Reason("calm", "tone", "threshold", 0.1),))]
    both = Rule("both", Every((TONE, Not(Test("patterns:p")))), then="watch")
    assert [type(effect) for effect in over(both).hears(tone(0.9))] == [Watched]


def test_whoever_is_spared_found_nothing_until_somebody_else_speaks() -> None:
    both = Rule("both", Every((TONE, Test("judge"))), then="watch")
    turn = over(both, costly=["judge"])
    assert turn.hears(ev.Spared("judge", final=True)) == []
    again = RunChecks(frozenset({"judge"}), final=True)
    assert turn.hears(tone(0.9)) == [again]
    assert turn.hears(ev.Verdict("judge", 0.9, final=True)) == [
        Watched((Reason("both", "judge", "threshold", 0.9),))
    ]
    kind = over(Rule("kind", Every((TONE, Not(Test("judge")))), then="watch"), costly=["judge"])
    kind.hears(ev.Spared("judge", final=True))
    assert kind.hears(tone(0.9)) == [again]  # and it has not fired for want of a verdict


def test_who_was_spared_beside_the_answer_is_asked_again_when_it_closes() -> None:
    both = Rule("both", Every((Test("patterns:p"), Test("judge"))), then="watch")
    own = Rule("own", Test("other"))
    policy = policy_of([both, own], whole=["other"], beside=["judge"], costly=["judge"])
    turn = Turn(policy)
    turn.writes("One.")
    turn.hears(ev.Done())
    turn.hears(ev.Spared("judge", final=True))
    turn.hears(ev.Verdict("patterns:p", 1.0, CONTENT))
    again = RunChecks(frozenset({"judge"}), final=True)
    assert turn.hears(ev.Verdict("other", 0.0, final=True)) == [
        again,
        Release(CONTENT, 4),
        Finish("model"),
    ]


def test_the_risk_of_a_watch_rule_grows_afterwards() -> None:
    risky = Rule("risky", Test(RISK, 0.7), then="watch")
    fusion = Fusion({"tone": 8.0}, bias=-4.0)
    turn = Turn(policy_of([risky], beside=["tone"], fusion=fusion))
    turn.writes("One.")
    turn.hears(ev.Done())
    (watched,) = turn.hears(tone(1.0))
    assert isinstance(watched, Watched)
    assert watched.reasons[0].check == RISK


FUSED = Fusion({"tone": 4.0, "judge": 1.0}, missing={"judge": 3.0, "tone": 3.0}, bias=-2.0)
RISKY = Rule("risky", Test(RISK, 0.7), on_error="release", shadow=True)
DIED = ev.CheckFailed("judge", "boom", final=True)


def dared(*rules: Rule, whole: Iterable[str] = ()) -> Turn:
    turn = Turn(policy_of(rules, whole=whole, beside=["tone", "judge"], fusion=FUSED))
    turn.writes("We ship.")
    turn.hears(ev.Done(("ended:stop",)))
    return turn


def test_who_ends_without_a_word_counts_as_missing_for_rules_that_only_watch() -> None:
    turn = dared(RISKY)
    assert turn.hears(tone(0.1)) == []  # the judge may still speak
    (watched,) = turn.hears(DIED)
    assert isinstance(watched, Watched)
    (reason,) = watched.reasons
    assert (reason.check, reason.code) == (RISK, "shadow:hold")
    assert reason.score == FUSED.risk({"tone": 0.1})
    assert dared(RISKY).hears(ev.Verdict("judge", 0.0, final=True)) == []


def test_the_last_to_speak_is_weighed_with_those_who_never_did() -> None:
    high = replace(RISKY, when=Test(RISK, 0.95))
    turn = dared(high)
    assert turn.hears(DIED) == []
    (watched,) = turn.hears(tone(0.9))
    assert isinstance(watched, Watched)
    assert watched.reasons[0].score == FUSED.risk({"tone": 0.9})


def test_whoever_died_while_the_answer_waited_is_missing_when_it_leaves() -> None:
    own = Rule("own", Test("other"))
    turn = dared(own, RISKY, whole=["other"])
    assert turn.hears(DIED) == []
    assert turn.hears(ev.CheckFailed("tone", "boom", final=True)) == []
    watched, *_, last = turn.hears(ev.Verdict("other", 0.0, final=True))
    assert isinstance(watched, Watched)
    assert last == Finish("model")


def test_whoever_may_still_speak_is_not_missing() -> None:
    own = Rule("own", Test("other"))
    turn = dared(own, RISKY, whole=["other"])
    assert turn.hears(ev.Verdict("other", 0.0, final=True))[-1] == Finish("model")
    assert turn.hears(tone(0.2)) == []


def test_a_rule_that_blocks_has_nothing_left_to_say_afterwards() -> None:
    """A check that nobody waits for counts in the risk that such a rule is about."""
    stops = Rule("stops", Test(RISK, 0.7), then="block", terms=Terms(fallback_after_text="Sorry."))
    turn = dared(stops)
    assert turn.hears(DIED) == []
    assert turn.hears(tone(1.0)) == []


def test_who_objects_to_a_death_does_not_object_to_the_risk_that_came_of_it() -> None:
    turn = dared(Rule("both", Either((TONE, Test(RISK, 0.7))), then="watch"))
    assert turn.hears(ev.Verdict("judge", 0.0, final=True)) == []
    (watched,) = turn.hears(ev.CheckFailed("tone", "boom", final=True))
    assert watched == Watched((Reason("both", "tone", "check_failed", detail="boom"),))


def test_a_turn_that_is_over_hears_nobody_else() -> None:
    turn = over(WATCH)
    assert turn.hears(ev.Verdict("other", 1.0, final=True)) == []
    assert turn.hears(ev.Gone()) == []
    broken = Turn(policy_of([WATCH], beside=["tone"]))
    broken.writes("One.")
    broken.hears(ev.Failed("upstream"))
    assert broken.hears(tone(1.0)) == []


CONDITIONS = st.recursive(
    st.sampled_from([TONE, Test("judge"), Test("judge", 0.9)]),
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.builds(lambda parts: Every(tuple(parts)), st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda parts: Either(tuple(parts)), st.lists(inner, min_size=1, max_size=3)),
    ),
    max_leaves=4,
)
QUIET = st.one_of(
    st.builds(lambda when: Rule("r", when, then="watch"), CONDITIONS),
    st.builds(lambda when: Rule("r", when, strictness="watch"), CONDITIONS),
    st.builds(
        lambda when, then: Rule("r", when, then=then, strictness="answer", shadow=True),
        CONDITIONS,
        st.sampled_from(["watch", "hold", "block"]),
    ),
)


@given(
    rules=st.lists(QUIET, max_size=3),
    texts=st.lists(st.sampled_from(["One. ", "Two", "three. Four", "! "]), max_size=5),
    costly=st.sets(st.sampled_from(["tone", "judge"])),
)
def test_rules_that_only_watch_delay_nothing(
    rules: list[Rule], texts: list[str], costly: set[str]
) -> None:
    turn = Turn(policy_of(rules, beside=["tone", "judge"], costly=costly))
    size = 0
    for text in texts:
        size += len(text)
        assert turn.writes(text) == [Release(CONTENT, size)]
    out = turn.hears(ev.Done(("ended:stop", "ended:any")))
    assert out[-1] == Finish("model")


@given(
    when=CONDITIONS,
    then=st.sampled_from(["watch", "hold", "block"]),
    scores=st.tuples(st.floats(0, 1), st.floats(0, 1)),
    heard_late=st.booleans(),
)
def test_a_shadow_never_acts_and_is_recorded_at_most_once(
    when: Condition, then: Response, scores: tuple[float, float], heard_late: bool
) -> None:
    rule = Rule("r", when, then=then, shadow=True, terms=Terms(fallback_after_text="Sorry."))
    turn = Turn(policy_of([rule], beside=["tone", "judge"]))
    out: list[Effect] = turn.writes("One. Two.")
    verdicts = [ev.Verdict("tone", scores[0], CONTENT, 0, 5), tone(scores[0])]
    verdicts += [ev.Verdict("judge", scores[1], final=True), tone(scores[0])]
    done: list[ev.Event] = [ev.Done(("ended:stop",))]
    for event in [*done, *verdicts] if heard_late else [*verdicts, *done, *verdicts]:
        out += turn.hears(event)
    assert {type(effect) for effect in out} <= {Release, RunChecks, Watched, Finish}
    told = [reason for effect in out if isinstance(effect, Watched) for reason in effect.reasons]
    assert len(told) <= 1
    assert all(is_shadow(reason) and reason.code == f"shadow:{then}" for reason in told)


def test_a_shadow_says_what_it_would_have_done_beside_a_rule_that_does_it() -> None:
    hold = Rule("hold", Test("seg", 0.5))
    shadow = Rule("shadow", Test("seg", 0.2), then="block", shadow=True)
    turn = Turn(policy_of([hold, shadow], segment=["seg"]))
    turn.writes("One. ")
    watched, opened = turn.hears(ev.Verdict("seg", 0.9, CONTENT, 0, 5))
    assert watched == Watched((Reason("shadow", "seg", "shadow:block", 0.9),))
    assert isinstance(opened, OpenHold)
    assert opened.terms.rules == ("hold",)
    assert opened.outstanding == ("seg",)
