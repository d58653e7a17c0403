"""What supervisors tell everybody, on record: calls to agents, thresholds moved for a time.

Both are events of their tenant's system stream, and nothing else: a threshold that stands is one
whose event says so. A call's words are in `text`, and erased with the others.
"""

from typing import NamedTuple

import msgspec
from sqlalchemy import Connection, bindparam, select

from hitl_chat.core.adjusting import LONGEST, Adjustment
from hitl_chat.core.types import Value
from hitl_chat.errors import Conflict
from hitl_chat.store import events, texts
from hitl_chat.store.events import SYSTEM, Event
from hitl_chat.store.schema import THRESHOLDS, event

CALL = "call"
MOVED, ENDED = "threshold.moved", "threshold.ended"
MOST = 500  # times that a tenant's thresholds are moved in so long


class Call(Value, frozen=True):
    """Somebody asks an agent to come, or (`to` is "") tells all of them something."""

    id: str
    by: str
    name: str
    to: str
    text: str | None
    at: float


class Word(NamedTuple):
    """An event about a threshold."""

    id: int
    tenant: str
    type: str
    body: str


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
    """`stood`: where it was, for whoever reads the record. So many in so long a time are a mistake
    or worse, and each must be gone through whenever one changes."""
    moves = (1 for word in _lately(conn, now) if (word.tenant, word.type) == (tenant, MOVED))
    if sum(moves) >= MOST:
        msg = f"thresholds were moved {MOST} times in {LONGEST / 3600:g} hours: change the rules"
        raise Conflict(msg, code="too_many_moves")
    told = {**msgspec.to_builtins(made), "stood": stood}
    events.append(conn, tenant, SYSTEM, MOVED, told, now)


def end(conn: Connection, tenant: str, ident: str, by: str, now: float) -> None:
    events.append(conn, tenant, SYSTEM, ENDED, {"id": ident, "by": by}, now)


def standing(conn: Connection, now: float) -> dict[str, list[Adjustment]]:
    """By tenant; the last word about each test counts. None stands longer than `LONGEST`."""
    found: dict[str, dict[str, Adjustment]] = {}
    for _, tenant, type_, body in _lately(conn, now):
        here = found.setdefault(tenant, {})
        if type_ == MOVED:
            made = msgspec.json.decode(body, type=Adjustment)
            here[f"{made.rule}\x1f{made.check}"] = made
        else:
            gone = msgspec.json.decode(body)["id"]
            found[tenant] = {key: one for key, one in here.items() if one.id != gone}
    return {
        tenant: alive
        for tenant, here in found.items()
        if (alive := [one for one in here.values() if one.until > now])
    }


def _lately(conn: Connection, now: float) -> list[Word]:
    """In order; sorted here, as the database would rather read all events in order than these."""
    return sorted(Word(*row) for row in conn.execute(_WORDS, {"since": now - LONGEST}))


_WORDS = select(event.c.id, event.c.tenant, event.c.type, event.c.body).where(
    THRESHOLDS, event.c.at > bindparam("since")
)
