"""The review-after lane: answers that left, and that a person is to look at without a deadline.

One row per answer (or person's message), whatever brought it here and however often: a watch rule,
the random audit, the customer. A customer's word about a closed one opens it again.
"""

from collections.abc import Sequence
from typing import Any, Literal

import msgspec
from msgspec.structs import replace
from sqlalchemy import Connection, RowMapping, Select, select

from hitl_chat.core.proposal import Recheck
from hitl_chat.core.types import Reason, Value, is_shadow
from hitl_chat.store import events, texts
from hitl_chat.store.dialect import upsert
from hitl_chat.store.schema_reviews import OPEN, review

Verdict = Literal["", "fine", "wrong", "corrected"]

AUDIT, OVERTURNED = "audit", "overturned"
MOST = 500
REFS = ("text_ref", "proposed_ref")
TEXTS = frozenset({"note", "proposed"})


class Proposed(Value, frozen=True):
    """A correction that waits for a second person; no `text`: it was erased."""

    by: str
    name: str
    text: str | None
    ref: str = ""


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
    proposed: Proposed | None = None
    text_ref: str | None = None  # of the note


class Checked(Value, frozen=True):
    """What the record says of a correction beside who wrote it."""

    recheck: Recheck = "clean"
    seconder: str = ""


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
        if old.closed_at is None:
            new = replace(new, proposed=old.proposed, text_ref=old.text_ref)
        new = replace(new, causes=(*old.causes, *more))
    _write(conn, new)
    told = {"review": new.id, "causes": list(new.causes)}
    stream = events.of_conversation(new.conv)
    events.append(conn, new.tenant, stream, "review.opened", told, new.opened_at)


def propose(conn: Connection, wanted: Review, text: str, recheck: Recheck, now: float) -> Review:
    """A correction by `wanted.person` that somebody else has to confirm: the answer waits."""
    ref = f"{wanted.id}/review/{now:.6f}/proposed"
    stored = texts.put(conn, wanted.tenant, wanted.conv, ref, texts.encoded(text), now)
    made = Proposed(wanted.person, wanted.name, text, stored.ref)
    noted, shas = _noted(conn, wanted, now)
    waits = replace(noted, verdict="", person="", name="", closed_at=None, proposed=made)
    _write(conn, waits)
    told = {"review": wanted.id, "by": made.by, "recheck": recheck}
    stream = events.of_conversation(wanted.conv)
    body = {**told, "texts": {stored.ref: stored.sha, **shas}}
    events.append(conn, wanted.tenant, stream, "review.proposed", body, now)
    return waits


def close(
    conn: Connection, done: Review, overturned: str = "", checked: Checked | None = None
) -> None:
    """Somebody looked at it. `overturned`: what had been decided about it before it left."""
    at = done.closed_at or done.opened_at
    done, shas = _noted(conn, done, at)
    _write(conn, done)
    told: dict[str, object] = {"review": done.id, "verdict": done.verdict, "by": done.person}
    if checked is not None:
        told |= {"recheck": checked.recheck, "seconder": checked.seconder}
    if overturned:
        told["overturned"] = overturned
    if shas:
        told["texts"] = shas
    stream = events.of_conversation(done.conv)
    events.append(conn, done.tenant, stream, "review.closed", told, at)


def _noted(conn: Connection, one: Review, at: float) -> tuple[Review, dict[str, str]]:
    """With its note stored, and what an event says of that."""
    if not one.note:
        return one, {}
    ref = f"{one.id}/review/{at:.6f}"
    stored = texts.put(conn, one.tenant, one.conv, ref, texts.encoded(one.note), at)
    return replace(one, text_ref=stored.ref), {stored.ref: stored.sha}


def _write(conn: Connection, one: Review) -> None:
    row = {
        "id": one.id,
        "tenant": one.tenant,
        "conv": one.conv,
        "causes": msgspec.json.encode(one.causes).decode(),
        "verdict": one.verdict,
        "person": one.person,
        "name": one.name,
        "text_ref": one.text_ref,
        "proposed_by": one.proposed.by if one.proposed else "",
        "proposed_name": one.proposed.name if one.proposed else "",
        "proposed_ref": one.proposed.ref if one.proposed else None,
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
    refs = {(row["tenant"], row[name]) for row in rows for name in REFS if row[name]}
    known = {ref: texts.decoded(texts.get(conn, tenant, ref)) for tenant, ref in refs}
    return [_review(row, known) for row in rows]


def _review(row: RowMapping, known: dict[str, str | None]) -> Review:
    said = {name: row[name] for name in Review.__struct_fields__ if name not in TEXTS}
    causes = msgspec.json.decode(row["causes"], type=tuple[str, ...])
    by, ref = row["proposed_by"], row["proposed_ref"]
    made = Proposed(by, row["proposed_name"], known.get(ref), ref) if by else None
    return Review(**{**said, "causes": causes}, note=known.get(row["text_ref"]), proposed=made)
