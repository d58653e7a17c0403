"""Sent before the time to undo is over: by whom, and what is still waited for."""

from typing import Any

import pytest

from hitl_chat.core import deciding, undoing
from hitl_chat.core import hold as holds
from hitl_chat.core.command import Person, Refusal
from tests.core.test_hold import ANA, BEN, DRAFT, SUE, Desk, code, opened
from tests.core.test_seconding import EDIT, desk_for, seconds


def hurries(desk: Desk, by: Person = ANA) -> Refusal | None:
    return desk.do(undoing.send_now(desk.hold, by, desk.now))


def test_a_decision_that_is_sent_now_stands_at_once() -> None:
    desk = opened()
    desk.decide(ANA, "approve", draft_sha256=DRAFT.sha256(), undo=3)
    assert hurries(desk.at(1)) is None
    made = desk.hold.decision
    assert made is not None
    assert (made.by, made.action, made.at, made.texts) == ("ana", "approve", 1, DRAFT.pending)
    assert made.hurried_by == "ana"
    assert code(desk.undo(ANA)) == "decided"


def test_sending_again_what_is_sent_changes_nothing() -> None:
    desk = opened()
    desk.decide(ANA, "reject", undo=3)
    hurries(desk.at(1))
    sent = desk.hold
    assert hurries(desk.at(2)) is None
    assert hurries(desk.at(9)) is None
    assert desk.hold == sent


def test_only_its_author_or_a_supervisor_sends_it_now() -> None:
    desk = opened()
    desk.decide(ANA, "reject", undo=3)
    assert code(hurries(desk.at(1), BEN)) == "settling"
    assert desk.hold.state == "settling"
    assert hurries(desk, SUE) is None
    assert desk.hold.decision is not None
    assert (desk.hold.decision.by, desk.hold.decision.hurried_by) == ("ana", "sue")
    assert code(hurries(desk, BEN)) == "decided"


def test_who_undid_it_is_known_until_the_next_decision() -> None:
    desk = opened()
    desk.decide(ANA, "reject", undo=3)
    assert desk.undo(SUE) is None
    assert desk.hold.undone_by == "sue"
    desk.decide(ANA, "reject", undo=3)
    assert desk.hold.undone_by == ""


def test_there_must_be_something_to_send() -> None:
    desk = opened()
    assert code(hurries(desk)) == "nothing_to_send"
    desk.claim(ANA)
    assert code(hurries(desk)) == "nothing_to_send"
    assert code(hurries(desk.at(120))) == "decided"  # by the deadline
    gone = holds.cancel(opened().hold)
    assert isinstance(gone, holds.Hold)
    assert code(hurries(Desk(gone))) == "cancelled"


@pytest.mark.parametrize("said", ["clean", "warned"])
def test_the_recheck_of_an_edit_is_waited_for(said: Any) -> None:
    desk = opened()
    desk.decide(ANA, "edit", texts=EDIT, recheck=True, undo=3, idem_key="k")
    assert hurries(desk.at(1)) is None
    assert desk.hold.state == "settling"
    desk.at(2).do(deciding.rechecked(desk.hold, "k", said, 2))
    assert desk.hold.decision is not None
    assert (desk.hold.decision.at, desk.hold.decision.recheck) == (2, said)


def test_a_recheck_that_never_ends_has_as_long_as_before() -> None:
    desk = opened()
    desk.decide(ANA, "edit", texts=EDIT, recheck=True, undo=3)
    hurries(desk.at(1))
    assert desk.at(7.9).hold.state == "settling"
    assert desk.at(8).hold.state == "decided"


def test_a_second_person_is_waited_for_and_then_nothing_else() -> None:
    desk = desk_for("edit")
    desk.decide(ANA, "edit", texts=EDIT, undo=3)
    assert hurries(desk.at(1)) is None
    assert desk.hold.state == "settling"
    assert seconds(desk.at(2)) is None
    assert desk.at(2).hold.state == "decided"


def test_a_warning_can_be_read_before_it_is_sent() -> None:
    desk = opened()
    desk.decide(ANA, "edit", texts=EDIT, recheck=True, undo=3, idem_key="k")
    desk.at(2).do(deciding.rechecked(desk.hold, "k", "warned", 2))
    assert desk.at(4.9).hold.state == "settling"
    assert desk.undo(ANA) is None
    assert desk.hold.state == "claimed"


def test_after_a_warning_it_is_sent_all_the_same() -> None:
    desk = opened()
    desk.decide(ANA, "edit", texts=EDIT, recheck=True, undo=3, idem_key="k")
    desk.at(2).do(deciding.rechecked(desk.hold, "k", "warned", 2))
    assert hurries(desk.at(4)) is None
    assert desk.hold.decision is not None
    assert (desk.hold.decision.at, desk.hold.decision.recheck) == (4, "warned")


def test_no_warning_is_waited_for_past_the_deadline() -> None:
    desk = opened().at(100)
    desk.decide(ANA, "edit", texts=EDIT, recheck=True, undo=15, idem_key="k")
    desk.at(114).do(deciding.rechecked(desk.hold, "k", "warned", 114))
    assert desk.at(119.9).hold.state == "settling"
    assert desk.at(120).hold.decision is not None
    assert desk.hold.decision is not None
    assert desk.hold.decision.by == "ana"


def test_a_warning_after_it_still_calls_the_second_person() -> None:
    desk = desk_for("warned")
    desk.decide(ANA, "edit", texts=EDIT, recheck=True, undo=3, idem_key="k")
    hurries(desk.at(1))
    desk.do(deciding.rechecked(desk.hold, "k", "warned", 1))
    assert desk.hold.state == "settling"
    assert desk.hold.proposal is not None
    assert desk.hold.proposal.second == "wanted"


def test_who_may_decide_nothing_any_more_leaves_nothing_behind() -> None:
    desk = opened()
    desk.claim(ANA)
    assert desk.do(undoing.withdraw(desk.hold, "ben", "amy")) is None
    assert desk.hold.claimed_by == "ana"
    desk.do(undoing.withdraw(desk.hold, "ana", "amy"))
    assert (desk.hold.state, desk.hold.claimed_by, desk.hold.undone_by) == ("open", "", "amy")
    assert desk.hold.fence == 2
    desk.decide(ANA, "reject", undo=3)
    desk.do(undoing.withdraw(desk.hold, "ana", "amy"))
    assert (desk.hold.state, desk.hold.proposal, desk.hold.undone_by) == ("open", None, "amy")
    assert desk.at(3).hold.state == "open"
    desk.decide(ANA, "reject")
    assert code(desk.do(undoing.withdraw(desk.hold, "ana", "amy"))) == "decided"


@pytest.mark.parametrize("later", [3, 10])
def test_what_waited_longer_than_its_window_is_as_it_was(later: float) -> None:
    desk = desk_for("edit")
    desk.decide(ANA, "edit", texts=EDIT, undo=3)
    waiting = desk.at(later).hold
    assert hurries(desk) is None
    assert desk.hold == waiting


def test_a_decision_that_was_confirmed_within_its_window_is_sent_now() -> None:
    desk = desk_for("approve")
    desk.decide(ANA, "approve", draft_sha256=DRAFT.sha256(), undo=3)
    seconds(desk.at(1))
    assert hurries(desk) is None
    assert desk.hold.state == "decided"
