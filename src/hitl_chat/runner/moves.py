"""What happens to holds and conversations inside one transaction: read, decide purely, save.

A refused command raises, so its transaction changes nothing. Owns the order of things within a
transaction; the rules are in core, the statements in store. Runs on the database's thread.
"""

from collections.abc import Callable, Collection
from typing import NamedTuple

from msgspec.structs import replace
from sqlalchemy import Connection

from hitl_chat.core import conversation as talk
from hitl_chat.core import deciding
from hitl_chat.core import hold as holding
from hitl_chat.core.command import Person, Refusal
from hitl_chat.core.conversation import Conversation
from hitl_chat.core.deciding import Decide, Limits
from hitl_chat.core.hold import Hold, Outcome
from hitl_chat.core.remainder import Draft
from hitl_chat.errors import Conflict, Forbidden, HitlError, NotFound, Unprocessable
from hitl_chat.store import conversations, holds

UNPROCESSABLE = {
    *("text_needed", "text_unexpected", "no_such_field", "fields_missing", "which_field"),
    *("invalid_text", "unknown_reason", "hold_elsewhere", "nothing_to_correct"),
}

Step = Callable[[Hold, Draft], Outcome]


class Raced(Exception):
    """Another node was first, or time was: look again."""

    def __init__(self, hold: Hold | None = None) -> None:
        super().__init__(hold and hold.id)
        self.hold = hold


class Moved(NamedTuple):
    """A hold before and after."""

    before: Hold
    after: Hold

    @property
    def decided(self) -> bool:
        return self.after.decision is not None and self.before.decision is None


class Spoken(NamedTuple):
    """A conversation before and after, and the holds that moved with it."""

    before: Conversation
    after: Conversation
    holds: tuple[Moved, ...] = ()
    note: str = ""


class Now(NamedTuple):
    """What a transaction needs to know of the world: the time, and the turns that run here."""

    at: float
    running: Collection[str]


def refused(refusal: Refusal) -> HitlError:
    kind: type[HitlError] = Conflict
    if refusal.code == "not_allowed":
        kind = Forbidden
    elif refusal.code in UNPROCESSABLE:
        kind = Unprocessable
    return kind(refusal.sentence, code=refusal.code, details=refusal.details)


# --- holds -----------------------------------------------------------------------------------


def find(conn: Connection, tenant: str | None, ident: str) -> Hold:
    found = holds.get(conn, tenant, ident)
    if found is None:
        msg = f"there is no hold {ident!r}"
        raise NotFound(msg, code="hold_not_found")
    return found


def move(
    conn: Connection,
    tenant: str | None,
    ident: str,
    step: Step,
    now: Now,
    drafted: Draft | None = None,
) -> Moved:
    """One transition. Time comes first: what it has changed by now is another transaction's."""
    before = find(conn, tenant, ident)
    if before.due_at <= now.at:
        raise Raced(before)
    return finish(conn, before, step, now, drafted)


def lapse(conn: Connection, tenant: str, ident: str, now: Now) -> Moved:
    """What time alone has done."""
    before = find(conn, tenant, ident)
    return finish(conn, before, lambda hold, draft: hold, now)


def finish(
    conn: Connection, before: Hold, step: Step, now: Now, drafted: Draft | None = None
) -> Moved:
    draft = drafted or holds.draft(conn, before.tenant, before.id)
    outcome = step(before, draft)
    if isinstance(outcome, Refusal):
        raise refused(outcome)
    after = _attempted(before, holding.advance(outcome, draft, now.at), now)
    if not holds.save(conn, before, after, now.at, drafted):
        raise Raced
    return Moved(before, after)


def _attempted(before: Hold, after: Hold, now: Now) -> Hold:
    """A decision of a turn that runs here is under way with the very commit that makes it."""
    if after.decision is None or before.decision is not None:
        return after
    if after.decision.action == "take_over":  # nothing is owed: the person speaks
        return replace(after, delivery="delivered")
    return replace(after, delivery="delivering") if after.turn in now.running else after


def decide(
    conn: Connection,
    tenant: str,
    ident: str,
    step: Callable[[Hold, Draft, Conversation], Outcome],
    by: Person,
    now: Now,
    limits: Limits,
    *,
    force: bool,
) -> tuple[Moved, Spoken | None]:
    """A person's decision; taking over changes who speaks in the same transaction, and takes the
    other holds of that conversation too."""
    hold = find(conn, tenant, ident)
    here = conversations.ensure(conn, hold.tenant, hold.conv, now.at)
    moved = move(conn, tenant, ident, lambda hold, draft: step(hold, draft, here), now)
    made = moved.after.decision
    if not moved.decided or made is None or made.action != "take_over":
        return moved, None
    others = _take_holds(conn, here, by, now, limits, force=force)
    outcome = talk.take_over(here, by, force=force)
    return moved, speak(conn, here, outcome, by.id, now)._replace(holds=(moved, *others))


def release(conn: Connection, ident: str, now: float) -> Moved:
    """The transaction before a stored decision's first byte: the right voice, not sent yet."""
    before = find(conn, None, ident)
    if before.delivery == "delivered":
        return Moved(before, before)
    here = conversations.ensure(conn, before.tenant, before.conv, now)
    fresh = here.mode == "model" and here.epoch == before.epoch
    after = replace(before, delivery="delivering" if fresh else "undelivered")
    if not holds.save(conn, before, after, now):
        raise Raced
    return Moved(before, after)


def delivered(conn: Connection, ident: str, offset: int, now: float, *, complete: bool) -> Moved:
    before = find(conn, None, ident)
    if before.decision is None or before.delivery == "delivered":
        return Moved(before, before)
    after = replace(before, delivery="delivered" if complete else "undelivered", offset=offset)
    if not holds.save(conn, before, after, now):
        raise Raced
    return Moved(before, after)


# --- conversations ---------------------------------------------------------------------------


def speaker(conn: Connection, tenant: str, conv: str) -> Conversation:
    found = conversations.get(conn, tenant, conv)
    if found is None:
        msg = f"there is no conversation {conv!r}"
        raise NotFound(msg, code="conversation_not_found")
    return found


def speak(
    conn: Connection, before: Conversation, outcome: talk.Outcome, by: str, now: Now
) -> Spoken:
    """Save who speaks."""
    if isinstance(outcome, Refusal):
        raise refused(outcome)
    if not conversations.save(conn, before, outcome, now.at, by):
        raise Raced
    return Spoken(before, outcome)


def hand_back(
    conn: Connection, before: Conversation, outcome: talk.Outcome, by: str, note: str, now: Now
) -> Spoken:
    """The model speaks again, and its next answer is told the note."""
    spoken = speak(conn, before, outcome, by, now)
    conversations.put_note(conn, before.tenant, before.id, note, now.at)
    return spoken._replace(note=note)


def take_over(
    conn: Connection,
    tenant: str,
    conv: str,
    by: Person,
    now: Now,
    limits: Limits,
    *,
    force: bool,
) -> Spoken:
    """A person takes the conversation, and with it the hold that waits in it."""
    here = speaker(conn, tenant, conv)
    moved = _take_holds(conn, here, by, now, limits, force=force)
    outcome = talk.take_over(here, by, force=force)
    return speak(conn, here, outcome, by.id, now)._replace(holds=tuple(moved))


def _take_holds(
    conn: Connection, here: Conversation, by: Person, now: Now, limits: Limits, *, force: bool
) -> list[Moved]:
    moved = []
    for hold in holds.alive(conn, here.tenant, here.id):
        command = Decide(by, "take_over", hold.version, hold.fence, force=force)
        moved.append(move(conn, here.tenant, hold.id, _taking(command, here, now.at, limits), now))
    return moved


def _taking(command: Decide, here: Conversation, now: float, limits: Limits) -> Step:
    return lambda hold, draft: deciding.decide(
        hold, draft, command, now, epoch=here.epoch, limits=limits
    )
