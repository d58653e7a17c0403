"""What supervisors tell everybody, on record: calls to agents, thresholds moved for a time.

Both are events of their tenant's system stream, and nothing else: a threshold that stands is one
whose event says so. A call's words are in `text`, and erased with the others.
"""

from collections.abc import Iterator

import msgspec
from sqlalchemy import Connection, bindparam, select

from hitl_chat.core.adjusting import Adjustment
from hitl_chat.core.types import Value
from hitl_chat.store import events, texts
from hitl_chat.store.events import SYSTEM, Event
from hitl_chat.store.schema import event, head

CALL = "call"
MOVED, ENDED = "threshold.moved", "threshold.ended"


class Call(Value, frozen=True):
    """Somebody asks an agent to come, or (`to` is "") tells all of them something."""

    id: str
    by: str
    name: str
    to: str
    text: str | None
    at: float


def call(conn: Connection, tenant: str, said: Call) -> None:
    stored = texts.put(conn, tenant, "", said.id, texts.encoded(said.text or ""), said.at)
    told = {"call": said.id, "by": said.by, "name": said.name, "to": said.to}
    named = {"texts": {stored.ref: stored.sha}}
    events.append(conn, tenant, SYSTEM, CALL, {**told, **named}, said.at)


def called(conn: Connection, told: Event) -> Call:
    body = told.body
    text = texts.decoded(texts.get(conn, told.tenant, body["call"]))
    return Call(body["call"], body["by"], body["name"], body["to"], text, told.at)


# --- thresholds -------------------------------------------------------------------------------


def move(conn: Connection, tenant: str, made: Adjustment, stood: float, now: float) -> None:
    """`stood`: where it was, for whoever reads the record."""
    told = {**msgspec.to_builtins(made), "stood": stood}
    events.append(conn, tenant, SYSTEM, MOVED, told, now)


def end(conn: Connection, tenant: str, ident: str, by: str, now: float) -> None:
    events.append(conn, tenant, SYSTEM, ENDED, {"id": ident, "by": by}, now)


def standing(conn: Connection, now: float) -> dict[str, list[Adjustment]]:
    """By tenant; the last word about each test counts."""
    found: dict[str, dict[str, Adjustment]] = {}
    for tenant in conn.execute(_TENANTS).scalars():
        here = found.setdefault(tenant, {})
        for type_, body in _words(conn, tenant):
            if type_ == MOVED:
                made = msgspec.json.decode(body, type=Adjustment)
                here[f"{made.rule}\x1f{made.check}"] = made
            else:
                gone = msgspec.json.decode(body)["id"]
                here = found[tenant] = {k: one for k, one in here.items() if one.id != gone}
    return {
        tenant: alive
        for tenant, here in found.items()
        if (alive := [one for one in here.values() if one.until > now])
    }


def _words(conn: Connection, tenant: str) -> Iterator[tuple[str, str]]:
    return ((row.type, row.body) for row in conn.execute(_WORDS, {"tenant": tenant}))


_TENANTS = select(head.c.tenant).where(head.c.stream == SYSTEM)
_WORDS = (
    select(event.c.type, event.c.body)
    .where(event.c.tenant == bindparam("tenant"), event.c.stream == SYSTEM)
    .where(event.c.type.in_((MOVED, ENDED)))
    .order_by(event.c.seq)
)
