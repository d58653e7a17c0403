"""One task for a person, from its opening to its one decision. A hold is data: row in, row out.

    open ──claim──▶ claimed ──decide──▶ settling ──time──▶ decided        cancel: any ──▶ cancelled
      ▲── lease ran out, release ──┘◀──────undo──────┘       (open, claimed, settling only)

A transition is (hold, command, now) -> a new hold, or a `Refusal` that changes nothing. Time is a
command too: call `advance` before every transition, and after it. Then no order of timers matters.
Knows no store, no clock, no wire. What people command is in `deciding.py`, texts in `remainder.py`.
"""

from math import inf
from typing import Literal

from msgspec.structs import replace

from hitl_chat.core.command import Refusal
from hitl_chat.core.policy import Terms
from hitl_chat.core.proposal import Decided, Proposal, Recheck, settled
from hitl_chat.core.remainder import DeclineAs, Draft, Texts, approved, declined
from hitl_chat.core.types import DraftState, Reason, SystemAction, Value

State = Literal["open", "claimed", "settling", "decided", "cancelled"]
Delivery = Literal["none", "delivering", "delivered", "undelivered"]

BAND = 1  # the queue splits off band 0 (hardly any time left) when it sorts
BAND_LEFT = 2  # nobody waits for this answer any more

DEADLINE = "system:deadline"
NO_AGENT = "system:no_agent"
STOP_SWITCH = "system:stop_switch"


class Hold(Value, frozen=True):
    """Everything about a hold but its texts. `due_at` says when time alone changes it next."""

    id: str
    tenant: str
    conv: str
    turn: str
    epoch: int  # of the conversation, when the hold was opened
    terms: Terms
    reasons: tuple[Reason, ...]
    opened_at: float
    deadline_at: float
    cap_at: float  # no requeueing beyond this
    draft_state: DraftState
    outstanding: tuple[str, ...] = ()
    choices: int = 1
    decline_as: DeclineAs = "content"  # "refusal" where the fallback breaks the asked-for schema
    state: State = "open"
    version: int = 1
    fence: int = 0
    band: int = BAND
    requeued: bool = False
    orphan_at: float | None = None  # the customer left; from then on the hold is in the last band
    claimed_by: str = ""
    claimed_name: str = ""
    claim_until: float = 0.0
    delivery: Delivery = "none"
    offset: int = 0
    proposal: Proposal | None = None
    decision: Decided | None = None
    asked: tuple[str, ...] = ()  # people who owe a second opinion
    declined_by: str = ""  # who did not second the last proposal
    declined_name: str = ""
    escalated_by: str = ""  # who passed it on to a supervisor
    escalated_name: str = ""
    undone_by: str = ""  # who took the last proposal back, or the claim: its author, or others
    put_back_for: str = ""  # why whoever had it last put it back; "" if they did not, or said none

    @property
    def alive(self) -> bool:
        return self.state in ("open", "claimed", "settling")

    @property
    def due_at(self) -> float:
        if not self.alive:
            return inf
        orphan = inf if self.orphan_at is None else self.orphan_at
        if self.proposal is not None:
            return min(self._proposal_due(self.proposal), orphan)
        lease = self.claim_until if self.state == "claimed" else inf
        return min(self.deadline_at, lease, orphan)

    def _proposal_due(self, made: Proposal) -> float:
        """Nobody waits longer than the deadline for a second person."""
        waits = self.deadline_at if made.second == "wanted" else inf
        pending = made.recheck == "pending"
        ends = made.until if pending else inf if made.second == "wanted" else made.settle_at
        return min(ends, waits)


Outcome = Hold | Refusal


# --- opening and learning more ---------------------------------------------------------------


class Opening(Value, frozen=True):
    """Which turn a new hold belongs to, and what its rules say. Ids come in as values."""

    id: str
    tenant: str
    conv: str
    turn: str
    terms: Terms
    reasons: tuple[Reason, ...]
    draft_state: DraftState
    outstanding: tuple[str, ...] = ()
    choices: int = 1
    decline_as: DeclineAs = "content"


def open_(opening: Opening, epoch: int, now: float, cap: float) -> Hold:
    return Hold(
        id=opening.id,
        tenant=opening.tenant,
        conv=opening.conv,
        turn=opening.turn,
        epoch=epoch,
        terms=opening.terms,
        reasons=opening.reasons,
        opened_at=now,
        deadline_at=now + min(opening.terms.deadline, cap),
        cap_at=now + cap,
        draft_state=opening.draft_state,
        outstanding=opening.outstanding,
        choices=opening.choices,
        decline_as=opening.decline_as,
    )


def update(
    hold: Hold, reasons: tuple[Reason, ...], draft_state: DraftState, outstanding: tuple[str, ...]
) -> Outcome:
    """The gate learned more. An approval of what was known before does not survive that."""
    if not hold.alive:
        return closed(hold)
    if (reasons, draft_state, outstanding) == (hold.reasons, hold.draft_state, hold.outstanding):
        return hold
    if hold.proposal is not None and hold.proposal.action == "approve":
        hold = replace(hold, state="claimed", proposal=None)
    return replace(
        hold,
        version=hold.version + 1,
        reasons=reasons,
        draft_state=draft_state,
        outstanding=outstanding,
    )


def customer_left(hold: Hold, now: float, grace: float) -> Outcome:
    if not hold.alive:
        return closed(hold)
    return hold if hold.orphan_at is not None else replace(hold, orphan_at=now + grace)


def customer_back(hold: Hold) -> Outcome:
    return replace(hold, orphan_at=None, band=BAND) if hold.alive else closed(hold)


# --- ends that no person chose ---------------------------------------------------------------


def cancel(hold: Hold) -> Outcome:
    """Nobody needs this hold any more. Only a decision that already stands is stronger."""
    if not hold.alive:
        return closed(hold)
    return replace(hold, state="cancelled", version=hold.version + 1, proposal=None)


def no_agent(hold: Hold, draft: Draft, now: float) -> Outcome:
    """Nobody is there to decide: what the rule says is done at once."""
    if not hold.alive:
        return closed(hold)
    if hold.terms.on_no_agent == "wait":
        return hold
    return ruled(hold, draft, NO_AGENT, hold.terms.on_no_agent, now)


def ruled(hold: Hold, draft: Draft, by: str, action: SystemAction, now: float) -> Outcome:
    """The system decides, in the name of a clock, a switch or an empty room."""
    return _ruled(hold, draft, by, action, now) if hold.alive else closed(hold)


def _ruled(hold: Hold, draft: Draft, by: str, action: SystemAction, now: float) -> Hold:
    """An unfinished or unjudged draft is never released: fallback instead."""
    if action == "release" and hold.draft_state == "whole" and not hold.outstanding:
        return decided(hold, draft, Decided(by, action, approved(draft), "", now))
    action = "fallback_text" if action == "release" else action
    return decided(hold, draft, Decided(by, action, fallback(hold, draft), "", now))


# --- time ------------------------------------------------------------------------------------


def advance(hold: Hold, draft: Draft, now: float) -> Hold:
    """What time alone has done to the hold by now: settled, expired, lapsed or sunk it."""
    while hold.due_at <= now:
        hold = _next(hold, draft, now)
    return hold


def _next(hold: Hold, draft: Draft, now: float) -> Hold:
    if hold.orphan_at is not None and hold.orphan_at <= now:
        return replace(hold, orphan_at=None, band=BAND_LEFT)
    if hold.proposal is not None:
        return _settle(hold, hold.proposal, draft, now)
    if hold.state == "claimed" and hold.claim_until <= now:
        return unclaimed(hold)
    return _expire(hold, draft, now)


def _settle(hold: Hold, proposal: Proposal, draft: Draft, now: float) -> Hold:
    """A re-check that never ended is a warning before the deadline, and too late after it."""
    if proposal.second == "wanted" and hold.deadline_at <= now:
        return _expire(hold, draft, now)
    if proposal.recheck != "pending":
        return decided(hold, draft, settled(proposal, now))
    if proposal.until >= hold.deadline_at:
        return _expire(hold, draft, now)
    return replace(hold, proposal=judged(hold, proposal, "warned", proposal.until))


def judged(hold: Hold, proposal: Proposal, recheck: Recheck, now: float) -> Proposal:
    """The checks have read the edit. A warning calls a second person, where the rule says so; else
    its author can take the edit back for as long again."""
    proposal = replace(proposal, recheck=recheck)
    if recheck != "warned" or proposal.second != "no":
        return proposal
    if "warned" in hold.terms.needs_second:
        return replace(proposal, second="wanted")
    window = 0.0 if proposal.hurried_by else proposal.settle_at - proposal.at
    later = min(now + window, hold.deadline_at)
    return replace(proposal, settle_at=max(proposal.settle_at, later))


def _expire(hold: Hold, draft: Draft, now: float) -> Hold:
    action = hold.terms.on_deadline
    if action == "release" and _objected_to(hold):
        action = "fallback_text"
    if action != "requeue":
        return _ruled(hold, draft, DEADLINE, action, now)
    if hold.requeued or hold.deadline_at >= hold.cap_at:
        return _ruled(hold, draft, DEADLINE, "fallback_text", now)
    later = min(hold.deadline_at + hold.terms.deadline, hold.cap_at)
    fresh = unclaimed(replace(hold, proposal=None))
    return replace(fresh, version=hold.version + 1, requeued=True, deadline_at=later)


def _objected_to(hold: Hold) -> bool:
    """Whether a person would not send this draft, though their decision came to nothing."""
    made = hold.proposal
    return bool(hold.declined_by) or (made is not None and made.action != "approve")


# --- shared moves ----------------------------------------------------------------------------


def unclaimed(hold: Hold, because: str = "") -> Hold:
    free = replace(hold, state="open", claimed_by="", claimed_name="", claim_until=0.0)
    return replace(free, put_back_for=because)


def fallback(hold: Hold, draft: Draft) -> Texts:
    whole = hold.draft_state == "whole"
    return declined(hold.terms, draft, choices=hold.choices, whole=whole, kind=hold.decline_as)


def decided(hold: Hold, draft: Draft, made: Decided) -> Hold:
    return replace(
        hold,
        state="decided",
        version=hold.version + 1,
        proposal=None,
        decision=replace(made, text_sha=draft.sha_with(made.texts)),
    )


def closed(hold: Hold) -> Refusal:
    """Why nothing can happen to this hold any more: its winner and when."""
    if hold.decision is None:
        return Refusal("cancelled", "this hold was cancelled: nobody waits for its answer")
    made = hold.decision
    name = made.display or made.by
    return Refusal(
        "decided",
        f"{name} decided this hold first ({made.action})",
        {"by": made.by, "display": name, "action": made.action, "at": made.at},
    )
