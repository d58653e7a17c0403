"""What time, checks and the customer do to a hold, without any person."""

from typing import Any

import pytest
from msgspec.structs import replace

from hitl_chat.core import deciding, undoing
from hitl_chat.core import hold as holds
from hitl_chat.core.command import Refusal
from hitl_chat.core.policy import Terms
from hitl_chat.core.types import Reason
from tests.core.test_hold import ANA, DRAFT, TERMS, code, opened

MORE = (Reason("r", "c", "matched"),)


def test_silence_until_the_deadline_is_a_decision_by_the_deadline() -> None:
    desk = opened()
    assert desk.at(119.9).hold.state == "open"
    made = desk.at(120).hold.decision
    assert made is not None
    assert (made.by, made.action, made.at) == ("system:deadline", "fallback_text", 120)
    assert (desk.hold.version, made.seen_version, made.seen_sha) == (2, 0, "")
    assert made.texts == {"0/content": " A colleague will write."}
    assert desk.hold.due_at == float("inf")


@pytest.mark.parametrize(
    ("facts", "action"),
    [
        ({}, "release"),
        ({"draft_state": "interrupted"}, "fallback_text"),
        ({"outstanding": ("judge",)}, "fallback_text"),
    ],
)
def test_release_on_deadline_never_releases_an_unjudged_draft(
    facts: dict[str, Any], action: str
) -> None:
    made = opened(replace(TERMS, on_deadline="release"), **facts).at(120).hold.decision
    assert made is not None
    assert made.action == action
    assert (made.texts == DRAFT.pending) == (action == "release")


def test_a_deadline_may_requeue_once() -> None:
    desk = opened(replace(TERMS, on_deadline="requeue"))
    desk.at(100).claim(ANA)
    assert desk.at(120).hold.state == "open"
    assert (desk.hold.deadline_at, desk.hold.version, desk.hold.fence) == (240, 2, 1)
    made = desk.at(240).hold.decision
    assert made is not None
    assert made.action == "fallback_text"


def test_requeueing_ends_at_the_cap() -> None:
    desk = opened(replace(TERMS, on_deadline="requeue", deadline=400))
    assert desk.at(400).hold.deadline_at == 600
    desk = opened(replace(TERMS, on_deadline="requeue", deadline=4000))
    assert desk.hold.deadline_at == 600
    assert desk.at(600).hold.state == "decided"
    assert not desk.hold.requeued


def test_a_decision_in_time_keeps_the_deadline_waiting_for_its_undo_window() -> None:
    desk = opened()
    desk.at(119).decide(ANA, "reject", undo=3)
    assert desk.at(121.9).hold.state == "settling"
    made = desk.at(122).hold.decision
    assert made is not None
    assert made.by == "ana"


def test_an_undo_window_keeps_the_deadline_waiting_only_so_long() -> None:
    desk = opened()
    desk.at(119).decide(ANA, "reject", undo=30)
    assert desk.at(134.9).hold.state == "settling"
    assert desk.at(135).hold.state == "decided"


def test_an_undo_past_the_deadline_lets_the_deadline_act_at_once() -> None:
    desk = opened()
    desk.at(119).decide(ANA, "reject", undo=3)
    assert desk.at(121).undo(ANA) is None
    assert desk.hold.decision is not None
    assert desk.hold.decision.by == "system:deadline"


def test_a_recheck_keeps_the_deadline_waiting_only_so_long() -> None:
    desk = opened()
    desk.at(119).decide(ANA, "edit", texts={"0/content": " No."}, undo=3, recheck=True)
    assert desk.at(126.9).hold.state == "settling"
    made = desk.at(127).hold.decision
    assert made is not None
    assert made.by == "system:deadline"


def test_a_recheck_that_may_last_until_the_deadline_is_too_late_at_the_deadline() -> None:
    desk = opened()
    desk.at(110).decide(ANA, "edit", texts={"0/content": " No."}, undo=5, recheck=True)
    made = desk.at(120).hold.decision
    assert made is not None
    assert made.by == "system:deadline"


@pytest.mark.parametrize("looks", [(), (8,), (9.5,), (10.9,)])
def test_a_recheck_that_never_ends_ends_when_it_should_have(looks: tuple[float, ...]) -> None:
    """... and not when somebody looked: the sweep may be late."""
    desk = opened()
    desk.decide(ANA, "edit", texts={"0/content": " No."}, undo=3, recheck=True)
    for now in looks:
        assert desk.at(now).hold.state == "settling"
    assert desk.at(11).hold.state == "decided"


def test_a_requeued_hold_forgets_the_proposal_that_came_too_late() -> None:
    desk = opened(replace(TERMS, on_deadline="requeue"))
    desk.at(119).decide(ANA, "edit", texts={"0/content": " No."}, recheck=True)
    assert desk.at(124).hold.state == "open"
    assert desk.hold.proposal is None


def test_nobody_there() -> None:
    waiting = opened(replace(TERMS, on_no_agent="wait"))
    assert holds.no_agent(waiting.hold, DRAFT, 0) == waiting.hold
    waiting.do(holds.cancel(waiting.hold))
    assert code(waiting.do(holds.no_agent(waiting.hold, DRAFT, 0))) == "cancelled"
    desk = opened(replace(TERMS, on_no_agent="block"))
    desk.do(holds.no_agent(desk.hold, DRAFT, 0))
    assert desk.hold.decision is not None
    assert (desk.hold.decision.by, desk.hold.decision.action) == ("system:no_agent", "block")


def test_the_version_changes_with_what_is_known_not_with_the_same_again() -> None:
    desk = opened(draft_state="streaming", outstanding=("judge",))
    assert holds.update(desk.hold, (), "streaming", ("judge",)) == desk.hold
    for step, state in enumerate((((), "streaming", ()), ((), "whole", ()), (MORE, "whole", ()))):
        desk.do(holds.update(desk.hold, *state))  # type: ignore[arg-type]
        assert desk.hold.version == step + 2
        assert (desk.hold.reasons, desk.hold.draft_state, desk.hold.outstanding) == state


def test_an_approval_does_not_survive_a_new_objection_but_an_edit_does() -> None:
    desk = opened()
    desk.decide(ANA, "approve", undo=3, draft_sha256=DRAFT.sha256())
    desk.do(holds.update(desk.hold, MORE, "whole", ()))
    assert (desk.hold.state, desk.hold.version, desk.hold.claim_until) == ("claimed", 2, 30)
    desk.decide(ANA, "edit", texts={"0/content": " No."}, undo=3)
    desk.do(holds.update(desk.hold, (), "whole", ()))
    assert desk.hold.state == "settling"


def test_a_hold_whose_customer_left_sinks_and_comes_back_with_them() -> None:
    desk = opened()
    desk.do(holds.customer_left(desk.hold, 0, 60))
    desk.at(10).do(holds.customer_left(desk.hold, 10, 60))
    assert desk.hold.orphan_at == 60
    assert desk.hold.band == 1
    assert desk.at(60).hold.band == 2
    desk.do(holds.customer_back(desk.hold))
    assert desk.hold == opened().hold


def test_a_customer_who_is_back_in_time_has_not_left() -> None:
    desk = opened()
    desk.do(holds.customer_left(desk.hold, 0, 60))
    desk.at(10).do(holds.customer_back(desk.hold))
    assert desk.at(100).hold == opened().hold


def test_a_customer_may_leave_while_a_decision_settles() -> None:
    desk = opened()
    desk.decide(ANA, "reject", undo=3)
    desk.do(holds.customer_left(desk.hold, 0, 1))
    assert desk.at(1).hold.state == "settling"
    assert desk.hold.band == holds.BAND_LEFT


def test_a_cancelled_hold_refuses_everything() -> None:
    desk = opened()
    desk.decide(ANA, "reject", undo=3)
    desk.do(holds.cancel(desk.hold))
    assert (desk.hold.state, desk.hold.proposal, desk.hold.version) == ("cancelled", None, 2)
    gone = desk.hold
    attempts = [
        holds.cancel(gone),
        holds.update(gone, MORE, "whole", ()),
        holds.customer_left(gone, 0, 60),
        holds.customer_back(gone),
        holds.no_agent(gone, DRAFT, 0),
        holds.ruled(gone, DRAFT, holds.STOP_SWITCH, "block", 0),
        deciding.claim(gone, ANA, 0, 30),
        deciding.renew(gone, ANA, 1, 0, 30),
        deciding.release(gone, ANA, 1),
        undoing.undo(gone, ANA, 0, 30),
        undoing.send_now(gone, ANA, 0),
    ]
    assert {a.code if isinstance(a, Refusal) else "allowed" for a in attempts} == {"cancelled"}
    assert code(desk.decide(ANA, "reject")) == "cancelled"


def test_the_stop_switch_decides() -> None:
    desk = opened(Terms())
    desk.do(holds.ruled(desk.hold, DRAFT, holds.STOP_SWITCH, "release", 0))
    assert desk.hold.decision is not None
    assert (desk.hold.decision.by, desk.hold.decision.action) == ("system:stop_switch", "release")
