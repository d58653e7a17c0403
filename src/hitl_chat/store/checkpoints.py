"""Sealed heads: each minute, how far every stream that moved had come.

A stream cut short still chains; a seal that says how long it was does not fit it any more. Copies
of seals belong on another machine.
"""

from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, and_, exists, select

from hitl_chat import failpoints
from hitl_chat.core.chain import GENESIS, seal
from hitl_chat.store import events
from hitl_chat.store.dialect import insert_all, keyring
from hitl_chat.store.schema import checkpoint, event, head

WINDOW = 500  # events: while their streams are sealed, decisions wait
HEAD = ("tenant", "stream", "seq")
COLUMNS = ("tenant", "stream", "seq", "upto", "mac", "key_id", "prev_seal", "seal", "at")


class Sealed(NamedTuple):
    """How many heads were; how far the record was looked through, and whether that is all."""

    heads: int
    upto: int
    done: bool


def take(conn: Connection, now: float, after: int | None = None, window: int = WINDOW) -> Sealed:
    """Seal the heads that moved since their last seal; go on from `upto` until it is done.

    What was recorded since then says which: all streams there ever were are too many to look at.
    """
    ring, position = keyring(conn), events.position(conn)
    newest = select(checkpoint.c.seal, checkpoint.c.upto).order_by(checkpoint.c.id.desc()).limit(1)
    previous, sealed_to = conn.execute(newest).one_or_none() or (GENESIS, 0)
    after = sealed_to if after is None else after
    upto = min(after + window, position)
    rows = []
    for tenant, stream, seq, made in conn.execute(_moved(after, upto)):
        sealed = seal(ring.keys[ring.current], previous, (tenant, stream, seq, made, now))
        rows.append((tenant, stream, seq, upto, made, ring.current, previous, sealed, now))
        previous = sealed
    insert_all(conn, checkpoint, COLUMNS, rows)
    failpoints.hit("in_checkpoint")
    return Sealed(len(rows), upto, done=upto >= position)


def _moved(after: int, upto: int) -> Select[Any]:
    """The heads of what was recorded there; not one that another look has sealed already."""
    # In order, and no more than there can be: else SQLite reads an index of all events instead.
    fresh = select(event.c.tenant, event.c.stream).where(event.c.id > after, event.c.id <= upto)
    some = fresh.order_by(event.c.id).limit(upto - after).subquery()
    lately = select(some.c.tenant, some.c.stream).distinct().subquery()
    same = and_(lately.c.tenant == head.c.tenant, lately.c.stream == head.c.stream)
    is_sealed = exists().where(*(checkpoint.c[name] == head.c[name] for name in HEAD))
    moved = select(head.c.tenant, head.c.stream, head.c.seq, head.c.mac).where(~is_sealed)
    return moved.select_from(lately.join(head, same)).order_by(head.c.tenant, head.c.stream)
