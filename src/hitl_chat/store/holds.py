"""Holds in the database: opened, found, and moved on by compare-and-set, each with its events.

The rules of a hold are in `core.hold` and `core.deciding`; here a change is only written if nobody
else was first. `tenant` is the caller's; None stands for this program itself (sweep, restart).
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import ClassVar, NamedTuple

from msgspec.structs import asdict
from sqlalchemy import (
    ColumnElement,
    Connection,
    Text,
    bindparam,
    delete,
    func,
    select,
    true,
    update,
)

from hitl_chat import failpoints
from hitl_chat.core.chain import draft_bytes, draft_digest
from hitl_chat.core.hold import Hold
from hitl_chat.core.remainder import Draft, Texts
from hitl_chat.core.types import Field, Value
from hitl_chat.errors import NotFound
from hitl_chat.store import events, hold_notes, judged, texts
from hitl_chat.store.dialect import change, insert_all, insert_new, upsert
from hitl_chat.store.hold_loading import fields, load
from hitl_chat.store.hold_rows import decision_row, proposal_row, row_of
from hitl_chat.store.records import ROW
from hitl_chat.store.schema import OWED, WAITING, decision, hold, proposal
from hitl_chat.store.texts import Unreadable

COMPARED = ("id", "tenant", "version", "fence", "state", "delivery")
FIXED = ("id", "tenant", "conv", "turn", "epoch", "opened_at", "cap_at", "choices", "decline_as")


class Facts(Value, frozen=True):
    """What is recorded with a hold beside its own state."""

    rules_version: str = ""
    criteria_version: str = ""


class Ident(NamedTuple):
    """Which hold, for whoever goes through holds of all tenants."""

    tenant: str
    id: str


# --- opening ----------------------------------------------------------------------------------


def insert(conn: Connection, new: Hold, drafted: Draft, facts: Facts | None = None) -> None:
    """Row, texts and event, in this transaction."""
    now, facts = new.opened_at, facts or Facts()
    sent = _put(conn, new, "sent", drafted.sent, now)
    rest = _put(conn, new, "draft", drafted.pending, now)
    row = {
        **row_of(new),
        "sent_ref": sent.ref,
        "sent_sha": draft_digest(drafted.sent),
        "draft_ref": rest.ref,
        "draft_sha": drafted.sha256(),
        "rules_version": facts.rules_version,
        "criteria_version": facts.criteria_version,
        "closed_at": None,
        "quarantined": None,
    }
    insert_all(conn, hold, tuple(row), [tuple(row.values())])
    _record(conn, new, [hold_notes.opened(new, sent, asdict(facts))], now)
    failpoints.hit("before_hold_commit")


def _put(conn: Connection, about: Hold, part: str, content: Texts, now: float) -> texts.Stored:
    return texts.put_fields(conn, about.tenant, about.conv, f"{about.id}/{part}", content, now)


def _record(
    conn: Connection, about: Hold, said: Iterable[hold_notes.Said], now: float
) -> dict[str, int]:
    """Chain the events; the id of each by its type."""
    stream = events.of_conversation(about.conv)
    return {
        type_: events.append(conn, about.tenant, stream, type_, content, now).id
        for type_, content in said
    }


# --- moving on --------------------------------------------------------------------------------


def save(
    conn: Connection, before: Hold, after: Hold, now: float, drafted: Draft | None = None
) -> bool:
    """Write what became of a hold, with its events; False, and nothing, if somebody else was first.

    `drafted`: the draft as it is now that it is whole or broken; it will not grow any more.
    """
    if before == after and drafted is None:
        return True
    changed = {name: value for name, value in row_of(after).items() if name not in FIXED}
    if drafted is not None:
        changed["draft_sha"] = drafted.sha256()
    if before.alive and not after.alive:
        changed["closed_at"] = now
    if not change(conn, hold, changed, {name: getattr(before, name) for name in COMPARED}):
        return False
    rest = None if drafted is None else _put(conn, after, "draft", drafted.pending, now)
    text = _propose(conn, before, after, now) or _decide(conn, before, after, now)
    told = _record(conn, after, hold_notes.changes(before, after, text, rest), now)
    if "hold.decided" in told:
        change(conn, decision, {"event": told["hold.decided"]}, {"hold": after.id})
        failpoints.hit("before_decision_commit")
    return True


def _propose(conn: Connection, before: Hold, after: Hold, now: float) -> texts.Stored | None:
    """Keep the proposal's row as the hold says; the text, if it is a new one."""
    wanted = after.proposal
    if wanted == before.proposal:
        return None
    if wanted is None:
        conn.execute(delete(proposal).where(proposal.c.hold == after.id))
        return None
    fresh = before.proposal is None or wanted.at != before.proposal.at
    ref = f"{after.id}/proposal/{wanted.at!r}"
    stored = _put(conn, after, f"proposal/{wanted.at!r}", wanted.texts, now) if fresh else None
    upsert(conn, proposal, proposal_row(after, wanted, ref))
    return stored


def _decide(conn: Connection, before: Hold, after: Hold, now: float) -> texts.Stored | None:
    made = after.decision
    if made is None or made == before.decision:
        return None
    stored = _put(conn, after, "decision", made.texts, now)
    row = {**decision_row(after, made, stored.ref), "event": 0}
    if not insert_new(conn, decision, row):
        msg = f"hold {after.id!r} has a decision already, although its row says {before.state!r}"
        raise Unreadable(msg, details={"hold": after.id})
    judged.keep(conn, after, now)
    return stored


def quarantine(conn: Connection, ident: Ident, why: str, now: float) -> None:
    """Take a hold whose rows make no sense out of sweep and queue, visibly."""
    here = (hold.c.id == ident.id, hold.c.tenant == ident.tenant)
    conv = conn.execute(select(hold.c.conv).where(*here)).scalar()
    conn.execute(update(hold).where(*here).values(quarantined=why))
    stream = events.of_conversation(str(conv))
    events.append(conn, ident.tenant, stream, "hold.quarantined", {"hold": ident.id}, now)


class Grew(Value, frozen=True):
    """A record for `later`: the pending text of a held draft that is still being written."""

    rank: ClassVar[int] = 5
    admits: ClassVar[bool] = False

    tenant: str
    conv: str
    hold: str
    pending: Mapping[Field, str]
    at: float

    @property
    def weight(self) -> int:
        return ROW + sum(map(len, self.pending.values()))

    @classmethod
    def write_all(cls, conn: Connection, records: Sequence["Grew"]) -> None:
        """Only while it grows: the last word about a draft is `save`'s."""
        newest = {record.hold: record for record in records}
        growing = select(hold.c.id).where(hold.c.id.in_(newest), hold.c.draft_state == "streaming")
        rows = [_draft_row(newest[ident]) for ident in conn.execute(growing).scalars()]
        texts.replace_all(conn, rows)


def _draft_row(grew: Grew) -> tuple[object, ...]:
    content = draft_bytes(grew.pending)
    return texts.row(grew.tenant, grew.conv, f"{grew.hold}/draft", content, grew.at)[0]


# --- finding ----------------------------------------------------------------------------------


def get(conn: Connection, tenant: str | None, ident: str) -> Hold | None:
    """One hold, with its proposal or decision; raises Unreadable if its rows make no sense."""
    return next(load(conn, _BY_ID, {"ident": ident, "tenant": tenant}), None)


def of_turn(conn: Connection, tenant: str | None, turn: str) -> Hold | None:
    """The turn's hold; there is at most one."""
    return next(load(conn, _BY_TURN, {"ident": turn, "tenant": tenant}), None)


_MINE = hold.c.tenant == func.coalesce(bindparam("tenant", type_=Text), hold.c.tenant)
_BY_ID = select(hold).where(hold.c.id == bindparam("ident"), _MINE)
_BY_TURN = select(hold).where(hold.c.turn == bindparam("ident"), _MINE)


def alive(conn: Connection, tenant: str | None, conv: str | None = None) -> list[Hold]:
    """The holds that wait for somebody, oldest first. An unreadable one is left out and logged."""
    here = true() if conv is None else hold.c.conv == conv
    # Always true: SQLite takes the index of what waits only where it narrows more than the key.
    waiting = (WAITING, hold.c.deadline_at > 0.0)
    wanted = select(hold).where(*waiting, hold.c.quarantined.is_(None), _of(tenant), here)
    return list(load(conn, wanted.order_by(hold.c.opened_at, hold.c.id), skip=True))


def of_conversation(conn: Connection, tenant: str, conv: str, limit: int) -> list[Hold]:
    """The newest first."""
    here = (hold.c.tenant == tenant, hold.c.conv == conv, hold.c.quarantined.is_(None))
    newest = select(hold).where(*here).order_by(hold.c.opened_at.desc(), hold.c.id.desc())
    return list(load(conn, newest.limit(limit), skip=True))


def some(conn: Connection, tenant: str | None, idents: Sequence[str]) -> list[Hold]:
    """The holds of these ids that can be read; the others are left out, logged."""
    return list(load(conn, select(hold).where(hold.c.id.in_(idents), _of(tenant)), skip=True))


def decided(conn: Connection, tenant: str, limit: int) -> list[Hold]:
    """The last that people, or time, decided, newest first."""
    newest = select(decision.c.hold).where(decision.c.tenant == tenant)
    newest = newest.order_by(decision.c.at.desc(), decision.c.hold.desc()).limit(limit)
    idents = conn.execute(newest).scalars().all()
    found = {hold.id: hold for hold in some(conn, tenant, idents)}
    return [found[ident] for ident in idents if ident in found]


def due(conn: Connection, now: float, limit: int = 100) -> list[Ident]:
    """Whom time alone has changed by now. For each: get, advance, save, each in its own write."""
    wanted = select(hold.c.tenant, hold.c.id).where(
        WAITING, hold.c.due_at <= now, hold.c.quarantined.is_(None)
    )
    return [Ident(*row) for row in conn.execute(wanted.order_by(hold.c.due_at).limit(limit))]


def owed(conn: Connection, before: float) -> list[Hold]:
    """Decided before then, and nothing is known yet of its way to the customer."""
    wanted = select(hold).where(OWED, hold.c.closed_at < before).order_by(hold.c.closed_at)
    return list(load(conn, wanted, skip=True))


def draft(conn: Connection, tenant: str | None, ident: str) -> Draft:
    """What the customer has read of this answer, and what waits."""
    return drafts(conn, tenant, [ident]).get(ident, Draft())


def drafts(conn: Connection, tenant: str | None, idents: Sequence[str]) -> dict[str, Draft]:
    """Drafts of many holds at once, for a queue's snapshot."""
    refs = (hold.c.id, hold.c.tenant, hold.c.sent_ref, hold.c.draft_ref)
    rows = conn.execute(select(*refs).where(hold.c.id.in_(idents), _of(tenant))).all()
    stored = fields(conn, [(row.tenant, ref) for row in rows for ref in row[2:]])
    return {
        row.id: Draft(stored.get(row.sent_ref, {}), stored.get(row.draft_ref, {})) for row in rows
    }


def about(conn: Connection, tenant: str | None, ident: str) -> Facts:
    """What was recorded with the hold when it was opened."""
    wanted = select(hold.c.rules_version, hold.c.criteria_version)
    row = conn.execute(wanted.where(hold.c.id == ident, _of(tenant))).first()
    if row is None:
        msg = f"there is no hold {ident!r}"
        raise NotFound(msg, code="hold_not_found")
    return Facts(*row)


def _of(tenant: str | None) -> ColumnElement[bool]:
    return true() if tenant is None else hold.c.tenant == tenant
