"""The record: streams of chained events, and the feed that consoles follow.

Every event is appended in the transaction of what it tells about, linked to its stream's head.
Bodies hold ids, codes, offsets and salted digests, never text.
"""

import logging
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import (
    Connection,
    RowMapping,
    bindparam,
    func,
    insert,
    select,
)

from hitl_chat.core.chain import GENESIS, Link, body, mac
from hitl_chat.core.types import Value
from hitl_chat.store.dialect import insert_all, keyring, look_up, upsert_all
from hitl_chat.store.schema import LOUD, event, feed_epoch, head

log = logging.getLogger(__name__)

RULES, PEOPLE, SYSTEM = "rules", "people", "system"
UNREADABLE = "unreadable"

COLUMNS = ("tenant", "stream", "seq", "type", "body", "key_id", "prev_mac", "mac", "at", "hold")
HEAD = ("tenant", "stream", "seq", "mac")


def of_conversation(conv: str) -> str:
    return f"conv:{conv}"


def conversation(event: "Event") -> str:
    """Whose stream it is in."""
    return event.stream.removeprefix("conv:")


class Note(NamedTuple):
    """What is to be recorded."""

    tenant: str
    stream: str
    type: str
    at: float
    body: Mapping[str, object]


class Event(Value, frozen=True):
    """What was recorded. `id` orders the feed, `seq` the stream."""

    id: int
    tenant: str
    stream: str
    seq: int
    type: str
    at: float
    body: Mapping[str, Any]


class Page(NamedTuple):
    """The next events of the feed, and how far the record was looked through for them."""

    events: Sequence[Event]
    upto: int


# --- appending --------------------------------------------------------------------------------


def append(
    conn: Connection, tenant: str, stream: str, type_: str, content: Mapping[str, object], at: float
) -> Event:
    """Record one event under its stream's head."""
    (values,) = _link(conn, [Note(tenant, stream, type_, at, content)])
    ident = conn.execute(_INSERT, dict(zip(COLUMNS, values, strict=True))).scalar_one()
    return Event(ident, tenant, stream, values[2], type_, at, content)


def append_all(conn: Connection, notes: Sequence[Note]) -> None:
    """Record many: one look at the heads, one statement per table."""
    insert_all(conn, event, COLUMNS, _link(conn, notes))


def _link(conn: Connection, notes: Sequence[Note]) -> list[tuple[Any, ...]]:
    """Rows of COLUMNS, chained in order; the heads are moved on."""
    ring = keyring(conn)
    key_id, key = ring.current, ring.keys[ring.current]
    heads = _heads(conn, {(note.tenant, note.stream) for note in notes})
    rows = []
    for tenant, stream, type_, at, content in notes:
        seq, previous = heads.get((tenant, stream), (0, GENESIS))
        link = Link(tenant, stream, seq + 1, type_, at, body(content))
        made = mac(key, previous, link)
        heads[tenant, stream] = (seq + 1, made)
        row = (tenant, stream, seq + 1, type_, link.body, key_id, previous, made, at)
        rows.append((*row, content.get("hold") or None))
    moved = [(tenant, stream, seq, made) for (tenant, stream), (seq, made) in heads.items()]
    upsert_all(conn, head, HEAD, moved)
    return rows


def _heads(
    conn: Connection, streams: Iterable[tuple[str, str]]
) -> dict[tuple[str, str], tuple[int, str]]:
    found = look_up(conn, _HEADS, streams)
    return {(tenant, stream): (seq, made) for tenant, (stream, seq, made) in found}


_INSERT = insert(event).returning(event.c.id)
_HEADS = (
    select(head.c.stream, head.c.seq, head.c.mac)
    .where(head.c.tenant == bindparam("tenant"))
    .where(head.c.stream.in_(bindparam("names", expanding=True)))
    .with_for_update()
)


# --- following --------------------------------------------------------------------------------

_SEEN = select(*(event.c[name] for name in Event.__struct_fields__))
_PAGE = _SEEN.limit(bindparam("limit"))
_STREAM = _PAGE.where(
    event.c.tenant == bindparam("tenant"),
    event.c.stream == bindparam("stream"),
    event.c.seq > bindparam("after"),
).order_by(event.c.seq)
_ABOUT = _PAGE.where(
    event.c.tenant == bindparam("tenant"), event.c.hold == bindparam("hold")
).order_by(event.c.id.desc())
_TAIL = _PAGE.where(event.c.id > bindparam("after"), LOUD).order_by(event.c.id)
_FEED = _TAIL.where(event.c.tenant == bindparam("tenant"))
_LOUDEST = select(func.max(event.c.id)).where(event.c.tenant == bindparam("tenant"), LOUD)


def read(
    conn: Connection, tenant: str, stream: str, after: int = 0, limit: int = 1000
) -> list[Event]:
    """A stream's events after a position, gapless, in order."""
    wanted = {"tenant": tenant, "stream": stream, "after": after, "limit": limit}
    return [_event(row) for row in conn.execute(_STREAM, wanted).mappings()]


def about(conn: Connection, tenant: str, hold: str, limit: int, type_: str = "") -> list[Event]:
    """The last events of a hold (of one type), in order, however much else was recorded since."""
    wanted = {"tenant": tenant, "hold": hold, "limit": limit}
    asked = _ABOUT.where(event.c.type == type_) if type_ else _ABOUT
    return [_event(row) for row in conn.execute(asked, wanted).mappings()][::-1]


def feed(conn: Connection, tenant: str, after: int, limit: int = 1000) -> list[Event]:
    """A tenant's events in commit order, for the queue; without the quiet records of turns.

    SQLite has one writer, so ids grow in commit order. PostgreSQL needs another query here.
    """
    wanted = {"tenant": tenant, "after": after, "limit": limit}
    return [_event(row) for row in conn.execute(_FEED, wanted).mappings()]


def tail(conn: Connection, after: int, limit: int = 1000) -> Page:
    """The feed of all tenants, for this program only: it wakes whoever waits for an event.

    Go on from `upto`, else the quiet records of a night are gone through again at each look.
    """
    wanted = {"after": after, "limit": limit}
    found = [_event(row) for row in conn.execute(_TAIL, wanted).mappings()]
    return Page(found, found[-1].id if len(found) == limit else max(after, position(conn)))


def _event(row: RowMapping) -> Event:
    """A body that makes no sense (`verify` says which) must not keep the others from anybody."""
    try:
        return Event(**{**row, "body": msgspec.json.decode(row["body"], type=dict[str, Any])})
    except msgspec.MsgspecError:
        log.error("event %d makes no sense: run 'hitl-chat verify'", row["id"])
        return Event(**{**row, "type": UNREADABLE, "body": {}})


def position(conn: Connection) -> int:
    """Where the feed ends now."""
    return int(conn.execute(select(func.max(event.c.id))).scalar() or 0)


def loudest(conn: Connection, tenant: str) -> int:
    """Where a tenant's own feed ends now: passed turns, and what others do, do not move it."""
    return int(conn.execute(_LOUDEST, {"tenant": tenant}).scalar() or 0)


def seq(conn: Connection, tenant: str, stream: str) -> int:
    """Where a stream ends now."""
    return _heads(conn, [(tenant, stream)]).get((tenant, stream), (0, GENESIS))[0]


# --- the feed's epoch -------------------------------------------------------------------------


def epoch(conn: Connection) -> str:
    """Changes when positions start to mean something else: then consoles reset."""
    newest = select(feed_epoch.c.epoch).order_by(feed_epoch.c.id.desc()).limit(1)
    return str(conn.execute(newest).scalar() or "")


def begin_epoch(conn: Connection, name: str, now: float) -> None:
    conn.execute(feed_epoch.insert(), {"epoch": name, "since": now})
