"""What people may do to a hold: claim, renew, release, decide; and the re-check of an edit.

Every function is (hold, command, now) -> a new hold | Refusal. Call `hold.advance` before and
after: a decision without an undo window is a proposal that settles at once.
"""

from collections.abc import Callable, Collection
from typing import assert_never

from msgspec.structs import replace

from hitl_chat.core.command import Person, Refusal
from hitl_chat.core.hold import Hold, Outcome, closed, fallback, judged, unclaimed
from hitl_chat.core.proposal import PUT_BACK, Proposal, Recheck, unknown, unoffered
from hitl_chat.core.remainder import Draft, Texts, approved, corrected, edited, unchanged
from hitl_chat.core.types import ACTIONS, Action, Help, Value

BLIND = ("reject", "take_over")  # nothing of the draft is sent: what it says by now does not matter
Validate = Callable[[Texts], Refusal | None]  # what is wrong with a structured answer


class Limits(Value, frozen=True):
    """Waits of the desk, in seconds."""

    lease: float = 30.0
    recheck: float = 5.0  # how long the re-check of an edit may take
    overrun: float = 15.0  # how long a re-check may keep the deadline waiting


class Decide(Value, frozen=True):
    """A person's decision about what they saw: version, fence (None: unclaimed), and digest."""

    by: Person
    action: Action
    version: int
    fence: int | None = None
    texts: Texts | None = None
    draft_sha256: str = ""
    idem_key: str = ""
    undo: float = 0.0
    recheck: bool = False  # an edit is checked before it counts
    force: bool = False
    because: tuple[str, ...] = ()
    helped: tuple[Help, ...] = ()
    corrects: str = ""  # not blank: the text takes the place of what was sent, too


def claim(hold: Hold, by: Person, now: float, lease: float, *, force: bool = False) -> Outcome:
    """Take the hold. Claiming what one has renews it; the fence changes with owners only."""
    if not hold.alive:
        return closed(hold)
    if hold.proposal is not None:
        return settling(hold.proposal)
    if hold.state == "claimed" and hold.claimed_by == by.id:
        return replace(hold, claim_until=now + lease)
    return theirs(hold, by, force=force) or _claimed(hold, by, now + lease)


def renew(hold: Hold, by: Person, fence: int, now: float, lease: float) -> Outcome:
    return _mine(hold, by, fence) or replace(hold, claim_until=now + lease)


def release(hold: Hold, by: Person, fence: int, because: str = "") -> Outcome:
    """Put it back for somebody else. Scripts, and who only looked into it, may give no reason."""
    if hold.proposal is not None:
        return settling(hold.proposal)
    strange = unknown(PUT_BACK, [because] if because else [])
    return _mine(hold, by, fence) or strange or unclaimed(hold, because)


def decide(
    hold: Hold,
    draft: Draft,
    command: Decide,
    now: float,
    *,
    epoch: int,
    limits: Limits,
    validate: Validate = lambda texts: None,
) -> Outcome:
    """Propose a decision. It stands once `hold.advance` finds its undo window and re-check over."""
    if repeats(hold, command):
        return hold
    refusal = (
        _stale(hold, draft, command, epoch)
        or objection(hold, command.action)
        or unoffered(hold.terms, command.because)
    )
    if refusal is not None:
        return refusal
    texts = _texts(hold, draft, command, validate)
    if isinstance(texts, Refusal):
        return texts
    acts = {command.action}
    if command.action == "edit" and unchanged(draft, texts):
        acts.add("approve")  # what rules say of approvals holds for an edit that changes nothing
    if (refusal := _forbidden(hold, acts)) is not None:
        return refusal
    if hold.claimed_by != command.by.id:
        hold = _claimed(hold, command.by, now + limits.lease)
    made = _proposal(hold, command, texts, now, limits)
    if acts & {*hold.terms.needs_second}:
        made = replace(made, second="wanted")
    fresh = replace(hold, declined_by="", declined_name="", undone_by="")
    return replace(fresh, state="settling", proposal=made)


def repeats(hold: Hold, command: Decide) -> bool:
    """The same command again, because its answer was lost: it gets the same answer."""
    known = hold.proposal or hold.decision
    return known is not None and bool(command.idem_key) and known.idem_key == command.idem_key


def rechecked(hold: Hold, idem_key: str, recheck: Recheck, now: float) -> Outcome:
    """The checks have read the edit. What they say of a proposal that is gone means nothing."""
    proposal = hold.proposal
    if proposal is None or proposal.idem_key != idem_key or proposal.recheck != "pending":
        return hold
    return replace(hold, proposal=judged(hold, proposal, recheck, now))


# --- may this be done? -----------------------------------------------------------------------


def objections(hold: Hold) -> dict[Action, Refusal]:
    """The actions that are not possible now, each with the reason a console shows."""
    found = {action: objection(hold, action) for action in ACTIONS}
    return {action: refusal for action, refusal in found.items() if refusal is not None}


def objection(hold: Hold, action: Action) -> Refusal | None:
    if not hold.alive:
        return closed(hold)
    if (refusal := _forbidden(hold, {action})) is not None:
        return refusal
    if action != "approve":
        return None
    if hold.draft_state == "streaming":
        return Refusal("draft_streaming", "the draft is still being written: wait, edit or reject")
    if hold.draft_state == "interrupted":
        return Refusal("draft_interrupted", "the draft broke off: edit, reject or take over")
    if hold.outstanding:
        waits = ", ".join(hold.outstanding)
        return Refusal(
            "checks_outstanding",
            f"not judged yet by {waits}: wait, edit or reject",
            {"checks": list(hold.outstanding)},
        )
    return None


def _forbidden(hold: Hold, acts: Collection[Action]) -> Refusal | None:
    wrong = [act for act in acts if act not in hold.terms.allowed_actions]
    if not wrong:
        return None
    allowed = ", ".join(hold.terms.allowed_actions)
    return Refusal("not_allowed", f"{wrong[0]!r} is not allowed here; allowed: {allowed}")


def _stale(hold: Hold, draft: Draft, command: Decide, epoch: int) -> Refusal | None:
    """Whether the person saw another hold than the one there is."""
    if not hold.alive:
        return closed(hold)
    if hold.proposal is not None:
        return settling(hold.proposal)
    if hold.epoch != epoch:
        return Refusal(
            "stale_epoch",
            "somebody else speaks in this conversation now: nothing of this draft may leave",
            {"epoch": epoch},
        )
    claimed = theirs(hold, command.by, force=command.force)
    if claimed is not None:
        return claimed
    if command.fence not in (None, hold.fence) and hold.claimed_by != command.by.id:
        return Refusal(
            "stale_fence",
            "the hold was claimed by somebody else since: look at it again",
            {"fence": hold.fence},
        )
    if command.version != hold.version and command.action not in BLIND:
        return Refusal(
            "stale_version",
            f"the hold has changed since version {command.version}: look at it again",
            {"version": hold.version, "draft_sha256": draft.sha256()},
        )
    return None


def _texts(hold: Hold, draft: Draft, command: Decide, validate: Validate) -> Texts | Refusal:
    """The remainder this decision stands for."""
    if command.action == "edit":
        return _edit(hold, draft, command, validate)
    if command.texts is not None or command.corrects:
        return Refusal(
            "text_unexpected", f"{command.action!r} takes no text: use 'edit' to send one"
        )
    match command.action:
        case "approve":
            return _approval(hold, draft, command.draft_sha256)
        case "reject":
            return fallback(hold, draft)
        case "take_over":
            return {}
        case _:
            assert_never(command.action)


def _approval(hold: Hold, draft: Draft, seen: str) -> Texts | Refusal:
    sha = draft.sha256()
    if seen == sha:
        return approved(draft)
    why = "is missing" if not seen else "is of another draft"
    return Refusal(
        "stale_draft",
        f"draft_sha256 {why}: read the draft as it is now, then approve that",
        {"version": hold.version, "draft_sha256": sha},
    )


def _edit(hold: Hold, draft: Draft, command: Decide, validate: Validate) -> Texts | Refusal:
    texts = edited(draft, command.texts or {}, hold.choices)
    if command.corrects and not isinstance(texts, Refusal):
        texts = corrected(draft, texts, command.corrects, hold.choices)
    if isinstance(texts, Refusal):
        return texts
    return validate(texts) or texts


# --- shared moves ----------------------------------------------------------------------------


def _proposal(hold: Hold, command: Decide, texts: Texts, now: float, limits: Limits) -> Proposal:
    undo = 0.0 if command.action == "take_over" else command.undo
    settle_at = min(now + undo, hold.deadline_at + limits.overrun)
    return Proposal(
        by=command.by.id,
        display=command.by.name,
        action=command.action,
        texts=texts,
        at=now,
        settle_at=settle_at,
        until=min(settle_at + limits.recheck, hold.deadline_at + limits.overrun),
        recheck="pending" if command.recheck and command.action == "edit" else "clean",
        fence=hold.fence,
        version=command.version,
        seen_sha=command.draft_sha256,
        idem_key=command.idem_key,
        because=command.because,
        helped=command.helped,
        corrects=command.corrects,
    )


def _claimed(hold: Hold, by: Person, until: float) -> Hold:
    return replace(
        hold,
        state="claimed",
        fence=hold.fence + 1,
        claimed_by=by.id,
        claimed_name=by.name,
        claim_until=until,
    )


def beyond(hold: Hold, by: Person) -> Refusal | None:
    """What somebody passed on to the supervisors is beyond everybody else."""
    if not hold.escalated_by or by.supervisor:
        return None
    return Refusal("escalated", f"{hold.escalated_name} passed this on to a supervisor")


def theirs(hold: Hold, by: Person, *, force: bool) -> Refusal | None:
    """Another's live claim stands, unless a supervisor forces it; what was escalated is theirs."""
    if refusal := beyond(hold, by):
        return refusal
    if hold.state != "claimed" or hold.claimed_by == by.id or (force and by.supervisor):
        return None
    return Refusal(
        "claimed",
        f"{hold.claimed_name} has claimed this hold",
        {"by": hold.claimed_by, "display": hold.claimed_name, "until": hold.claim_until},
    )


def _mine(hold: Hold, by: Person, fence: int) -> Refusal | None:
    if not hold.alive:
        return closed(hold)
    if hold.claimed_by == by.id and hold.fence == fence:
        return None
    claimed = theirs(hold, by, force=False)
    return claimed or Refusal("claim_lost", "your claim has ended: claim the hold again")


def settling(proposal: Proposal) -> Refusal:
    said = f"{proposal.display} has just decided this hold ({proposal.action})"
    told = ("by", "display", "action", "at", "settle_at")
    return Refusal("settling", said, {name: getattr(proposal, name) for name in told})
