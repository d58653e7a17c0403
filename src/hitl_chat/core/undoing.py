"""The time in which a decision can still be taken back: that is done, or waited for no longer.

Both are for its author and for supervisors. Neither ends a re-check, and neither is the second
person that a decision may wait for.
"""

from msgspec.structs import replace

from hitl_chat.core.command import Person, Refusal
from hitl_chat.core.deciding import settling
from hitl_chat.core.hold import Hold, Outcome, closed, unclaimed


def undo(hold: Hold, by: Person, now: float, lease: float) -> Outcome:
    """Take a proposal back; its author has the hold again."""
    if not hold.alive:
        return closed(hold)
    if hold.proposal is None:
        return Refusal("nothing_to_undo", "no decision is waiting to be sent")
    if hold.proposal.by != by.id and not by.supervisor:
        return settling(hold.proposal)
    until = now + lease
    return replace(hold, state="claimed", claim_until=until, proposal=None, undone_by=by.id)


def withdraw(hold: Hold, author: str, by: str) -> Outcome:
    """Its author may decide nothing any more: what is not sent yet is for somebody else to decide,
    and so is what they had claimed. They let go of nothing themselves: the fence says so."""
    if not hold.alive:
        return closed(hold)
    if hold.claimed_by != author:
        return hold
    return unclaimed(replace(hold, fence=hold.fence + 1, proposal=None, undone_by=by))


def send_now(hold: Hold, by: Person, now: float) -> Outcome:
    """Nobody will take it back, and who said so is on record. What its author has decided is sent
    already: that is no refusal."""
    if hold.decision is not None and hold.decision.by == by.id:
        return hold
    if not hold.alive:
        return closed(hold)
    made = hold.proposal
    if made is None:
        return Refusal("nothing_to_send", "no decision is waiting to be sent")
    if made.by != by.id and not by.supervisor:
        return settling(made)
    if made.settle_at <= now:
        return hold
    return replace(hold, proposal=replace(made, settle_at=now, hurried_by=by.id))
