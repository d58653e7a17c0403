"""Sealed heads: each minute, how far every stream that moved had come.

A stream cut short still chains; a seal that says how long it was does not fit it any more. Copies
of seals belong on another machine.
"""

from sqlalchemy import Connection, func, or_, select

from hitl_chat import failpoints
from hitl_chat.core.chain import GENESIS, seal
from hitl_chat.store.dialect import insert_all, keyring
from hitl_chat.store.schema import checkpoint, head

COLUMNS = ("tenant", "stream", "seq", "mac", "key_id", "prev_seal", "seal", "at")


def take(conn: Connection, now: float) -> int:
    """Seal the heads that moved since their last seal; how many that were."""
    last = (
        select(checkpoint.c.tenant, checkpoint.c.stream, func.max(checkpoint.c.seq).label("seq"))
        .group_by(checkpoint.c.tenant, checkpoint.c.stream)
        .subquery()
    )
    same = (last.c.tenant == head.c.tenant) & (last.c.stream == head.c.stream)
    moved = (
        select(head.c.tenant, head.c.stream, head.c.seq, head.c.mac)
        .select_from(head.outerjoin(last, same))
        .where(or_(last.c.seq.is_(None), last.c.seq < head.c.seq))
        .order_by(head.c.tenant, head.c.stream)
    )
    ring = keyring(conn)
    newest = select(checkpoint.c.seal).order_by(checkpoint.c.id.desc()).limit(1)
    previous = conn.execute(newest).scalar() or GENESIS
    rows = []
    for tenant, stream, seq, made in conn.execute(moved):
        sealed = seal(ring.keys[ring.current], previous, (tenant, stream, seq, made, now))
        rows.append((tenant, stream, seq, made, ring.current, previous, sealed, now))
        previous = sealed
    insert_all(conn, checkpoint, COLUMNS, rows)
    failpoints.hit("in_checkpoint")
    return len(rows)
