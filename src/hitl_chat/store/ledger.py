"""The record as whoever verifies it reads it: page by page, nothing taken for granted.

Every function is one page, so that no read lasts; each page is consistent in itself.
"""

from collections.abc import Iterable
from typing import NamedTuple

import msgspec
from sqlalchemy import Connection, RowMapping, and_, bindparam, select, tuple_

from hitl_chat.core.chain import Keyring, Link
from hitl_chat.store import dialect
from hitl_chat.store.events import SYSTEM
from hitl_chat.store.schema import checkpoint, decision, event, head, hold, text

PAGE = 500


class Place(NamedTuple):
    """Where a page of entries begins: after this one."""

    tenant: str = ""
    stream: str = ""
    seq: int = 0


class Entry(NamedTuple):
    """An event as it is stored. `place` is raw: whatever it holds, the next page begins there."""

    place: Place
    link: Link
    key_id: str
    prev_mac: str
    mac: str
    hold: str = ""  # the one it is found by


class Content(NamedTuple):
    """A text as it is stored."""

    tenant: str
    at: float
    shredded: bool
    salt: bytes | None
    content: bytes | None


class Sealed(NamedTuple):
    """A checkpoint, and the MAC that the event it names has now (None: there is none)."""

    id: int
    head: tuple[str, str, int, str, float]
    key_id: str
    prev_seal: str
    seal: str
    found: str | None


class _Expired(msgspec.Struct):
    before: float = 0.0


class Made(NamedTuple):
    """A hold that says it is decided; its decision, and the event that tells of it, if there."""

    tenant: str
    hold: str
    conv: str
    sent_ref: str
    actor: str | None
    action: str | None
    text_ref: str | None
    text_sha: str | None
    stream: str | None
    type: str | None
    body: str | None


def keyring(conn: Connection) -> Keyring:
    return dialect.keyring(conn)


def _plain(value: object) -> str:
    """A column's text, whatever somebody has put there: it will not verify, but it can be read."""
    return value if isinstance(value, str) else repr(value)


def entries(conn: Connection, after: Place) -> list[Entry]:
    """The next events, stream by stream, in order."""
    return [_entry(row) for row in conn.execute(_ENTRIES, after._asdict()).mappings()]


def _entry(row: RowMapping) -> Entry:
    link = Link(
        tenant=_plain(row["tenant"]),
        stream=_plain(row["stream"]),
        seq=row["seq"] if isinstance(row["seq"], int) else 0,
        type=row["type"],
        at=row["at"],
        body=_plain(row["body"]),
    )
    place = Place(row["tenant"], row["stream"], row["seq"])
    key_id, prev_mac, mac = (_plain(row[name]) for name in ("key_id", "prev_mac", "mac"))
    return Entry(place, link, key_id, prev_mac, mac, _plain(row["hold"] or ""))


_STREAM = (event.c.tenant, event.c.stream, event.c.seq)
_ENTRIES = (
    select(event.c.id, *_STREAM, event.c.type, event.c.at, event.c.body)
    .add_columns(event.c.key_id, event.c.prev_mac, event.c.mac, event.c.hold)
    .where(tuple_(*_STREAM) > tuple_(*(bindparam(name) for name in Place._fields)))
    .order_by(*_STREAM)
    .limit(PAGE)
)


class Head(NamedTuple):
    """What a stream's head says, and what the event it names says (None: there is none)."""

    tenant: str
    stream: str
    seq: int
    mac: str
    found: str | None


def heads(conn: Connection, tenant: str, stream: str) -> list[Head]:
    """The heads after this stream's."""
    wanted = {"tenant": tenant, "stream": stream}
    return [Head(*row) for row in conn.execute(_HEADS, wanted)]


_HEADS = (
    select(head.c.tenant, head.c.stream, head.c.seq, head.c.mac, event.c.mac)
    .select_from(
        head.outerjoin(event, and_(*(head.c[name] == event.c[name] for name in Place._fields)))
    )
    .where(tuple_(head.c.tenant, head.c.stream) > tuple_(bindparam("tenant"), bindparam("stream")))
    .order_by(head.c.tenant, head.c.stream)
    .limit(PAGE)
)


def contents(conn: Connection, refs: Iterable[str]) -> dict[str, Content]:
    """Texts by ref, legible or not."""
    rows = conn.execute(_CONTENTS, {"refs": list(refs)})
    return {
        row.ref: Content(
            row.tenant, row.at, row.shredded_at is not None, _raw(row.salt), _raw(row.bytes)
        )
        for row in rows
    }


def _raw(value: object) -> bytes | None:
    return value if value is None or isinstance(value, bytes) else repr(value).encode()


_CONTENTS = select(
    text.c.ref, text.c.tenant, text.c.at, text.c.shredded_at, text.c.salt, text.c.bytes
).where(text.c.ref.in_(bindparam("refs", expanding=True)))


def expired_before(conn: Connection, tenant: str) -> float:
    """Up to which age the record says that texts of this tenant were shredded."""
    said = conn.execute(_EXPIRED, {"tenant": tenant}).scalars()
    return max(map(_before, said), default=0.0)


def _before(body: str) -> float:
    try:
        return msgspec.json.decode(body, type=_Expired).before
    except msgspec.MsgspecError:  # changed by somebody; its MAC tells
        return 0.0


_OF_TENANT = select(event.c.body).where(event.c.tenant == bindparam("tenant"))
_EXPIRED = _OF_TENANT.where(event.c.stream == SYSTEM, event.c.type == "texts.expired")


def decided(conn: Connection, after: str) -> list[Made]:
    """Holds that were decided, with what belongs to that, after this hold's id."""
    return [Made(*row) for row in conn.execute(_DECIDED, {"after": after})]


_DECIDED = (
    select(hold.c.tenant, hold.c.id, hold.c.conv, hold.c.sent_ref)
    .add_columns(decision.c.actor, decision.c.action, decision.c.text_ref, decision.c.text_sha)
    .add_columns(event.c.stream, event.c.type, event.c.body)
    .select_from(
        hold.outerjoin(decision, decision.c.hold == hold.c.id).outerjoin(
            event, event.c.id == decision.c.event
        )
    )
    .where(hold.c.id > bindparam("after"), hold.c.state == "decided")
    .order_by(hold.c.id)
    .limit(PAGE)
)


def decisions(conn: Connection, holds: Iterable[str]) -> set[str]:
    """Which of these holds have a decision."""
    here = decision.c.hold.in_(list(holds))
    return set(conn.execute(select(decision.c.hold).where(here)).scalars())


def seals(conn: Connection, after: int) -> list[Sealed]:
    """Checkpoints after this one."""
    rows = conn.execute(_SEALS, {"after": after})
    return [
        Sealed(row[0], tuple(row[1:6]), _plain(row[6]), _plain(row[7]), _plain(row[8]), row[9])
        for row in rows
    ]


_SEALS = (
    select(checkpoint.c.id, checkpoint.c.tenant, checkpoint.c.stream, checkpoint.c.seq)
    .add_columns(checkpoint.c.mac, checkpoint.c.at, checkpoint.c.key_id, checkpoint.c.prev_seal)
    .add_columns(checkpoint.c.seal, event.c.mac)
    .select_from(
        checkpoint.outerjoin(
            event, and_(*(checkpoint.c[name] == event.c[name] for name in Place._fields))
        )
    )
    .where(checkpoint.c.id > bindparam("after"))
    .order_by(checkpoint.c.id)
    .limit(PAGE)
)
