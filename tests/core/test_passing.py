"""A hold is passed on: to the supervisors, to a colleague, to a second pair of eyes."""

import pytest
from msgspec.structs import replace

from hitl_chat.core import passing
from hitl_chat.core.command import Person, Refusal
from hitl_chat.core.proposal import offered
from tests.core.test_hold import ANA, BEN, LIMITS, SUE, TERMS, Desk, code, opened

LEASE = LIMITS.lease


def escalates(desk: Desk, by: Person, *, supervised: bool = True) -> Refusal | None:
    return desk.do(passing.escalate(desk.hold, by, supervised=supervised))


def assigns(desk: Desk, by: Person, to: Person | None) -> Refusal | None:
    return desk.do(passing.assign(desk.hold, by, to, desk.now, LEASE))


def test_what_was_escalated_is_for_supervisors_only() -> None:
    desk = opened()
    desk.claim(ANA)
    assert escalates(desk, ANA) is None
    hold = desk.hold
    assert (hold.state, hold.claimed_by) == ("open", "")
    assert (hold.escalated_by, hold.escalated_name) == (ANA.id, ANA.name)
    assert code(desk.claim(ANA)) == code(desk.decide(BEN, "reject")) == "escalated"
    assert code(assigns(desk, SUE, BEN)) == "escalated"
    assert escalates(desk, SUE) is None
    assert desk.hold.escalated_by == "ana"
    assert desk.decide(SUE, "reject") is None


def test_nobody_escalates_to_an_empty_room() -> None:
    desk = opened()
    assert code(escalates(desk, ANA, supervised=False)) == "no_supervisor"
    assert desk.hold.escalated_by == ""


def test_a_colleague_gets_the_claim_and_keeps_it_while_they_are_there() -> None:
    desk = opened()
    desk.claim(ANA)
    assert assigns(desk, ANA, BEN) is None
    hold = desk.hold
    assert (hold.claimed_by, hold.claimed_name) == (BEN.id, BEN.name)
    assert (hold.fence, hold.claim_until) == (2, LEASE)
    assert code(desk.decide(ANA, "reject")) == "claimed"
    desk.at(1)
    assert assigns(desk, BEN, BEN) is None
    assert (desk.hold.fence, desk.hold.claim_until) == (2, 1 + LEASE)
    assert desk.at(1 + LEASE).hold.state == "open"
    assert assigns(desk, ANA, SUE) is None
    assert desk.hold.claimed_by == "sue"


@pytest.mark.parametrize("act", [escalates, lambda desk, by: assigns(desk, by, SUE)])
def test_only_what_is_yours_or_nobodys_is_passed_on(act: "object") -> None:
    assert callable(act)
    desk = opened()
    desk.claim(BEN)
    assert code(act(desk, ANA)) == "claimed"
    desk.decide(BEN, "reject", undo=3.0)
    assert code(act(desk, BEN)) == "settling"
    assert code(act(desk.at(3), BEN)) == "decided"


def test_nobody_is_given_a_hold_who_is_not_there() -> None:
    assert code(assigns(opened(), ANA, None)) == "not_online"


def test_a_second_opinion_is_asked_for_once_and_given_once() -> None:
    desk = opened()
    for _ in range(2):
        assert desk.do(passing.ask(desk.hold, ANA, BEN)) is None
    assert list(desk.hold.asked) == ["ben"]
    assert code(desk.do(passing.answer(desk.hold, ANA))) == "not_asked"
    assert desk.do(passing.answer(desk.hold, BEN)) is None
    assert not desk.hold.asked
    assert desk.hold.state == "open"
    assert code(desk.do(passing.answer(desk.hold, BEN))) == "not_asked"


def test_a_second_opinion_needs_somebody_else_and_a_hold_that_waits() -> None:
    desk = opened()
    assert code(desk.do(passing.ask(desk.hold, ANA, None))) == "not_online"
    assert code(desk.do(passing.ask(desk.hold, ANA, ANA))) == "own_opinion"
    desk.do(passing.ask(desk.hold, ANA, BEN))
    desk.decide(ANA, "reject")
    assert code(desk.do(passing.answer(desk.hold, BEN))) == "decided"
    assert code(desk.do(passing.ask(desk.hold, ANA, SUE))) == "decided"


def test_nine_reasons_are_offered_the_rule_s_first() -> None:
    own = ("wrong days", "tone")
    found = offered(replace(TERMS, because=own))
    assert found[:2] == own
    assert len(found) == len(set(found)) == 9  # one key each
