"""What is told to other programs, until it was delivered or given up; one queue per webhook.

Filled from the record after a cursor, in the transaction that moves the cursor: an event is told
if and only if it was committed, whoever wrote it. Order is kept within a subject (a hold), not
between subjects. Knows no address, no template and no secret.
"""

import logging
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)

from hitl_chat.core.types import Value
from hitl_chat.store import events
from hitl_chat.store.dialect import insert_new
from hitl_chat.store.events import Event
from hitl_chat.store.schema_outbox import outbox, webhook

log = logging.getLogger(__name__)

PAGE = 200
REMEMBERED = 1000  # dead messages of one webhook
REMEMBERED_FOR = 7 * 86_400.0


class Parcel(Value, frozen=True):
    """A message that waits. `id` is 0 until it is stored. `body` is "" if nobody could write it."""

    target: str
    tenant: str
    type: str
    subject: str
    body: str
    event: int
    at: float
    due_at: float
    attempts: int = 0
    id: int = 0


class Packed(NamedTuple):
    """What one event means to a webhook. `moot`: subject and type of what is not true any more."""

    parcels: Sequence[Parcel] = ()
    moot: tuple[str, str] | None = None


class Standing(Value, frozen=True):
    """How a webhook does. `error` is the last one; None once something was delivered after it.
    `lost`: why the last message was given up."""

    target: str
    waiting: int
    dead: int
    failures: int
    retry_at: float
    sent_at: float | None
    failed_at: float | None
    error: str | None
    lost: str | None = None


class Bounds(Value, frozen=True):
    """How long a message may wait, and how many."""

    keep: float
    most: int


Pack = Callable[[Event], Packed]


# --- filling ----------------------------------------------------------------------------------


def begin(conn: Connection, targets: Collection[str]) -> None:
    """A new webhook is told what happens from now on; one that is gone is forgotten."""
    now = events.position(conn)
    for target in targets:
        row = {"target": target, "cursor": now, "failures": 0, "retry_at": 0.0}
        insert_new(conn, webhook, row)
    conn.execute(delete(webhook).where(webhook.c.target.not_in(targets)))
    conn.execute(delete(outbox).where(outbox.c.target.not_in(targets)))


class Collected(NamedTuple):
    """Whether there may be more, and how many events no message could be made of."""

    more: bool = False
    dead: int = 0


def collect(conn: Connection, target: str, pack: Pack, now: float) -> Collected:
    """Take over what was recorded since the last time."""
    here = webhook.c.target == target
    after = conn.execute(select(webhook.c.cursor).where(here)).scalar()
    if after is None:
        return Collected()
    page, upto = events.tail(conn, after, PAGE)
    dead = sum(not _taken_over(conn, target, event, pack, now) for event in page)
    if upto != after:
        conn.execute(update(webhook).where(here).values(cursor=upto))
    return Collected(len(page) == PAGE, dead)


def _taken_over(conn: Connection, target: str, event: Event, pack: Pack, now: float) -> bool:
    """One event that makes no sense must not keep all later ones from being told."""
    try:
        packed = pack(event)
    except Exception as error:  # whatever is wrong with it, it is given up, for all to see
        why = f"no message could be made of event {event.id}, {event.type!r}"
        log.exception("webhook %s: %s; later ones are told", target, why)
        _unpacked(conn, target, event, f"{why} ({type(error).__name__})", now)
        return False
    if packed.moot is not None:
        subject, type_ = packed.moot
        void = (outbox.c.subject == subject, outbox.c.type == type_)
        conn.execute(delete(outbox).where(*_of(target), *void))
    for parcel in packed.parcels:
        conn.execute(insert(outbox).values(_row(parcel)))
    return True


def _unpacked(conn: Connection, target: str, event: Event, why: str, now: float) -> None:
    lost = Parcel(target, event.tenant, event.type, event.stream, "", event.id, event.at, event.at)
    conn.execute(insert(outbox).values(**_row(lost), dead_at=now, error=why))
    _stands(conn, target, failed_at=now, error=why)


def _row(parcel: Parcel) -> dict[str, object]:
    names = (name for name in Parcel.__struct_fields__ if name != "id")
    return {name: getattr(parcel, name) for name in names}


# --- delivering -------------------------------------------------------------------------------


def due(conn: Connection, target: str, now: float, most: int) -> list[Parcel]:
    """What is to be delivered now: of each subject the first only. One, if the last try failed."""
    state = conn.execute(_STATE.where(webhook.c.target == target)).first()
    if state is None or state.retry_at > now:
        return []
    earlier = outbox.alias()
    is_first = ~exists().where(
        earlier.c.target == outbox.c.target,
        earlier.c.subject == outbox.c.subject,
        earlier.c.id < outbox.c.id,
        earlier.c.dead_at.is_(None),
        # what is scheduled for later stands in nobody's way
        or_(earlier.c.due_at <= now, earlier.c.attempts > 0),
    )
    wanted = _PARCELS.where(*_of(target), outbox.c.due_at <= now, is_first)
    rows = conn.execute(
        wanted.order_by(outbox.c.due_at, outbox.c.id).limit(1 if state.failures else most)
    )
    return [Parcel(**row) for row in rows.mappings()]


_STATE = select(webhook.c.failures, webhook.c.retry_at)
_PARCELS = select(*(outbox.c[name] for name in Parcel.__struct_fields__))


def sent(conn: Connection, parcel: Parcel, now: float) -> None:
    conn.execute(delete(outbox).where(outbox.c.id == parcel.id))
    _stands(conn, parcel.target, failures=0, retry_at=0.0, sent_at=now, error=None)


def failed(
    conn: Connection, parcel: Parcel, now: float, why: str, wait: Callable[[int], float]
) -> None:
    """It will be tried again; until then nothing else is sent there.

    `wait`: seconds, after so many failures. A message that always fails waits longer than the rest.
    """
    tries = {"attempts": parcel.attempts + 1, "due_at": now + wait(parcel.attempts), "error": why}
    conn.execute(update(outbox).where(outbox.c.id == parcel.id).values(**tries))
    before = conn.execute(_STATE.where(webhook.c.target == parcel.target)).first()
    failures = 0 if before is None else before.failures
    again = now + wait(failures)
    changed = {"failures": failures + 1, "retry_at": again, "failed_at": now, "error": why}
    _stands(conn, parcel.target, **changed)


def refused(conn: Connection, parcel: Parcel, now: float, why: str) -> None:
    """It is given up, as the same again would be refused again; others may fare better."""
    gone = {"attempts": parcel.attempts + 1, "dead_at": now, "error": why}
    conn.execute(update(outbox).where(outbox.c.id == parcel.id).values(**gone))
    _stands(conn, parcel.target, failures=0, retry_at=0.0, failed_at=now, error=why)


def _stands(conn: Connection, target: str, **changed: object) -> None:
    conn.execute(update(webhook).where(webhook.c.target == target).values(**changed))


# --- keeping it small -------------------------------------------------------------------------


def tidy(conn: Connection, target: str, now: float, bounds: Bounds) -> int:
    """Give up what is too old or too much, forget what is dead long enough; how many given up."""
    old = f"not delivered within {bounds.keep:g} s"
    gone = _give_up(conn, now, old, and_(*_of(target), outbox.c.at < now - bounds.keep))
    newest = _newest(_of(target), bounds.most)
    crowded = f"more than {bounds.most} messages waited"
    gone += _give_up(conn, now, crowded, and_(*_of(target), outbox.c.id < newest))
    dead = (outbox.c.target == target, outbox.c.dead_at.is_not(None))
    forgotten = or_(
        outbox.c.dead_at < now - REMEMBERED_FOR, outbox.c.id < _newest(dead, REMEMBERED)
    )
    conn.execute(delete(outbox).where(*dead, forgotten))
    return gone


def _newest(which: Iterable[ColumnElement[bool]], most: int) -> ColumnElement[int]:
    """The id of the oldest among the `most` newest; 0 if there are fewer."""
    chosen: Select[tuple[int]] = select(outbox.c.id).where(*which)
    found = chosen.order_by(outbox.c.id.desc()).limit(1).offset(most - 1).scalar_subquery()
    return func.coalesce(found, 0)


def _give_up(conn: Connection, now: float, why: str, which: ColumnElement[bool]) -> int:
    error = func.coalesce(outbox.c.error, why)
    return conn.execute(update(outbox).where(which).values(dead_at=now, error=error)).rowcount


def revive(conn: Connection, target: str, now: float) -> int:
    """Try everything that was given up once more, and what waits at once; how many were dead.

    Not where there is no message to send: that stays, for a while, to be seen.
    """
    dead = (outbox.c.target == target, outbox.c.dead_at.is_not(None), outbox.c.body != "")
    again = {"dead_at": None, "attempts": 0, "at": now, "due_at": now}
    count = conn.execute(update(outbox).where(*dead).values(**again)).rowcount
    _stands(conn, target, failures=0, retry_at=0.0)
    return count


def standings(conn: Connection) -> list[Standing]:
    asked = or_(outbox.c.due_at <= outbox.c.at, outbox.c.attempts > 0)  # not those for later
    dead = outbox.c.dead_at.is_not(None)
    counted = {
        row.target: row
        for row in conn.execute(
            select(
                outbox.c.target,
                func.count().filter(outbox.c.dead_at.is_(None), asked).label("waiting"),
                func.count().filter(dead).label("dead"),
            ).group_by(outbox.c.target)
        )
    }
    newest = func.row_number().over(
        partition_by=outbox.c.target, order_by=(outbox.c.dead_at.desc(), outbox.c.id.desc())
    )
    last = select(outbox.c.target, outbox.c.error, newest.label("place")).where(dead).subquery()
    why = dict(conn.execute(select(last.c.target, last.c.error).where(last.c.place == 1)).all())
    rows = conn.execute(select(webhook).order_by(webhook.c.target)).mappings()
    return [_standing(dict(row), counted.get(row["target"]), why) for row in rows]


def _standing(
    row: dict[str, Any], counted: Row[Any] | None, why: Mapping[str, str | None]
) -> Standing:
    del row["cursor"]
    waiting, dead = (counted.waiting, counted.dead) if counted else (0, 0)
    return Standing(waiting=waiting, dead=dead, lost=why.get(row["target"]), **row)


def _of(target: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """What still waits for this webhook."""
    return outbox.c.target == target, outbox.c.dead_at.is_(None)
