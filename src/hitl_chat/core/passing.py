"""A hold passes from one person to others: to the supervisors, to a colleague, to a second look.

Same shape as `deciding.py`: every function is (hold, command, now) -> a new hold | Refusal.
"""

from msgspec.structs import replace

from hitl_chat.core.command import Person, Refusal
from hitl_chat.core.deciding import beyond, settling, theirs
from hitl_chat.core.hold import Hold, Outcome, closed, unclaimed


def escalate(hold: Hold, by: Person, *, supervised: bool) -> Outcome:
    """To the supervisors; `supervised`: one of them is there. From then on only they decide."""
    refusal = _busy(hold, by)
    if refusal is not None or hold.escalated_by:
        return refusal or hold
    if not supervised:
        return Refusal("no_supervisor", "no other supervisor is online: give it to a colleague")
    return replace(unclaimed(hold), escalated_by=by.id, escalated_name=by.name)


def assign(hold: Hold, by: Person, to: Person | None, now: float, lease: float) -> Outcome:
    """To a colleague, who has it claimed then; without a sign of theirs that lapses as usual."""
    refusal = _busy(hold, by)
    if refusal is not None:
        return refusal
    if to is None:
        return Refusal("not_online", "this colleague is not online: choose one who is")
    if refusal := beyond(hold, to):
        return refusal
    if hold.claimed_by == to.id:
        return replace(hold, claim_until=now + lease)
    return replace(
        hold,
        state="claimed",
        fence=hold.fence + 1,
        claimed_by=to.id,
        claimed_name=to.name,
        claim_until=now + lease,
    )


def ask(hold: Hold, by: Person, of: Person | None) -> Outcome:
    """Ask somebody else for a second opinion."""
    if not hold.alive:
        return closed(hold)
    if of is None:
        return Refusal("not_online", "nobody else is online to be asked")
    if of.id == by.id:
        return Refusal("own_opinion", "a second opinion is somebody else's: choose a colleague")
    return hold if of.id in hold.asked else replace(hold, asked=(*hold.asked, of.id))


def answer(hold: Hold, by: Person) -> Outcome:
    """Somebody who was asked says what they would do."""
    if not hold.alive:
        return closed(hold)
    if by.id not in hold.asked:
        return Refusal("not_asked", "nobody asked for your opinion here, or you gave it already")
    return replace(hold, asked=tuple(each for each in hold.asked if each != by.id))


def _busy(hold: Hold, by: Person) -> Refusal | None:
    if not hold.alive:
        return closed(hold)
    if hold.proposal is not None:
        return settling(hold.proposal)
    return theirs(hold, by, force=by.supervisor)
