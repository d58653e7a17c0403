"""Sealed heads: each minute, how far every stream that moved had come.

A stream cut short still chains; a seal that says how long it was does not fit it any more. Copies
of seals belong on another machine.
"""

from sqlalchemy import Connection, and_, select

from hitl_chat import failpoints
from hitl_chat.core.chain import GENESIS, seal
from hitl_chat.store import events
from hitl_chat.store.dialect import insert_all, keyring
from hitl_chat.store.schema import checkpoint, event, head

COLUMNS = ("tenant", "stream", "seq", "upto", "mac", "key_id", "prev_seal", "seal", "at")


def take(conn: Connection, now: float) -> int:
    """Seal the heads that moved since their last seal; how many that were.

    What was recorded since then says which: all streams there ever were are too many to look at.
    """
    ring, upto = keyring(conn), events.position(conn)
    newest = select(checkpoint.c.seal, checkpoint.c.upto).order_by(checkpoint.c.id.desc()).limit(1)
    previous, after = conn.execute(newest).one_or_none() or (GENESIS, 0)
    # In order, and no more than there can be: else SQLite reads an index of all events instead.
    fresh = select(event.c.tenant, event.c.stream).where(event.c.id > after).order_by(event.c.id)
    some = fresh.limit(upto - after).subquery()
    lately = select(some.c.tenant, some.c.stream).distinct().subquery()
    same = and_(lately.c.tenant == head.c.tenant, lately.c.stream == head.c.stream)
    moved = select(head.c.tenant, head.c.stream, head.c.seq, head.c.mac)
    moved = moved.select_from(lately.join(head, same)).order_by(head.c.tenant, head.c.stream)
    rows = []
    for tenant, stream, seq, made in conn.execute(moved):
        sealed = seal(ring.keys[ring.current], previous, (tenant, stream, seq, made, now))
        rows.append((tenant, stream, seq, upto, made, ring.current, previous, sealed, now))
        previous = sealed
    insert_all(conn, checkpoint, COLUMNS, rows)
    failpoints.hit("in_checkpoint")
    return len(rows)
