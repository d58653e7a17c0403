"""The stored transcript of a conversation: what was said, by whom, and whether it arrived.

It is the authority; the history that a client sends along is not. A message whose text is damaged
is left out and logged: it keeps no other from anybody, and is never shown as something else.
"""

import logging
from collections.abc import Sequence
from typing import Any

from msgspec.structs import replace
from sqlalchemy import Connection, RowMapping, Select, select, update

from hitl_chat.core.fields import field
from hitl_chat.core.types import Value
from hitl_chat.errors import NotFound
from hitl_chat.store import events, texts
from hitl_chat.store.dialect import Row, insert_all
from hitl_chat.store.schema import UNSENT, conversation, message
from hitl_chat.store.schema import text as text_table
from hitl_chat.store.texts import Unreadable

log = logging.getLogger(__name__)

COLUMNS = ("tenant", "conv", "seq", "id", "author", "text_ref", "turn", "name", "delivered", "at")


CORRECTION = "correction"
UNASKED = ("human", CORRECTION)  # may be said while no request waits, so may be `UNSENT`


class Message(Value, frozen=True):
    """One message of the stored transcript. `author`: customer, ai, human, policy, correction."""

    id: str
    author: str
    text: str | None  # None: shredded
    at: float
    delivered: bool = False
    seq: int = 0
    name: str = ""
    turn: str = ""


def say(conn: Connection, tenant: str, conv: str, new: Message) -> Message:
    """Append a message to the transcript of a conversation that exists, with its event.

    What comes back has its place (`seq`) in the transcript.
    """
    said = replace(new, seq=next_seq(conn, tenant, conv))
    content = texts.encoded(said.text or "")
    stored = texts.put(conn, tenant, conv, said.id, content, said.at)
    insert_all(conn, message, COLUMNS, [row(tenant, conv, said, stored.ref)])
    told = {"message": said.id, "author": said.author, "texts": {stored.ref: stored.sha}}
    events.append(conn, tenant, events.of_conversation(conv), "message", told, said.at)
    return said


def row(tenant: str, conv: str, said: Message, ref: str) -> Row:
    """As a row of COLUMNS."""
    where = (tenant, conv, said.seq, said.id, said.author, ref)
    return (*where, said.turn, said.name, said.delivered, said.at)


def next_seq(conn: Connection, tenant: str, conv: str, count: int = 1) -> int:
    """Reserve `count` places in the transcript; the first of them."""
    moved = update(conversation).where(conversation.c.tenant == tenant, conversation.c.id == conv)
    moved = moved.values(next_seq=conversation.c.next_seq + count)
    after = conn.execute(moved.returning(conversation.c.next_seq)).scalar()
    if after is None:
        msg = f"there is no conversation {conv!r}"
        raise NotFound(msg, code="conversation_not_found")
    return int(after) - count


def transcript(
    conn: Connection, tenant: str, conv: str, *, before: int | None = None, limit: int = 200
) -> list[Message]:
    """The last messages (before a place), in order."""
    wanted = _messages(tenant, conv).order_by(message.c.seq.desc()).limit(limit)
    if before is not None:
        wanted = wanted.where(message.c.seq < before)
    return _read(conn, wanted)[::-1]


def some(conn: Connection, tenant: str, conv: str, idents: Sequence[str]) -> list[Message]:
    """These messages, in order."""
    wanted = _messages(tenant, conv).where(message.c.id.in_(idents)).order_by(message.c.seq)
    return _read(conn, wanted)


def unsent(conn: Connection, tenant: str, conv: str) -> list[Message]:
    """What a person said, or corrected, that the customer has not received yet."""
    return _read(conn, _messages(tenant, conv).where(UNSENT).order_by(message.c.seq))


def unsent_places(conn: Connection) -> list[tuple[str, str]]:
    """Tenant and conversation of everything a person said that was not received yet."""
    found = conn.execute(select(message.c.tenant, message.c.conv).where(UNSENT).distinct())
    return [(row.tenant, row.conv) for row in found]


def delivered(conn: Connection, tenant: str, conv: str, idents: Sequence[str], now: float) -> int:
    """The customer has these messages; how many were news."""
    here = (message.c.tenant == tenant, message.c.conv == conv, message.c.id.in_(idents))
    news = update(message).where(*here, ~message.c.delivered).values(delivered=True)
    count = conn.execute(news).rowcount
    if count:
        told = {"messages": list(idents)}
        events.append(conn, tenant, events.of_conversation(conv), "message.delivered", told, now)
    return count


def of_turn(said: Message, turn: str) -> Message:
    return replace(said, turn=turn)


def correction(conn: Connection, tenant: str, conv: str, turn: str) -> Message | None:
    """The last one of this turn's answer that came after its end.

    Raises Unreadable if it is damaged: left out, what it withdrew would stand again.
    """
    wanted = _messages(tenant, conv).where(message.c.author == CORRECTION, message.c.turn == turn)
    found = conn.execute(wanted.order_by(message.c.seq.desc()).limit(1)).mappings().first()
    return None if found is None else _message(found)


def _messages(tenant: str, conv: str) -> Select[Any]:
    return (
        select(message, text_table.c.bytes)
        .select_from(message.outerjoin(text_table, text_table.c.ref == message.c.text_ref))
        .where(message.c.tenant == tenant, message.c.conv == conv)
    )


def _read(conn: Connection, wanted: Select[Any]) -> list[Message]:
    found = []
    for row in conn.execute(wanted).mappings():
        try:
            found.append(_message(row))
        except Unreadable as error:
            log.error("message %s is left out: %s", row["id"], error)
    return found


def _message(row: RowMapping) -> Message:
    return Message(
        **{name: row[name] for name in ("id", "seq", "author", "at", "delivered")},
        text=_text(row["text_ref"], row["bytes"]),
        name=row["name"] or "",
        turn=row["turn"] or "",
    )


def _text(ref: str, content: bytes | None) -> str | None:
    """A turn's answer is stored per field; its message is the first choice's content."""
    if content is not None and ref.endswith(("/draft", "/final")):
        return texts.fields(content).get(field(0, "content"), "")
    return texts.decoded(content)
