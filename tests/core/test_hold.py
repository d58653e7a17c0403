"""A hold's life as dialogue: who does what when, and what they are told."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from msgspec.structs import replace

from hitl_chat.core import deciding, undoing
from hitl_chat.core import hold as holds
from hitl_chat.core.command import Person, Refusal
from hitl_chat.core.deciding import Decide, Limits
from hitl_chat.core.hold import Hold, Opening, Outcome
from hitl_chat.core.policy import Terms
from hitl_chat.core.proposal import PUT_BACK
from hitl_chat.core.remainder import Draft, Texts
from hitl_chat.core.types import Reason

ANA, BEN, SUE = Person("ana", "Ana"), Person("ben"), Person("sue", "Sue", role="supervisor")
LIMITS = Limits()  # a lease of 30 seconds, 5 for a re-check, 15 beyond the deadline
DRAFT = Draft({"0/content": "Sure."}, {"0/content": " You get 500 euros."})
TERMS = Terms(fallback="Sorry.", fallback_after_text="A colleague will write.")

Ends = tuple[Callable[[Hold], Outcome], ...]


@dataclass
class Desk:
    """One hold and a clock, driven as the real desk does: time, command, time."""

    hold: Hold
    draft: Draft = DRAFT
    now: float = 0.0

    def do(self, outcome: Outcome) -> Refusal | None:
        if isinstance(outcome, Refusal):
            return outcome
        self.hold = holds.advance(outcome, self.draft, self.now)
        return None

    def at(self, now: float) -> "Desk":
        self.now = now
        self.hold = holds.advance(self.hold, self.draft, now)
        return self

    def decide(self, by: Person, action: Any, **more: Any) -> Refusal | None:
        command = Decide(by, action, more.pop("version", self.hold.version), **more)
        return self.do(
            deciding.decide(self.hold, self.draft, command, self.now, epoch=1, limits=LIMITS)
        )

    def claim(self, by: Person, *, force: bool = False) -> Refusal | None:
        return self.do(deciding.claim(self.hold, by, self.now, LIMITS.lease, force=force))

    def undo(self, by: Person) -> Refusal | None:
        return self.do(undoing.undo(self.hold, by, self.now, LIMITS.lease))


def opened(terms: Terms = TERMS, **facts: Any) -> Desk:
    facts = {"draft_state": "whole", "reasons": (), **facts}
    return Desk(holds.open_(Opening("h", "t", "c", "u", terms, **facts), 1, 0.0, cap=600))


def code(refusal: Refusal | None) -> str:
    return refusal.code if refusal else ""


def test_approve_sends_the_rest_as_drafted() -> None:
    desk = opened()
    assert desk.decide(ANA, "approve", draft_sha256=DRAFT.sha256()) is None
    made = desk.hold.decision
    assert made is not None
    assert (made.by, made.display, made.action) == ("ana", "Ana", "approve")
    assert made.texts == DRAFT.pending
    assert made.text_sha == made.seen_sha == DRAFT.sha256()
    assert (desk.hold.fence, desk.hold.claimed_by) == (1, "ana")


@pytest.mark.parametrize(
    ("facts", "sha", "expected"),
    [
        ({"draft_state": "streaming"}, DRAFT.sha256(), "draft_streaming"),
        ({"draft_state": "interrupted"}, DRAFT.sha256(), "draft_interrupted"),
        ({"outstanding": ("judge",)}, DRAFT.sha256(), "checks_outstanding"),
        ({}, "", "stale_draft"),
        ({}, "0" * 64, "stale_draft"),
    ],
)
def test_approve_needs_the_whole_judged_draft_that_was_read(
    facts: dict[str, Any], sha: str, expected: str
) -> None:
    desk = opened(**facts)
    before = desk.hold
    refusal = desk.decide(ANA, "approve", draft_sha256=sha)
    assert code(refusal) == expected
    assert refusal is not None
    if expected == "stale_draft":
        assert ("missing" in refusal.sentence) == (sha == "")
        assert refusal.details == {"version": before.version, "draft_sha256": DRAFT.sha256()}
    assert desk.hold == before


@pytest.mark.parametrize("state", ["streaming", "whole", "interrupted"])
def test_edit_reject_and_takeover_need_no_whole_draft(state: str) -> None:
    possible = {"edit", "reject", "take_over"}
    desk = opened(draft_state=state, outstanding=("judge",))
    assert possible.isdisjoint(deciding.objections(desk.hold))
    assert desk.decide(ANA, "edit", texts={"0/content": " It depends."}) is None
    assert desk.hold.decision is not None
    assert desk.hold.decision.texts == {"0/content": " It depends."}


def test_a_rule_may_forbid_actions() -> None:
    desk = opened(replace(TERMS, allowed_actions=("reject",)))
    assert code(desk.decide(ANA, "take_over")) == "not_allowed"
    assert set(deciding.objections(desk.hold)) == {"approve", "edit", "take_over"}


def test_reject_sends_the_fallback_that_reads_well_after_half_an_answer() -> None:
    desk = opened()
    desk.decide(ANA, "reject")
    assert desk.hold.decision is not None
    assert desk.hold.decision.texts == {"0/content": " A colleague will write."}
    assert set(deciding.objections(desk.hold)) == {"approve", "edit", "reject", "take_over"}


def test_where_a_fallback_would_break_the_schema_a_rejection_is_a_refusal() -> None:
    desk = opened(decline_as="refusal")
    desk.decide(ANA, "reject")
    assert desk.hold.decision is not None
    assert desk.hold.decision.texts == {"0/refusal": " A colleague will write."}


def test_reject_leaves_a_finished_choice_alone() -> None:
    draft = Draft({"0/content": "Done."}, {"1/content": "We pay"})
    for state, told in (("whole", {"1/content"}), ("streaming", {"0/content", "1/content"})):
        desk = opened(draft_state=state, choices=2)
        desk.draft = draft
        desk.decide(ANA, "reject")
        assert desk.hold.decision is not None
        assert set(desk.hold.decision.texts) == told


def test_a_new_hold_is_plain() -> None:
    hold = opened().hold
    assert (hold.choices, hold.offset, hold.fence, hold.version) == (1, 0, 0, 1)
    assert (hold.state, hold.claimed_by, hold.claim_until) == ("open", "", 0)
    assert (hold.requeued, hold.delivery) == (False, "none")
    assert hold == Hold("h", "t", "c", "u", 1, TERMS, (), 0.0, 120.0, 600.0, "whole")


def test_only_an_edit_brings_text_and_it_must() -> None:
    desk = opened()
    assert code(desk.decide(ANA, "reject", texts={"0/content": "No."})) == "text_unexpected"
    assert code(desk.decide(ANA, "edit", texts={"7/content": "No."})) == "no_such_field"


def test_an_edit_without_any_text_cuts_the_rest_off() -> None:
    desk = opened()
    assert desk.decide(ANA, "edit") is None
    assert desk.hold.decision is not None
    assert desk.hold.decision.texts == {}


def test_an_edit_of_a_structured_answer_is_validated() -> None:
    desk = opened()
    command = Decide(ANA, "edit", desk.hold.version, texts={"0/content": "{"})
    wrong = Refusal("invalid_text", "not JSON")
    outcome = deciding.decide(
        desk.hold, DRAFT, command, 0.0, epoch=1, limits=LIMITS, validate=lambda texts: wrong
    )
    assert outcome == wrong


def test_an_edit_that_names_no_field_of_the_answer_is_not_even_validated() -> None:
    def validate(texts: Texts) -> Refusal:
        raise AssertionError(texts)

    desk = opened()
    command = Decide(ANA, "edit", desk.hold.version, texts={"7/content": "No."})
    outcome = deciding.decide(
        desk.hold, DRAFT, command, 0.0, epoch=1, limits=LIMITS, validate=validate
    )
    assert isinstance(outcome, Refusal)
    assert outcome.code == "no_such_field"


def test_what_a_person_saw_must_still_be_so() -> None:
    desk = opened()
    desk.do(holds.update(desk.hold, (Reason("r", "c", "matched"),), "whole", ()))
    refusal = desk.decide(ANA, "edit", version=1, texts={"0/content": " No."})
    assert code(refusal) == "stale_version"
    assert refusal is not None
    assert refusal.details == {"version": 2, "draft_sha256": DRAFT.sha256()}
    assert code(desk.decide(ANA, "reject", fence=7)) == "stale_fence"

    elsewhere = Decide(ANA, "reject", 2)
    outcome = deciding.decide(desk.hold, DRAFT, elsewhere, 0, epoch=2, limits=LIMITS)
    assert isinstance(outcome, Refusal)
    assert outcome.code == "stale_epoch"


def test_who_was_faster_is_told_also_where_somebody_else_speaks_by_now() -> None:
    desk = opened()
    desk.decide(ANA, "take_over")
    late = Decide(BEN, "reject", 1)
    outcome = deciding.decide(desk.hold, DRAFT, late, 0, epoch=2, limits=LIMITS)
    assert isinstance(outcome, Refusal)
    assert outcome.details == {"by": "ana", "display": "Ana", "action": "take_over", "at": 0}


@pytest.mark.parametrize("action", ["reject", "take_over"])
def test_what_sends_nothing_of_the_draft_is_not_overtaken_by_it(action: Any) -> None:
    desk = opened(draft_state="streaming")
    desk.do(holds.update(desk.hold, (Reason("r", "c", "matched"),), "whole", ()))
    assert desk.decide(ANA, action, version=1) is None
    assert desk.hold.decision is not None
    assert (desk.hold.decision.action, desk.hold.decision.seen_version) == (action, 1)


def test_a_claim_keeps_others_out_until_its_lease_runs_out() -> None:
    desk = opened()
    assert desk.claim(ANA) is None
    refusal = desk.claim(BEN)
    assert refusal is not None
    assert refusal.details == {"by": "ana", "display": "Ana", "until": 30.0}
    assert code(desk.decide(BEN, "reject", force=True)) == "claimed"
    assert code(desk.do(deciding.renew(desk.hold, BEN, 1, 0, 30))) == "claimed"
    assert desk.at(29).do(deciding.renew(desk.hold, ANA, 1, 29, 30)) is None
    assert desk.at(58).hold.state == "claimed"
    assert desk.at(59).hold == replace(opened().hold, fence=1)
    assert code(desk.do(deciding.renew(desk.hold, ANA, 1, 59, 30))) == "claim_lost"
    assert desk.claim(BEN) is None
    assert desk.hold.fence == 2


def test_two_tabs_of_one_person_share_a_claim() -> None:
    desk = opened()
    desk.claim(ANA)
    desk.at(10).claim(ANA)
    assert (desk.hold.fence, desk.hold.claim_until) == (1, 40)
    assert desk.decide(ANA, "reject", fence=0) is None
    assert desk.hold.fence == 1


def test_releasing_puts_the_hold_back() -> None:
    desk = opened()
    desk.claim(ANA)
    assert code(desk.do(deciding.release(desk.hold, ANA, 0))) == "claim_lost"
    assert desk.do(deciding.release(desk.hold, ANA, 1)) is None
    assert (desk.hold.state, desk.hold.fence) == ("open", 1)
    assert desk.decide(BEN, "reject", fence=1) is None


def test_who_puts_a_hold_back_says_why_in_words_that_can_be_counted() -> None:
    desk = opened()
    desk.claim(ANA)
    refusal = desk.do(deciding.release(desk.hold, ANA, 1, "Peter is my uncle"))
    assert code(refusal) == "unknown_reason"
    assert refusal is not None
    assert refusal.details == {"reasons": list(PUT_BACK)}
    assert "'Peter is my uncle' is no reason here: choose from not my field" in refusal.sentence
    assert desk.hold.claimed_by == "ana"
    assert desk.do(deciding.release(desk.hold, ANA, 1, "personally involved")) is None
    assert (desk.hold.state, desk.hold.put_back_for) == ("open", "personally involved")


def test_nobody_says_why_where_nobody_put_it_back() -> None:
    desk = opened()
    ends: Ends = (
        lambda hold: undoing.withdraw(hold, "ben", "amy"),
        lambda hold: holds.advance(hold, DRAFT, hold.claim_until),
        lambda hold: deciding.release(hold, BEN, hold.fence),
    )
    for end in ends:
        desk.claim(ANA)
        desk.do(deciding.release(desk.hold, ANA, desk.hold.fence, "other"))
        desk.claim(BEN)
        desk.do(end(desk.hold))
        assert (desk.hold.claimed_by, desk.hold.put_back_for) == ("", "")


def test_a_supervisor_may_force_a_claim() -> None:
    desk = opened()
    desk.claim(ANA)
    assert code(desk.claim(SUE)) == "claimed"
    assert code(desk.do(deciding.claim(desk.hold, SUE, 0, 30))) == "claimed"
    assert code(desk.decide(SUE, "reject")) == "claimed"
    assert code(desk.do(deciding.renew(desk.hold, SUE, 1, 0, 30))) == "claimed"
    assert desk.claim(SUE, force=True) is None
    assert (desk.hold.claimed_by, desk.hold.fence) == ("sue", 2)


def test_an_undo_window_and_its_undo() -> None:
    desk = opened()
    desk.decide(ANA, "reject", undo=3, idem_key="k1")
    assert desk.hold.state == "settling"
    refusal = desk.at(1).claim(BEN)
    assert refusal is not None
    assert refusal.code == "settling"
    assert refusal.details == {
        "by": "ana",
        "display": "Ana",
        "action": "reject",
        "at": 0,
        "settle_at": 3,
    }
    assert code(desk.decide(BEN, "reject")) == "settling"
    assert code(desk.undo(BEN)) == "settling"
    assert code(desk.do(deciding.release(desk.hold, ANA, 1))) == "settling"
    assert desk.at(2).undo(ANA) is None
    assert (desk.hold.state, desk.hold.claimed_by) == ("claimed", "ana")
    assert desk.hold.claim_until == 32
    assert code(desk.undo(ANA)) == "nothing_to_undo"
    desk.decide(ANA, "reject", undo=3, fence=1)
    assert desk.at(4.9).hold.state == "settling"
    assert desk.at(5).hold.state == "decided"
    refusal = desk.undo(SUE)
    assert refusal is not None
    assert refusal.details == {"by": "ana", "display": "Ana", "action": "reject", "at": 5}


def test_a_supervisor_may_undo_and_its_author_has_the_hold_again() -> None:
    desk = opened()
    desk.decide(ANA, "reject", undo=3)
    assert desk.undo(SUE) is None
    assert desk.hold.claimed_by == "ana"


def test_the_same_command_again_gets_the_same_answer() -> None:
    desk = opened()
    desk.decide(ANA, "reject", undo=3, idem_key="k")
    settling = desk.hold
    assert desk.decide(ANA, "reject", undo=3, idem_key="k") is None
    assert desk.hold == settling
    decided = desk.at(3).hold
    assert desk.decide(ANA, "reject", version=1, idem_key="k") is None
    assert desk.hold == decided
    assert code(desk.decide(ANA, "reject", version=1)) == "decided"


def test_an_edit_is_checked_before_it_counts() -> None:
    desk = opened()
    desk.decide(ANA, "edit", texts={"0/content": " No."}, recheck=True, idem_key="k")
    assert desk.hold.state == "settling"
    assert desk.do(deciding.rechecked(desk.hold, "other", "clean", 0)) is None
    assert desk.hold.state == "settling"
    assert desk.do(deciding.rechecked(desk.hold, "k", "warned", 0)) is None
    assert desk.hold.decision is not None
    assert desk.hold.decision.recheck == "warned"
    assert deciding.rechecked(desk.hold, "k", "clean", 0) == desk.hold


def test_the_first_recheck_counts() -> None:
    desk = opened()
    assert deciding.rechecked(desk.hold, "", "clean", 0) == desk.hold
    desk.decide(ANA, "edit", texts={"0/content": " No."}, recheck=True, undo=3, idem_key="k")
    for outcome in ("clean", "warned"):
        desk.do(deciding.rechecked(desk.hold, "k", outcome, 0))
    assert desk.at(3).hold.decision is not None
    assert desk.hold.decision is not None
    assert desk.hold.decision.recheck == "clean"


def test_a_recheck_that_never_ends_warns() -> None:
    desk = opened().at(2)
    desk.decide(ANA, "edit", texts={"0/content": " No."}, recheck=True, undo=3)
    desk.at(9.9)
    assert desk.hold.proposal is not None
    assert desk.hold.proposal.recheck == "pending"
    assert desk.at(10).hold.state == "settling"  # for as long again as it could be undone
    assert desk.at(12.9).hold.state == "settling"
    assert desk.at(13).hold.decision is not None
    assert desk.hold.decision is not None
    assert desk.hold.decision.recheck == "warned"


def test_a_supervisors_force_beats_a_claim_in_a_decision() -> None:
    desk = opened()
    desk.claim(ANA)
    assert desk.decide(SUE, "reject", fence=1, force=True) is None
    assert (desk.hold.fence, desk.hold.claimed_by) == (2, "sue")


def test_taking_over_has_no_undo_window() -> None:
    desk = opened()
    desk.decide(ANA, "take_over", undo=3)
    assert desk.hold.decision is not None
    assert desk.hold.decision.texts == {}


def test_a_correction_is_an_edit_of_what_was_sent_too() -> None:
    desk = opened()
    said = {"0/content": "You get 5 euros."}
    assert desk.decide(ANA, "edit", texts=said, corrects="Correction:", undo=3.0) is None
    made = desk.hold.proposal
    assert made is not None
    assert made.texts == {"0/content": "\n\nCorrection: You get 5 euros."}
    decided = desk.at(3).hold.decision
    assert decided is not None
    assert (decided.corrects, decided.text_sha) == ("Correction:", DRAFT.sha_with(made.texts))


def test_only_an_edit_corrects_and_only_what_was_sent() -> None:
    assert code(opened().decide(ANA, "reject", corrects="Correction:")) == "text_unexpected"
    unsent = opened()
    unsent.draft = Draft({}, DRAFT.pending)
    said = {"0/content": "You get 5 euros."}
    refusal = unsent.decide(ANA, "edit", texts=said, corrects="Correction:")
    assert code(refusal) == "nothing_to_correct"
    wrong = opened().decide(ANA, "edit", texts={"0/nothing": "x"}, corrects="Correction:")
    assert code(wrong) == "no_such_field"
