"""A person looks at an answer that has left: fine, wrong, or wrong and corrected now.

Runs inside the command's transaction. How the correction reaches its customer is the record's and
the events' business.
"""

from collections.abc import Mapping

from msgspec.structs import replace
from sqlalchemy import Connection

from hitl_chat.core.command import Person, Refusal
from hitl_chat.core.hold import Hold
from hitl_chat.errors import NotFound
from hitl_chat.runner.asides import Setting
from hitl_chat.runner.commands import Review as Command
from hitl_chat.runner.memory import ANSWERED
from hitl_chat.runner.moves import Now, refused
from hitl_chat.runner.review_views import ReviewView, review_view
from hitl_chat.store import corrections, holds, judged, reviews, turns
from hitl_chat.store.messages import CORRECTION, Message
from hitl_chat.store.reviews import OVERTURNED, Review, Verdict

VERDICTS: Mapping[str, Verdict] = {"fine": "fine", "wrong": "wrong", "correct": "corrected"}


def review(conn: Connection, command: Command, here: Setting, now: Now) -> ReviewView:
    old = _found(conn, command, here, now)
    hold = holds.of_turn(conn, here.tenant, old.id)
    if refusal := _objection(command, old) or _not_alone(command, hold, here.by):
        raise refused(refusal)
    if command.verdict == "correct":
        text = command.text.strip()
        said = Message(here.fresh, CORRECTION, text, now.at, name=here.by.name)
        corrections.correct(conn, here.tenant, old.conv, old.id, said)
    done = replace(
        old,
        verdict=VERDICTS[command.verdict],
        person=here.by.id,
        name=here.by.name,
        closed_at=now.at,
        note=command.note.strip() or None,
    )
    reviews.close(conn, done, _overturned(done, hold))
    if hold is not None:  # a check whose word was not taken may have been right
        judged.keep(conn, hold, now.at, overturned=done.verdict != "fine")
    return review_view(conn, done)


def _found(conn: Connection, command: Command, here: Setting, now: Now) -> Review:
    """What is in the lane, or was; or an answer that nobody asked about."""
    known = reviews.get(conn, here.tenant, command.answer)
    turn = turns.get(conn, here.tenant, command.answer)
    if known is not None and (turn is not None or command.verdict != "correct"):
        return known
    if turn is None or turn.outcome not in ANSWERED:
        msg = f"there is no answer {command.answer[:100]!r} that can be reviewed"
        raise NotFound(msg, code="answer_not_found")
    return Review(turn.id, here.tenant, turn.conv, (OVERTURNED,), now.at)


def _objection(command: Command, old: Review) -> Refusal | None:
    if old.closed_at is not None and not command.again:
        said = f"{old.name or old.person} has reviewed it: {old.verdict}; send 'again' to overturn"
        return Refusal("already_reviewed", said, {"by": old.name, "verdict": old.verdict})
    if command.verdict == "correct" and not command.text.strip():
        return Refusal("text_needed", "write what stands in the place of the answer")
    if command.verdict != "correct" and command.text:
        return Refusal("text_unexpected", "only a correction has a text; use 'note' for colleagues")
    return None


def _not_alone(command: Command, hold: Hold | None, by: Person) -> Refusal | None:
    """A correction is an edit that comes late: what the rules say of edits holds for it too."""
    if command.verdict != "correct" or hold is None:
        return None
    if "edit" not in hold.terms.allowed_actions:
        return Refusal("not_allowed", "'edit' is not allowed here: take over, and say it yourself")
    if "edit" in hold.terms.needs_second and not by.supervisor:
        said = "two people are wanted for a changed text here: ask a supervisor to correct it"
        return Refusal("second_needed", said)
    return None


def _overturned(done: Review, hold: Hold | None) -> str:
    """The decision that let it go, if that was not right."""
    if done.verdict == "fine" or hold is None or hold.decision is None:
        return ""
    return hold.decision.action
