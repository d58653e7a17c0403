"""The stop switch thrown while a turn runs: by its own rule, once, where the model speaks."""

import pytest

from hitl_chat.core import events as ev
from hitl_chat.core.effects import Finish, OpenHold, RunChecks, Send, StopModel, UpdateHold
from hitl_chat.core.policy import Rule, Terms, Test, policy_of
from hitl_chat.core.stopping import ANY_END
from hitl_chat.core.types import STOPPED, Reason
from tests.core.test_gate import CONTENT, GUARANTEE, SYNCHRONOUS, Turn, held

HOLD = Rule(STOPPED, Test(ANY_END, 1.0), strictness="answer", terms=Terms(on_no_agent="wait"))
BLOCK = Rule(STOPPED, HOLD.when, then="block", terms=Terms(fallback="Later."))
WHY = Reason(STOPPED, "ended:any", "ended")
LAX = Rule("default", Test("no:body"), terms=Terms(on_deadline="release"))


def test_an_answer_is_held_from_there_on_by_the_terms_of_the_switch() -> None:
    turn = Turn(policy_of([GUARANTEE], default=LAX))
    turn.writes("Hello")
    (hold,) = turn.hears(ev.Stopped(HOLD))
    assert isinstance(hold, OpenHold)
    assert (hold.reasons, hold.draft_state, hold.outstanding) == ((WHY,), "streaming", ())
    terms = hold.terms
    assert (terms.rules, terms.on_deadline, terms.on_no_agent) == (
        (STOPPED,),
        "fallback_text",
        "wait",
    )
    assert turn.writes(" world.") == []
    (news,) = turn.hears(ev.Done((ANY_END,)))
    assert isinstance(news, UpdateHold)
    assert (news.reasons, news.draft_state, news.outstanding) == ((WHY,), "whole", ())


def test_an_answer_is_blocked_from_there_on() -> None:
    turn = Turn(SYNCHRONOUS)
    turn.writes("Hello")
    out = turn.hears(ev.Stopped(BLOCK))
    assert out == [StopModel(), Send(CONTENT, "Later.", "policy"), Finish("stop")]


def test_an_answer_that_waits_for_its_checks_is_held_too() -> None:
    turn = Turn(policy_of([GUARANTEE], whole=["judge"]))
    turn.writes("Hello")
    assert turn.hears(ev.Done()) == [RunChecks(frozenset({"judge"}), final=True)]
    (hold,) = turn.hears(ev.Stopped(HOLD))
    assert isinstance(hold, OpenHold)
    assert (hold.draft_state, hold.outstanding) == ("whole", ("judge",))


@pytest.mark.parametrize("rule", [HOLD, BLOCK])
def test_what_is_held_already_waits_as_it_did(rule: Rule) -> None:
    turn = held()
    before = turn.gate
    assert turn.hears(ev.Stopped(rule)) == []
    assert turn.gate == before


def test_a_person_who_speaks_is_not_stopped_and_the_model_after_them_is() -> None:
    turn = held()
    turn.hears(ev.TakenOver("ana", "Ana"))
    assert turn.hears(ev.Stopped(HOLD)) == []
    turn.hears(ev.HandedBack())
    (hold,) = turn.hears(ev.Stopped(HOLD))
    assert isinstance(hold, OpenHold)
    assert hold.reasons == (WHY,)


def test_a_turn_that_began_under_the_switch_is_held_once_when_it_ends() -> None:
    turn = Turn(policy_of([HOLD, GUARANTEE]))
    assert turn.hears(ev.Stopped(HOLD)) == []
    assert turn.writes("Hello") == []
    (hold,) = turn.hears(ev.Done((ANY_END,)))
    assert isinstance(hold, OpenHold)
    assert hold.reasons == (WHY,)


def test_what_is_over_stays_as_it_is() -> None:
    turn = Turn(SYNCHRONOUS)
    turn.writes("Hello")
    turn.hears(ev.Done())
    assert turn.hears(ev.Stopped(BLOCK)) == []
