"""The review-after lane: answers that left, and that a person is to look at without a deadline.

One row per answer (or person's message), whatever brought it here and however often: a watch rule,
the random audit, the customer. A customer's word about a closed one opens it again.
"""

from collections.abc import Sequence
from typing import Any, Literal

import msgspec
from msgspec.structs import replace
from sqlalchemy import Connection, RowMapping, Select, select

from hitl_chat.core.types import Reason, Value, is_shadow
from hitl_chat.store import events, texts
from hitl_chat.store.dialect import upsert
from hitl_chat.store.schema_reviews import OPEN, review

Verdict = Literal["", "fine", "wrong", "corrected"]

AUDIT, OVERTURNED = "audit", "overturned"
MOST = 500


class Review(Value, frozen=True):
    """`id`: of the turn, or of the person's message. `causes`: `rule:…`, audit, `feedback:…`."""

    id: str
    tenant: str
    conv: str
    causes: tuple[str, ...]
    opened_at: float
    verdict: Verdict = ""
    person: str = ""
    name: str = ""
    closed_at: float | None = None
    note: str | None = None


def causes(ruling: str, reasons: Sequence[Reason], *, audit: bool = False) -> tuple[str, ...]:
    """Why a person is to look at an answer; () for one that needs none, or had one."""
    watched = reasons if ruling == "watch" else ()
    rules = dict.fromkeys(f"rule:{reason.rule}" for reason in watched if not is_shadow(reason))
    return (*rules, *([AUDIT] if audit else []))


def put(conn: Connection, new: Review) -> None:
    """Into the lane, unless it is there for the same causes; one that is closed opens again."""
    old = get(conn, new.tenant, new.id)
    if old is not None:
        more = tuple(cause for cause in new.causes if cause not in old.causes)
        if not more and old.closed_at is None:
            return
        new = replace(new, causes=(*old.causes, *more))
    _write(conn, new, None)
    told = {"review": new.id, "causes": list(new.causes)}
    stream = events.of_conversation(new.conv)
    events.append(conn, new.tenant, stream, "review.opened", told, new.opened_at)


def close(conn: Connection, done: Review, overturned: str = "") -> None:
    """Somebody looked at it. `overturned`: what had been decided about it before it left."""
    at = done.closed_at or done.opened_at
    stored = None
    if done.note:
        ref = f"{done.id}/review/{at:.6f}"
        stored = texts.put(conn, done.tenant, done.conv, ref, texts.encoded(done.note), at)
    _write(conn, done, stored.ref if stored else None)
    told: dict[str, object] = {"review": done.id, "verdict": done.verdict, "by": done.person}
    if overturned:
        told["overturned"] = overturned
    if stored:
        told["texts"] = {stored.ref: stored.sha}
    stream = events.of_conversation(done.conv)
    events.append(conn, done.tenant, stream, "review.closed", told, at)


def _write(conn: Connection, one: Review, text_ref: str | None) -> None:
    row = {
        "id": one.id,
        "tenant": one.tenant,
        "conv": one.conv,
        "causes": msgspec.json.encode(one.causes).decode(),
        "verdict": one.verdict,
        "person": one.person,
        "name": one.name,
        "text_ref": text_ref,
        "opened_at": one.opened_at,
        "closed_at": one.closed_at,
    }
    upsert(conn, review, row)


# --- reading ----------------------------------------------------------------------------------


def get(conn: Connection, tenant: str, ident: str) -> Review | None:
    found = _reviews(conn, select(review).where(review.c.tenant == tenant, review.c.id == ident))
    return found[0] if found else None


def lane(conn: Connection, tenant: str, limit: int = MOST) -> Sequence[Review]:
    """What waits to be looked at, oldest first."""
    wanted = select(review).where(review.c.tenant == tenant, OPEN)
    return _reviews(conn, wanted.order_by(review.c.opened_at, review.c.id).limit(limit))


def _reviews(conn: Connection, wanted: Select[Any]) -> list[Review]:
    rows = conn.execute(wanted).mappings().all()
    notes = {(row["tenant"], row["text_ref"]) for row in rows if row["text_ref"]}
    known = {ref: texts.decoded(texts.get(conn, tenant, ref)) for tenant, ref in notes}
    return [_review(row, known) for row in rows]


def _review(row: RowMapping, notes: dict[str, str | None]) -> Review:
    said = {name: row[name] for name in Review.__struct_fields__ if name != "note"}
    causes = msgspec.json.decode(row["causes"], type=tuple[str, ...])
    return Review(**{**said, "causes": causes}, note=notes.get(row["text_ref"]))
