"""Forgetting: texts older than wanted. The record stays, and verifies.

A shredded text loses its bytes and its salt; plain digests of it elsewhere go too, since "yes" can
be guessed from its digest. Each run says in the record what it did. Rules are never forgotten.
"""

from collections.abc import Sequence
from itertools import groupby

from sqlalchemy import Connection, Table, delete, exists, select, tuple_, update

from hitl_chat import failpoints
from hitl_chat.store import events
from hitl_chat.store.schema import (
    LEGIBLE,
    WAITING,
    conversation_hash,
    decision,
    hold,
    text,
    turn,
)
from hitl_chat.store.schema_asides import hold_customer

BATCH = 500  # texts per transaction: a long one would keep decisions waiting


def shred_before(conn: Connection, cutoff: float, now: float, limit: int = BATCH) -> int:
    """Forget texts older than `cutoff`, oldest first, but none of a hold that still waits.

    How many were shredded; call it again until it says 0.
    """
    same = (hold.c.tenant == text.c.tenant, hold.c.conv == text.c.conv)
    waits = exists().where(WAITING, hold.c.quarantined.is_(None), *same)
    old = (
        select(text.c.tenant, text.c.ref)
        .where(LEGIBLE, text.c.at < cutoff, text.c.tenant != "", ~waits)
        .order_by(text.c.at)
        .limit(limit)
    )
    found = sorted((row.tenant, row.ref) for row in conn.execute(old))
    _shred(conn, [ref for _, ref in found], now)
    for tenant, mine in groupby(found, key=lambda row: row[0]):
        told = {"before": cutoff, "texts": len(list(mine))}
        events.append(conn, tenant, events.SYSTEM, "texts.expired", told, now)
    failpoints.hit("in_retention")
    return len(found)


def unname_before(conn: Connection, cutoff: float, limit: int = BATCH) -> int:
    """Forget by what conversations, and holds of one customer, were found before `cutoff`.

    How many rows that were; call it again until it says 0.
    """
    return sum(_drop(conn, table, cutoff, limit) for table in (conversation_hash, hold_customer))


def _drop(conn: Connection, table: Table, cutoff: float, limit: int) -> int:
    oldest = select(*table.primary_key).where(table.c.at < cutoff).order_by(table.c.at)
    named = tuple_(*table.primary_key).in_(oldest.limit(limit))
    return conn.execute(delete(table).where(named)).rowcount


def _shred(conn: Connection, refs: Sequence[str], now: float) -> None:
    for at in range(0, len(refs), BATCH):
        page = refs[at : at + BATCH]
        gone = {"bytes": None, "salt": None, "shredded_at": now}
        conn.execute(update(text).where(text.c.ref.in_(page)).values(gone))
        holds = {owner for owner, part in map(_split, page) if part in ("sent", "draft")}
        plain = {"sent_sha": "", "draft_sha": ""}
        conn.execute(update(hold).where(hold.c.id.in_(holds)).values(plain))
        decided = {owner for owner, part in map(_split, page) if part == "decision"}
        made = {"text_sha": "", "seen_sha": ""}
        conn.execute(update(decision).where(decision.c.hold.in_(decided)).values(made))
        asked = {owner for owner, part in map(_split, page) if part == "messages"}
        conn.execute(update(turn).where(turn.c.id.in_(asked)).values(request_key=""))


def _split(ref: str) -> tuple[str, str]:
    owner, _, part = ref.partition("/")
    return owner, part
