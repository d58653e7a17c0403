"""Which hold somebody gets who asks for the next one, and which they may take by choosing it.

Runs inside a transaction, on the database's thread.
"""

import logging
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from sqlalchemy import Connection

from hitl_chat.core import deciding, staffing
from hitl_chat.core.command import Person, Refusal
from hitl_chat.core.hold import Hold
from hitl_chat.core.seconding import wanted_of
from hitl_chat.core.staffing import Able, full
from hitl_chat.runner import moves
from hitl_chat.runner.moves import Moved, Now
from hitl_chat.runner.staff import Staff
from hitl_chat.store import holds, load
from hitl_chat.store.texts import Unreadable

log = logging.getLogger(__name__)


class Taker(NamedTuple):
    """Who takes. `able` is None for scripts, which take what they ask for."""

    person: Person
    tenant: str
    able: Able | None
    staff: Staff | None
    lease: float


def unsuited(taker: Taker, hold: Hold) -> Refusal | None:
    """Why they may not take this hold by choosing it; what is over says so itself."""
    if taker.staff is None or not hold.alive or hold.claimed_by == taker.person.id:
        return None
    return taker.staff.may_take(taker.person, taker.able, hold)


def refuse_unsuited(conn: Connection, taker: Taker, conv: str) -> None:
    """Raises where a conversation has a hold that is for others: it would be taken over, too."""
    if taker.able is None or taker.person.supervisor:
        return
    for hold in holds.alive(conn, taker.tenant, conv):
        refusal = staffing.unsuited(taker.able, hold.terms)
        if refusal is not None and hold.claimed_by != taker.person.id:
            raise moves.refused(refusal)


def next_hold(
    conn: Connection, taker: Taker, waiting: Iterable[str], given: Iterable[str], now: Now
) -> Moved | None:
    """What was given to them and they have not looked at, else the first that waits for them:
    claimed, or as it is where it waits for a second person, which a script cannot be."""
    for found in _known(conn, taker, given):
        if _is_given(found, taker, now) and (claimed := _claim(conn, found, taker, now)):
            return claimed
    no_room = _no_room(conn, taker, now)
    for found in _known(conn, taker, waiting):
        if found.due_at <= now.at:
            continue
        free = no_room is None and _waits(found, taker)
        if free and (claimed := _claim(conn, found, taker, now)):
            return claimed
        if taker.able is not None and wanted_of(found, taker.person):
            return Moved(found, found)
    if no_room is not None:
        raise moves.refused(no_room)
    return None


def _known(conn: Connection, taker: Taker, idents: Iterable[str]) -> Iterator[Hold]:
    found = (holds.get(conn, taker.tenant, ident) for ident in idents)
    return (each for each in found if each is not None)


def _claim(conn: Connection, found: Hold, taker: Taker, now: Now) -> Moved | None:
    """None where its draft makes no sense: that keeps nobody from the others."""
    by, lease = taker.person, taker.lease
    try:
        return moves.finish(conn, found, lambda h, _: deciding.claim(h, by, now.at, lease), now)
    except Unreadable as error:
        log.error("hold %s is nobody's next: %s", found.id, error)
        return None


def _is_given(hold: Hold, taker: Taker, now: Now) -> bool:
    mine = hold.state == "claimed" and hold.claimed_by == taker.person.id
    return mine and hold.due_at > now.at


def _waits(hold: Hold, taker: Taker) -> bool:
    passed_on = bool(hold.escalated_by) and not taker.person.supervisor
    return hold.state == "open" and not passed_on


def _no_room(conn: Connection, taker: Taker, now: Now) -> Refusal | None:
    """Whether they have as much in hand as they take at once; to confirm takes no room."""
    if taker.staff is None or taker.able is None:
        return None
    has = load.carried(conn, taker.tenant, now.at).get(taker.person.id, 0)
    return full(has, taker.staff.most(taker.able))
