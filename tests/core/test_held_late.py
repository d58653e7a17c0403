"""What only a judged draft decides counts just as much while something else is held already."""

import pytest

from hitl_chat.core import events as ev
from hitl_chat.core.effects import Effect, OpenHold, Release, RunChecks, Send, UpdateHold, Watched
from hitl_chat.core.policy import Every, Not, Policy, Rule, Test, policy_of
from tests.core.test_gate import CONTENT, SYNCHRONOUS, Turn

FIRST = Rule("first", Test("patterns:guarantee", 0.5))
NEVER = Rule("never", Not(Test("x", 0.5)), then="block")


def held(policy: Policy) -> Turn:
    turn = Turn(policy)
    turn.writes("Sorry. We guarantee it.", 7)
    turn.matched(7, 23)
    turn.hears(ev.Scanned(CONTENT, 23))
    assert turn.gate.phase == "held"
    return turn


def approved(turn: Turn, action: str) -> list[Effect]:
    return turn.hears(ev.Decision(action, "ana"))  # type: ignore[arg-type]


@pytest.mark.parametrize("action", ["approve", "release"])
def test_a_not_that_blocks_joins_the_hold_when_all_is_judged(action: str) -> None:
    other = Rule("other", Test("y", 0.5))
    turn = held(policy_of([FIRST, NEVER, other], whole=["x", "y"]))
    turn.hears(ev.Done())
    turn.hears(ev.Verdict("x", 0.0, final=True))
    (news,) = turn.hears(ev.Verdict("y", 0.0, final=True))
    assert isinstance(news, UpdateHold)
    assert [reason.rule for reason in news.reasons] == ["first", "never"]
    assert news.outstanding == ("block:never",)
    assert not any(isinstance(out, Release) for out in approved(turn, action))


def test_so_does_one_about_synchronous_checks() -> None:
    never = Rule("never", Not(Test("patterns:other", 0.5)), then="block")
    turn = held(policy_of([FIRST, never]))
    (news,) = turn.hears(ev.Done())
    assert isinstance(news, UpdateHold)
    assert news.outstanding == ("block:never",)
    assert any(isinstance(out, Send) for out in approved(turn, "approve"))


def test_it_joins_the_hold_that_the_last_verdict_opens() -> None:
    turn = Turn(policy_of([Rule("y", Test("y", 0.5)), NEVER], whole=["x", "y"]))
    turn.writes("One.")
    turn.hears(ev.Done())
    turn.hears(ev.Verdict("x", 0.0, final=True))
    (hold,) = turn.hears(ev.Verdict("y", 0.9, final=True))
    assert isinstance(hold, OpenHold)
    assert {reason.rule for reason in hold.reasons} == {"y", "never"}


def test_who_was_spared_is_asked_while_something_is_held() -> None:
    both = Rule("both", Every((Test("a", 0.5), Test("b", 0.5))), then="block")
    turn = held(policy_of([FIRST, both], segment=["a", "b"], costly=["b"]))
    turn.hears(ev.Done())
    turn.hears(ev.Verdict("a", 0.1, CONTENT, 7, 23))
    turn.hears(ev.Spared("b", CONTENT, 0, 7))
    turn.hears(ev.Spared("b", CONTENT, 7, 23))
    asked, news = turn.hears(ev.Verdict("a", 0.9, CONTENT, 0, 7))
    assert asked == RunChecks(frozenset("b"), final=True)
    assert isinstance(news, UpdateHold)
    assert news.outstanding == ("b",)
    (news,) = turn.hears(ev.Verdict("b", 0.9, final=True))
    assert isinstance(news, UpdateHold)
    assert news.outstanding == ("block:both",)


def test_a_late_rule_that_watches_is_told_and_adds_no_reason() -> None:
    watch = Rule("watch", Not(Test("patterns:other", 0.5)), then="watch")
    turn = held(policy_of([FIRST, watch]))
    watched, news = turn.hears(ev.Done())
    assert isinstance(watched, Watched)
    assert [reason.rule for reason in watched.reasons] == ["watch"]
    assert isinstance(news, UpdateHold)
    assert [reason.rule for reason in news.reasons] == ["first"]


def test_without_late_rules_nothing_is_said_twice() -> None:
    turn = held(SYNCHRONOUS)
    (news,) = turn.hears(ev.Done())
    assert isinstance(news, UpdateHold)
    assert turn.hears(ev.Scanned(CONTENT, 23)) == []
