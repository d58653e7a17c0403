"""A person looks at an answer that has left: fine, wrong, or wrong and corrected now.

Runs inside the command's transaction; what the checks say of a correction was found out before it.
How the correction reaches its customer is the record's and the events' business.
"""

from collections.abc import Mapping

from msgspec.structs import replace
from sqlalchemy import Connection

from hitl_chat.core.command import Person, Refusal
from hitl_chat.core.hold import Hold
from hitl_chat.errors import NotFound
from hitl_chat.runner.asides import SCRIPT, Setting, no_person
from hitl_chat.runner.commands import Review as Command
from hitl_chat.runner.late import Late
from hitl_chat.runner.memory import ANSWERED
from hitl_chat.runner.moves import Now, refused
from hitl_chat.runner.review_views import ReviewView, review_view
from hitl_chat.store import corrections, holds, judged, reviews, turns
from hitl_chat.store.messages import CORRECTION, Message
from hitl_chat.store.reviews import OVERTURNED, Checked, Proposed, Review, Verdict

VERDICTS: Mapping[str, Verdict] = {"fine": "fine", "wrong": "wrong", "correct": "corrected"}


def review(conn: Connection, command: Command, here: Setting, now: Now, late: Late) -> ReviewView:
    """`late`: what the checks say of the correction. A note stays until another is written."""
    old = _found(conn, command, here, now)
    hold = holds.of_turn(conn, here.tenant, old.id)
    if refusal := _objection(command, old) or _forbidden(command, hold, late):
        raise refused(refusal)
    author, checked, note = here.by, None, command.note.strip() or old.note
    if command.verdict == "correct":
        text, two = command.text.strip(), _two(hold, late)
        first = _confirmed(old.proposed, here.by, text) if two else here.by
        if first is None and old.proposed is not None and old.proposed.text == text:
            return review_view(conn, old)  # it waits for somebody else already
        if first is None and author.id.startswith(SCRIPT):
            raise refused(no_person("sign in to correct this"))
        if first is None:
            mine = replace(old, person=author.id, name=author.name, note=note)
            return review_view(conn, reviews.propose(conn, mine, text, late.recheck, now.at))
        author, checked = first, Checked(late.recheck, here.by.id if two else "")
        said = Message(here.fresh, CORRECTION, text, now.at, name=author.name)
        corrections.correct(conn, here.tenant, old.conv, old.id, said)
    done = replace(
        old,
        verdict=VERDICTS[command.verdict],
        person=author.id,
        name=author.name,
        closed_at=now.at,
        note=note,
        proposed=None,
    )
    reviews.close(conn, done, _overturned(done, hold), checked)
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


def _forbidden(command: Command, hold: Hold | None, late: Late) -> Refusal | None:
    """A correction is an edit that comes late: what the rules say of edits holds for it too."""
    if command.verdict != "correct":
        return None
    if hold is not None and "edit" not in hold.terms.allowed_actions:
        return Refusal("not_allowed", "'edit' is not allowed here: take over, and say it yourself")
    if late.recheck == "clean" or command.anyway:
        return None
    rules = list(dict.fromkeys(reason.rule for reason in late.reasons))
    why = ", ".join(rules) or "a check that did not answer"
    said = f"the checks would stop this text, too ({why}): change it, or send 'anyway'"
    return Refusal("warned", said, {"rules": rules})


def _two(hold: Hold | None, late: Late) -> bool:
    """By the rules the answer was held by, and by those that object to the correction."""
    wanted = {*late.needs_second, *(hold.terms.needs_second if hold else ())}
    return "edit" in wanted or ("warned" in wanted and late.recheck != "clean")


def _confirmed(made: Proposed | None, by: Person, text: str) -> Person | None:
    """Whose correction somebody else, in person, sends exactly as it was proposed."""
    if made is None or made.by == by.id or by.id.startswith(SCRIPT) or made.text != text:
        return None
    return Person(made.by, made.name)


def _overturned(done: Review, hold: Hold | None) -> str:
    """The decision that let it go, if that was not right."""
    if done.verdict == "fine" or hold is None or hold.decision is None:
        return ""
    return hold.decision.action
