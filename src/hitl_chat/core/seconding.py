"""Two people where one is not enough: another confirms a decision before it is sent, or declines.

Nobody seconds their own, and only what they have read. The deadline goes on: see `Hold.due_at`.
"""

from msgspec.structs import replace

from hitl_chat.core.command import Person, Refusal
from hitl_chat.core.deciding import beyond
from hitl_chat.core.hold import Hold, Outcome, closed
from hitl_chat.core.remainder import Draft
from hitl_chat.core.types import Value


class Second(Value, frozen=True):
    """What another person says of a proposal; `seen_sha`: of the answer as it would be sent."""

    by: Person
    agree: bool
    seen_sha: str = ""


def wanted_of(hold: Hold, by: Person) -> bool:
    """Whether a decision waits here that this person may confirm now."""
    made = hold.proposal
    if made is None or made.second != "wanted" or made.by == by.id:
        return False
    return made.recheck != "pending" and beyond(hold, by) is None


def second(hold: Hold, draft: Draft, command: Second, now: float, lease: float) -> Outcome:
    """Agreed, the decision stands; declined, the hold is its author's again."""
    if not hold.alive:
        return closed(hold)
    made, by = hold.proposal, command.by
    if made is None or made.second != "wanted":
        return Refusal("nothing_to_second", "no decision here waits for a second person")
    if made.by == by.id:
        return Refusal("own_decision", "this is your own decision: somebody else has to confirm it")
    if refusal := beyond(hold, by):
        return refusal
    if not command.agree:
        return replace(
            hold,
            state="claimed",
            claim_until=now + lease,
            proposal=None,
            declined_by=by.id,
            declined_name=by.name,
        )
    if made.recheck == "pending":
        return Refusal("recheck_pending", "the checks are still reading this text: wait a moment")
    sha = draft.sha_with(made.texts)
    if command.seen_sha != sha:
        return Refusal(
            "stale_draft",
            "this is not the text that would be sent: read it as it is now, then confirm",
            {"version": hold.version, "text_sha256": sha},
        )
    return replace(
        hold,
        proposal=replace(made, second="given", seconder=by.id, seconder_name=by.name),
    )
