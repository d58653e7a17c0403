"""Turns, found again: by id, by the request that asked for them, by conversation; and their texts.

How they get here is in `turn_records.py`.
"""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import (
    Connection,
    RowMapping,
    Select,
    and_,
    bindparam,
    exists,
    not_,
    or_,
    select,
)

from hitl_chat.core.remainder import Texts
from hitl_chat.core.types import Reason, Value
from hitl_chat.store import texts
from hitl_chat.store.schema import (
    RUNNING,
    UNDELIVERED,
    WAITING,
    api_key,
    hold,
    ruling,
    turn,
    verdict,
)


class Turn(Value, frozen=True):
    """One request and its answer. `outcome` is "" while it runs."""

    id: str
    tenant: str
    conv: str
    request_key: str
    body_sha: str
    api_key: str
    channel: str
    model: str
    rules_version: str
    criteria_version: str
    envelope: dict[str, Any]
    began_at: float
    ended_at: float | None
    outcome: str
    ruling: str
    finish: str
    usage: dict[str, Any]
    check_usage: dict[str, Any]
    timings: dict[str, float]


class Written(Value, frozen=True):
    """A turn's texts; None where they were shredded, or never came to be."""

    messages: list[dict[str, Any]] | None
    draft: Texts | None
    final: Texts | None


class Judged(Value, frozen=True):
    """One verdict, as recorded. No `score`: the check failed, `reason` says how."""

    check: str
    field: str
    start: int
    upto: int
    score: float | None
    reason: str
    spans: list[dict[str, Any]]
    detail: str
    final: bool
    timed_out: bool
    ms: float | None


def get(conn: Connection, tenant: str, ident: str) -> Turn | None:
    found = _turns(conn, select(turn).where(turn.c.id == ident, turn.c.tenant == tenant))
    return found[0] if found else None


def asked(conn: Connection, tenant: str, request_key: str, limit: int = 10) -> list[Turn]:
    """The turns that answer this very request, newest first."""
    same = (turn.c.tenant == tenant, turn.c.request_key == request_key)
    newest = select(turn).where(*same).order_by(turn.c.began_at.desc(), turn.c.id.desc())
    return _turns(conn, newest.limit(limit))


def of_conversation(conn: Connection, tenant: str, conv: str, limit: int = 50) -> list[Turn]:
    """The last turns, in order."""
    here = (turn.c.tenant == tenant, turn.c.conv == conv)
    newest = select(turn).where(*here).order_by(turn.c.began_at.desc(), turn.c.id.desc())
    return _turns(conn, newest.limit(limit))[::-1]


def runs(conn: Connection, idents: Sequence[str]) -> bool:
    """Whether any of these turns is not over."""
    return conn.execute(select(turn.c.id).where(turn.c.id.in_(idents), RUNNING)).first() is not None


def lost(conn: Connection, since: float, limit: int = 500) -> list[Turn]:
    """Turns of all tenants without an end, oldest first: read before any is begun, they died with
    an earlier process.

    Not those that a retry can still find: their hold waits, or was decided `since` and not
    delivered.
    """
    fresh = and_(UNDELIVERED, hold.c.closed_at >= since)
    found_again = exists().where(hold.c.turn == turn.c.id, or_(WAITING, fresh))
    wanted = select(turn).where(RUNNING, not_(found_again)).order_by(turn.c.began_at)
    return _turns(conn, wanted.limit(limit))


def last_budgets(conn: Connection, within: int = 200, tenants: int = 1000) -> dict[str, float]:
    """By tenant, where the budget's threshold stood for the newest answer that went by it."""
    known = conn.execute(select(api_key.c.tenant).distinct().limit(tenants)).scalars().all()
    found = ((tenant, _last_budget(conn, tenant, within)) for tenant in known)
    return {tenant: stood for tenant, stood in found if stood is not None}


def _last_budget(conn: Connection, tenant: str, within: int) -> float | None:
    newest = select(turn.c.envelope).where(turn.c.tenant == tenant)
    newest = newest.order_by(turn.c.began_at.desc(), turn.c.id.desc()).limit(within)
    found = (msgspec.json.decode(row.envelope).get("budget") for row in conn.execute(newest))
    return next((stood for stood in found if stood is not None), None)


def _turns(conn: Connection, wanted: Select[Any]) -> list[Turn]:
    return [_turn(row) for row in conn.execute(wanted).mappings()]


def _turn(row: RowMapping) -> Turn:
    said = {name: row[name] for name in Turn.__struct_fields__}
    for name in ("outcome", "ruling", "finish"):
        said[name] = said[name] or ""
    for name in ("envelope", "usage", "check_usage", "timings"):
        said[name] = msgspec.json.decode(said[name] or "{}")
    return Turn(**said)


def written(conn: Connection, tenant: str, ident: str) -> Written:
    """What was asked, drafted and answered."""
    refs = (turn.c.messages_ref, turn.c.draft_ref, turn.c.final_ref)
    row = conn.execute(select(*refs).where(turn.c.id == ident, turn.c.tenant == tenant)).first()
    if row is None:
        return Written(None, None, None)
    stored = texts.get_all(conn, tenant, filter(None, row))
    messages, draft, final = (stored.get(ref or "") for ref in row)
    return Written(
        None if messages is None else msgspec.json.decode(messages),
        None if draft is None else texts.fields(draft),
        None if final is None else texts.fields(final),
    )


def verdicts(conn: Connection, tenant: str, ident: str) -> list[Judged]:
    """What the checks said, in order."""
    rows = conn.execute(_VERDICTS, {"turn": ident, "tenant": tenant}).mappings()
    return [_judged(row) for row in rows]


def _judged(row: RowMapping) -> Judged:
    said = {name: row[name] for name in Judged.__struct_fields__}
    return Judged(**{**said, "spans": msgspec.json.decode(said["spans"])})


def reasons(conn: Connection, tenant: str, ident: str) -> tuple[Reason, ...]:
    """Why the ruling was not a plain pass; () for one that was."""
    here = (ruling.c.turn == ident, ruling.c.tenant == tenant)
    found = conn.execute(select(ruling.c.reasons).where(*here)).scalar()
    return msgspec.json.decode(found, type=tuple[Reason, ...]) if found else ()


_VERDICTS = (
    select(verdict)
    .where(verdict.c.turn == bindparam("turn"), verdict.c.tenant == bindparam("tenant"))
    .order_by(verdict.c.id)
)
