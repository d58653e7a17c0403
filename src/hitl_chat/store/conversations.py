"""Conversations: who speaks, what was said, and how a request finds the one it belongs to.

The rules of taking over are in `core.conversation`; a change is written by compare-and-set on the
epoch. The stored transcript, not the client's history, is the authority.
"""

import logging
from collections.abc import Mapping

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    RowMapping,
    and_,
    bindparam,
    exists,
    func,
    or_,
    select,
    true,
    update,
)

from hitl_chat.core.conversation import Conversation
from hitl_chat.store import events, texts
from hitl_chat.store.dialect import change, insert_new
from hitl_chat.store.schema import HUMAN, NOTED, conversation, conversation_hash, message

log = logging.getLogger(__name__)

FIELDS = tuple(Conversation.__struct_fields__)
FRESH: Mapping[str, object] = {
    "mode": "model",
    "owner": "",
    "owner_name": "",
    "epoch": 0,
    "next_seq": 1,
    "away_since": None,
    "away_told": False,
    "note_ref": None,
}


# --- who speaks -------------------------------------------------------------------------------


def row(
    tenant: str, ident: str, now: float, *, source: str, confidence: float = 1.0, channel: str = ""
) -> dict[str, object]:
    """A new conversation's row."""
    found = {"source": source, "confidence": confidence, "channel": channel}
    return {"tenant": tenant, "id": ident, **FRESH, **found, "began_at": now, "touched_at": now}


def ensure(
    conn: Connection,
    tenant: str,
    ident: str,
    now: float,
    *,
    source: str = "explicit",
    confidence: float = 1.0,
    channel: str = "",
) -> Conversation:
    """The conversation of this id; a new one if there is none yet."""
    new = row(tenant, ident, now, source=source, confidence=confidence, channel=channel)
    insert_new(conn, conversation, new)
    found = get(conn, tenant, ident)
    return found or Conversation(tenant, ident)


def get(conn: Connection, tenant: str, ident: str) -> Conversation | None:
    found = conn.execute(_ONE, {"tenant": tenant, "id": ident}).mappings().first()
    return None if found is None else _conversation(found)


_ONE = select(*(conversation.c[name] for name in FIELDS)).where(
    conversation.c.tenant == bindparam("tenant"), conversation.c.id == bindparam("id")
)


def human(conn: Connection, tenant: str | None) -> list[Conversation]:
    """The conversations in which a person speaks, or is being looked for."""
    here = true() if tenant is None else conversation.c.tenant == tenant
    # Always true: SQLite takes the index of these only where it narrows more than the key.
    some = conversation.c.owner >= ""
    wanted = select(*(conversation.c[name] for name in FIELDS)).where(HUMAN, some, here)
    return [_conversation(found) for found in conn.execute(wanted).mappings()]


def silent(conn: Connection, since: float) -> list[Conversation]:
    """Those of all tenants in which neither the customer nor a person has said anything since, and
    nobody was promised a person's answer that they have not got."""
    return [_conversation(found) for found in conn.execute(_SILENT, {"since": since}).mappings()]


def is_silent(conn: Connection, tenant: str, ident: str, since: float) -> bool:
    """Whether this is one of them."""
    wanted = {"since": since, "tenant": tenant, "id": ident}
    return conn.execute(_IS_SILENT, wanted).first() is not None


# Whose word was the last who waits for a person: the customer's, or a text in a person's stead.
WAITING = ("customer", "policy")
_SINCE: BindParameter[float] = bindparam("since")
_OF = and_(message.c.tenant == conversation.c.tenant, message.c.conv == conversation.c.id)
_LAST = select(func.max(message.c.seq)).where(_OF).correlate(conversation).scalar_subquery()
_SILENT = select(*(conversation.c[name] for name in FIELDS)).where(
    HUMAN,
    conversation.c.owner >= "",  # as in `human`
    conversation.c.touched_at < _SINCE,
    ~exists().where(
        _OF,
        message.c.seq == _LAST,
        or_(message.c.at >= _SINCE, message.c.author.in_(WAITING)),
    ),
)
_IS_SILENT = _SILENT.where(
    conversation.c.tenant == bindparam("tenant"), conversation.c.id == bindparam("id")
)


def _conversation(found: RowMapping) -> Conversation:
    return Conversation(**{name: found[name] for name in FIELDS})


def save(
    conn: Connection, before: Conversation, after: Conversation, now: float, by: str = ""
) -> bool:
    """Write who speaks now, with its event; False, and nothing, if somebody else was first."""
    if before == after:
        return True
    changed = {name: getattr(after, name) for name in FIELDS if name not in ("tenant", "id")}
    was = {name: getattr(before, name) for name in ("tenant", "id", "epoch")}
    if not change(conn, conversation, {**changed, "touched_at": now}, was):
        return False
    told = {"epoch": after.epoch, "mode": after.mode, "owner": after.owner, "by": by}
    stream = events.of_conversation(after.id)
    events.append(conn, after.tenant, stream, _what(before, after), told, now)
    return True


def _what(before: Conversation, after: Conversation) -> str:
    if before.epoch == after.epoch:
        if after.away_since is None:
            return "conversation.back"
        return "conversation.away_told" if after.away_told else "conversation.away"
    if after.mode == "model":
        return "conversation.handed_back"
    if not after.owner:
        return "conversation.unattended"
    return "conversation.transferred" if before.owner else "conversation.taken_over"


# --- what the model is told after a hand-back -------------------------------------------------


def put_note(conn: Connection, tenant: str, ident: str, note: str, now: float) -> None:
    """Keep a note for the model's next answer; "" keeps none, and none from before."""
    ref = None
    if note:
        ref = texts.put(
            conn, tenant, ident, f"{tenant}/{ident}/note/{now!r}", texts.encoded(note), now
        ).ref
    conn.execute(update(conversation).where(_here(tenant, ident)).values(note_ref=ref))


def note_told(conn: Connection, tenant: str, ident: str, ref: str) -> None:
    """The model was told it. Another, that came meanwhile, stays."""
    mine = (_here(tenant, ident), conversation.c.note_ref == ref)
    conn.execute(update(conversation).where(*mine).values(note_ref=None))


def note(conn: Connection, tenant: str, ident: str) -> str:
    return noted_as(conn, tenant, ident)[0]


def noted_as(conn: Connection, tenant: str, ident: str) -> tuple[str, str]:
    """What the model has yet to be told, and what that is called; nothing if it is damaged."""
    ref = conn.execute(select(conversation.c.note_ref).where(_here(tenant, ident))).scalar()
    try:
        return (texts.decoded(texts.get(conn, tenant, ref)) or "", ref) if ref else ("", "")
    except texts.Unreadable as error:
        log.error("note %s is left out: %s", ref, error)
        return "", ""


def noted(conn: Connection) -> list[tuple[str, str]]:
    """Tenant and id of the conversations whose model has yet to be told a note."""
    found = conn.execute(select(conversation.c.tenant, conversation.c.id).where(NOTED))
    return [(row.tenant, row.id) for row in found]


def _here(tenant: str, ident: str) -> ColumnElement[bool]:
    return and_(conversation.c.tenant == tenant, conversation.c.id == ident)


# --- found by its history ---------------------------------------------------------------------


HASH = ("tenant", "scope", "hash", "conv", "at")


def by_hash(conn: Connection, tenant: str, scope: str, hash_: str, limit: int = 3) -> list[str]:
    """The conversations with this history, newest first. More than one: ambiguous."""
    wanted = {"tenant": tenant, "scope": scope, "hash": hash_, "limit": limit}
    return list(conn.execute(_BY_HASH, wanted).scalars())


_BY_HASH = (
    select(conversation_hash.c.conv)
    .where(*(conversation_hash.c[name] == bindparam(name) for name in ("tenant", "scope", "hash")))
    .order_by(conversation_hash.c.at.desc())
    .limit(bindparam("limit"))
)
