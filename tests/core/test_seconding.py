"""Where one person is not enough: a second one confirms or declines, and the deadline goes on."""

from typing import Any

import pytest
from msgspec.structs import replace

from hitl_chat.core import deciding, seconding
from hitl_chat.core.command import Person, Refusal
from hitl_chat.core.hold import Outcome
from hitl_chat.core.types import NeedsSecond
from tests.core.test_hold import ANA, BEN, DRAFT, LIMITS, SUE, TERMS, Desk, code, opened

EDIT = {"0/content": " It depends."}
SAM = Person("sam", "sam", "supervisor")


def desk_for(*needs: NeedsSecond, **terms: Any) -> Desk:
    return opened(replace(TERMS, needs_second=needs, **terms))


def seconds(desk: Desk, by: Any = BEN, *, agree: bool = True, sha: str = "") -> Refusal | None:
    made = desk.hold.proposal
    seen = sha or (desk.draft.sha_with(made.texts) if made else "")
    command = seconding.Second(by, agree, seen)
    return desk.do(seconding.second(desk.hold, desk.draft, command, desk.now, LIMITS.lease))


def rechecked(desk: Desk, said: Any) -> Outcome:
    return deciding.rechecked(desk.hold, "k", said, desk.now)


def test_a_decision_that_needs_two_waits_for_the_second_and_is_theirs_too() -> None:
    desk = desk_for("edit")
    assert desk.decide(ANA, "edit", texts=EDIT, undo=3.0) is None
    assert desk.at(30).hold.state == "settling"
    assert seconds(desk) is None
    made = desk.hold.decision
    assert made is not None
    assert (made.by, made.seconder, made.seconder_name) == ("ana", "ben", "ben")
    assert made.texts == EDIT


def test_a_confirmation_within_the_undo_window_waits_for_its_end() -> None:
    desk = desk_for("approve")
    desk.decide(ANA, "approve", draft_sha256=DRAFT.sha256(), undo=3.0)
    assert seconds(desk.at(1)) is None
    assert desk.hold.state == "settling"
    assert desk.at(3).hold.state == "decided"


def test_what_the_rule_does_not_name_needs_nobody_else() -> None:
    desk = desk_for("approve")
    desk.decide(ANA, "edit", texts=EDIT)
    assert desk.hold.decision is not None
    assert code(seconds(desk)) == "decided"


SAME = {"0/content": "You  get\n500 euros. "}


def test_an_edit_that_changes_nothing_needs_whom_an_approval_needs() -> None:
    """Else whoever may not approve alone sends the very same as an edit."""
    desk = desk_for("approve")
    desk.decide(ANA, "edit", texts=SAME)
    assert desk.hold.decision is None
    assert desk.hold.proposal is not None
    assert desk.hold.proposal.second == "wanted"
    assert seconds(desk) is None
    assert desk.hold.decision is not None


@pytest.mark.parametrize("state", ["streaming", "interrupted"])
def test_so_does_as_much_of_a_draft_as_there_is(state: str) -> None:
    """It may be sent before the draft is whole, as any edit; not by one person alone."""
    desk = opened(replace(TERMS, needs_second=("approve",)), draft_state=state)
    assert desk.decide(ANA, "edit", texts=SAME) is None
    assert desk.hold.proposal is not None
    assert desk.hold.proposal.second == "wanted"
    other = opened(replace(TERMS, needs_second=("approve",)), draft_state=state)
    other.decide(ANA, "edit", texts=EDIT)
    assert other.hold.decision is not None


@pytest.mark.parametrize("state", ["streaming", "whole", "interrupted"])
def test_nor_may_an_edit_be_what_nobody_may_approve(state: str) -> None:
    desk = opened(replace(TERMS, allowed_actions=("edit", "reject")), draft_state=state)
    assert code(desk.decide(ANA, "edit", texts=SAME)) == "not_allowed"
    assert desk.decide(ANA, "edit", texts=EDIT) is None


def test_what_was_passed_on_to_the_supervisors_only_they_confirm() -> None:
    desk = desk_for("edit")
    desk.hold = replace(desk.hold, escalated_by="ana", escalated_name="ana")
    desk.decide(SUE, "edit", texts=EDIT)
    assert code(seconds(desk, BEN)) == "escalated"
    assert code(seconds(desk, BEN, agree=False)) == "escalated"
    assert seconds(desk, SAM) is None
    assert desk.hold.decision is not None


def test_nobody_seconds_their_own_not_even_a_supervisor() -> None:
    desk = desk_for("edit")
    desk.decide(SUE, "edit", texts=EDIT)
    assert code(seconds(desk, SUE)) == "own_decision"
    assert code(seconds(desk, SUE, agree=False)) == "own_decision"
    assert desk.hold.state == "settling"


def test_only_what_was_read_is_confirmed() -> None:
    desk = desk_for("edit")
    desk.decide(ANA, "edit", texts=EDIT)
    refusal = seconds(desk, sha="0" * 64)
    assert code(refusal) == "stale_draft"
    assert refusal is not None
    now = {"version": desk.hold.version, "text_sha256": DRAFT.sha_with(EDIT)}
    assert refusal.details == now


def test_declined_the_hold_is_its_authors_again() -> None:
    desk = desk_for("edit")
    desk.decide(ANA, "edit", texts=EDIT)
    assert seconds(desk.at(5), SAM, agree=False) is None
    hold = desk.hold
    assert (hold.state, hold.claimed_by) == ("claimed", "ana")
    assert (hold.declined_by, hold.declined_name) == ("sam", "sam")
    assert hold.claim_until == 5 + LIMITS.lease
    desk.decide(ANA, "reject")
    assert (desk.hold.declined_by, desk.hold.declined_name) == ("", "")
    assert desk.hold.decision is not None


@pytest.mark.parametrize("on_deadline", ["fallback_text", "block", "requeue"])
def test_the_deadline_does_not_wait_for_a_second_person(on_deadline: Any) -> None:
    desk = desk_for("edit", on_deadline=on_deadline)
    desk.decide(ANA, "edit", texts=EDIT, recheck=True, idem_key="k", undo=3.0)
    desk.do(rechecked(desk, "clean"))
    desk.at(119.9)
    assert desk.hold.state == "settling"
    desk.at(120)
    assert desk.hold.proposal is None
    assert desk.hold.state == ("open" if on_deadline == "requeue" else "decided")
    assert code(seconds(desk)) == ("nothing_to_second" if desk.hold.alive else "decided")


@pytest.mark.parametrize("declined", [True, False])
@pytest.mark.parametrize("recheck", [True, False])
def test_a_draft_that_a_person_would_not_send_is_not_released_by_the_deadline(
    declined: bool, recheck: bool
) -> None:
    """What replaces it was not confirmed in time, or its checks never ended: the fallback is."""
    desk = desk_for("edit", on_deadline="release").at(118)
    desk.decide(ANA, "edit", texts=EDIT, recheck=recheck, idem_key="k")
    if declined:
        desk.do(rechecked(desk, "clean"))
        seconds(desk, agree=False)
    made = desk.at(200).hold.decision
    assert made is not None
    assert (made.by, made.action) == ("system:deadline", "fallback_text")


def test_one_that_a_person_would_send_is_released_where_the_rule_says_so() -> None:
    desk = desk_for("approve", on_deadline="release")
    desk.decide(ANA, "approve", draft_sha256=DRAFT.sha256())
    made = desk.at(120).hold.decision
    assert made is not None
    assert made.action == "release"


def test_a_second_person_waits_for_the_checks() -> None:
    desk = desk_for("edit")
    desk.decide(ANA, "edit", texts=EDIT, recheck=True, idem_key="k")
    assert code(seconds(desk)) == "recheck_pending"
    desk.do(rechecked(desk, "warned"))
    assert seconds(desk) is None
    assert desk.hold.decision is not None
    assert desk.hold.decision.recheck == "warned"


def test_a_warning_calls_a_second_person_where_the_rule_says_so() -> None:
    for needs, expected in (("warned", "wanted"), ("approve", None)):
        desk = desk_for(needs)  # type: ignore[arg-type]
        desk.decide(ANA, "edit", texts=EDIT, recheck=True, idem_key="k")
        desk.do(rechecked(desk, "warned"))
        assert (desk.hold.proposal and desk.hold.proposal.second) == expected


def test_a_clean_edit_needs_nobody_where_only_warnings_do() -> None:
    desk = desk_for("warned")
    desk.decide(ANA, "edit", texts=EDIT, recheck=True, idem_key="k")
    desk.do(rechecked(desk, "clean"))
    assert desk.hold.decision is not None
    assert desk.hold.decision.seconder == ""


def test_checks_that_never_answer_are_a_warning_too() -> None:
    desk = desk_for("warned")
    desk.decide(ANA, "edit", texts=EDIT, recheck=True, idem_key="k")
    desk.at(LIMITS.recheck)
    assert desk.hold.proposal is not None
    assert (desk.hold.proposal.recheck, desk.hold.proposal.second) == ("warned", "wanted")
    assert seconds(desk) is None
    assert desk.hold.state == "decided"


def test_a_confirmed_warning_is_not_called_for_twice() -> None:
    desk = desk_for("edit", "warned")
    desk.decide(ANA, "edit", texts=EDIT, recheck=True, idem_key="k")
    desk.do(rechecked(desk, "warned"))
    assert seconds(desk) is None
    assert desk.hold.decision is not None


def test_its_author_may_take_it_back_while_it_waits() -> None:
    desk = desk_for("edit")
    desk.decide(ANA, "edit", texts=EDIT)
    desk.at(60)
    assert desk.undo(ANA) is None
    assert code(seconds(desk)) == "nothing_to_second"


def test_reasons_are_chosen_from_the_rule_s_and_the_usual_ones() -> None:
    desk = opened(replace(TERMS, because=("wrong days",)))
    refusal = desk.decide(ANA, "reject", because=("he is called Peter",))
    assert code(refusal) == "unknown_reason"
    assert desk.decide(ANA, "reject", because=("wrong days", "tone")) is None
    assert desk.hold.decision is not None
    assert desk.hold.decision.because == ("wrong days", "tone")


def test_whose_words_an_edit_is_made_of_is_kept() -> None:
    desk = opened()
    desk.decide(ANA, "edit", texts=EDIT, helped=("rewritten",))
    assert desk.hold.decision is not None
    assert desk.hold.decision.helped == ("rewritten",)


def test_whom_a_decision_waits_for() -> None:
    desk = desk_for("edit")
    assert not seconding.wanted_of(desk.hold, BEN)
    desk.decide(ANA, "edit", texts=EDIT, recheck=True, idem_key="k", undo=3.0)
    assert not seconding.wanted_of(desk.hold, BEN)
    desk.do(rechecked(desk, "clean"))
    assert [seconding.wanted_of(desk.hold, one) for one in (ANA, BEN, SUE)] == [False, True, True]
    desk.hold = replace(desk.hold, escalated_by="ana")
    assert [seconding.wanted_of(desk.hold, one) for one in (BEN, SUE)] == [False, True]
    seconds(desk, SUE)
    assert not seconding.wanted_of(desk.hold, SAM)
