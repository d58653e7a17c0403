"""What agents do about a hold among themselves: second it, pass it on, ask, answer, note.

Runs inside the command's transaction, on the database's thread, as `orders.py` does.
"""

from collections.abc import Callable
from typing import NamedTuple, assert_never

from sqlalchemy import Connection

from hitl_chat.core import passing, seconding
from hitl_chat.core.command import Person, Refusal
from hitl_chat.core.deciding import objection
from hitl_chat.core.hold import Hold, Outcome
from hitl_chat.core.proposal import unoffered
from hitl_chat.core.remainder import Draft
from hitl_chat.core.staffing import Able, unsuited
from hitl_chat.runner import commands as do
from hitl_chat.runner import moves
from hitl_chat.runner.moves import Moved, Now
from hitl_chat.store import asides, holds, looks

SCRIPT = "key:"  # how the ids of those begin who come with a key: nobody in person

Aside = do.Second | do.Escalate | do.Assign | do.AskOpinion | do.GiveOpinion


class Setting(NamedTuple):
    """Who asks, and what was found out before the transaction."""

    tenant: str
    by: Person
    lease: float
    fresh: str  # an id for what is made
    colleague: Person | None
    supervised: bool
    its: Able | None = None  # what the colleague can do


def perform(conn: Connection, command: Aside, here: Setting, now: Now) -> Moved:
    """One of them, with the note that goes with it."""
    moved = moves.move(conn, here.tenant, command.hold, _step(command, here, now.at), now)
    conv = moved.after.conv
    if isinstance(command, do.Assign) and moved.before.fence != moved.after.fence:
        looks.given(conn, moved.after, here.by.id, now.at)
    if isinstance(command, do.AskOpinion):
        if here.colleague is not None and moved.before != moved.after:
            asides.ask(conn, here.tenant, conv, _asked(command, here, here.colleague, now.at))
    elif isinstance(command, do.GiveOpinion):
        asides.give(conn, here.tenant, command.hold, _given(command, here, now.at))
    else:
        note(conn, here, conv, command.note, now.at, hold=command.hold)
    return moved


def write(conn: Connection, command: do.Note, here: Setting, now: Now) -> None:
    """A note, about a hold of this conversation or the conversation itself."""
    moves.speaker(conn, here.tenant, command.conversation)
    if command.hold:
        found = holds.get(conn, here.tenant, command.hold)
        if found is None or found.conv != command.conversation:
            raise moves.refused(
                Refusal("hold_elsewhere", f"{command.hold!r} is no hold of this conversation")
            )
    note(conn, here, command.conversation, command.text, now.at, hold=command.hold)


def note(
    conn: Connection, here: Setting, conv: str, text: str, now: float, *, hold: str = ""
) -> None:
    if text.strip():
        new = asides.Note(here.fresh, conv, here.by.id, here.by.name, text.strip(), now, hold)
        asides.put_note(conn, here.tenant, new)


def _step(command: Aside, here: Setting, now: float) -> Callable[[Hold, Draft], Outcome]:
    by, lease = here.by, here.lease

    def step(hold: Hold, draft: Draft) -> Outcome:
        match command:
            case do.Second(agree=True) if nobody := _nobody(hold, by):
                return nobody
            case do.Second(_, agree, seen):
                said = seconding.Second(by, agree, seen)
                return seconding.second(hold, draft, said, now, lease)
            case do.Escalate():
                return passing.escalate(hold, by, supervised=here.supervised)
            case do.Assign():
                wrong = _unfit(hold, here)
                return wrong or passing.assign(hold, by, here.colleague, now, lease)
            case do.AskOpinion():
                return passing.ask(hold, by, here.colleague)
            case do.GiveOpinion(_, action, because):
                wrong = objection(hold, action) or unoffered(hold.terms, because)
                return wrong or passing.answer(hold, by)
            case _:
                assert_never(command)

    return step


def _nobody(hold: Hold, by: Person) -> Refusal | None:
    """One person and a script of theirs are not two, whichever of them comes first."""
    if by.id.startswith(SCRIPT):
        return no_person("sign in to confirm this")
    if hold.proposal is not None and hold.proposal.by.startswith(SCRIPT):
        return no_person("decline this, and decide yourself")
    return None


def unseconded(decided: Outcome, by: Person) -> Outcome:
    """What a script decided, if nobody else has to."""
    made = decided.proposal if isinstance(decided, Hold) else None
    if made is not None and made.second == "wanted" and by.id.startswith(SCRIPT):
        return no_person("sign in to decide this")
    return decided


def no_person(fix: str) -> Refusal:
    return Refusal("no_person", f"two people are wanted here, and a key is nobody: {fix}")


def _unfit(hold: Hold, here: Setting) -> Refusal | None:
    """Who may not take a hold by choosing it is not given it either, least of all by themselves."""
    to = here.colleague
    if to is None or here.by.supervisor or to.supervisor:
        return None
    if to.id == here.by.id:
        return Refusal("own_hold", "this is yourself: claim the hold, or ask for the next one")
    return unsuited(here.its or Able(), hold.terms)


def _asked(command: do.AskOpinion, here: Setting, colleague: Person, now: float) -> asides.Opinion:
    return asides.Opinion(
        here.fresh, command.hold, here.by.id, here.by.name, colleague.id, colleague.name, now
    )


def _given(command: do.GiveOpinion, here: Setting, now: float) -> asides.Opinion:
    return asides.Opinion(
        *("", command.hold, "", "", here.by.id, here.by.name, now),
        action=command.action,
        because=command.because,
        text=command.note.strip() or None,
        given_at=now,
    )
