"""What agents tell each other: private notes, and second opinions. Never for customers or models.

Their texts lie with all others, under the conversation, and are erased with it. A note whose text
is damaged is left out and logged; an opinion is refused, for a decision may wait for it.
"""

import logging
from collections.abc import Iterable, Sequence

import msgspec
from sqlalchemy import Connection, Row, select, update

from hitl_chat.core.types import Action, Value
from hitl_chat.store import events, texts
from hitl_chat.store.dialect import insert_all
from hitl_chat.store.schema_asides import note, opinion

log = logging.getLogger(__name__)

MOST = 100  # notes that are shown


class Note(Value, frozen=True):
    """One private note. `text` is None once it was erased."""

    id: str
    conv: str
    author: str
    name: str
    text: str | None
    at: float
    hold: str = ""


class Opinion(Value, frozen=True):
    """One second opinion: who was asked by whom, and what they would do, once they said it."""

    id: str
    hold: str
    asked_by: str
    asked_name: str
    person: str
    name: str
    asked_at: float
    action: Action | None = None
    because: tuple[str, ...] = ()
    text: str | None = None
    given_at: float | None = None


# --- notes ------------------------------------------------------------------------------------


def put_note(conn: Connection, tenant: str, new: Note) -> None:
    """Keep a note, with its event."""
    written = texts.encoded(new.text or "")
    stored = texts.put(conn, tenant, new.conv, f"{new.id}/note", written, new.at)
    row = {
        "id": new.id,
        "tenant": tenant,
        "conv": new.conv,
        "hold": new.hold,
        "author": new.author,
        "name": new.name,
        "text_ref": stored.ref,
        "at": new.at,
    }
    insert_all(conn, note, tuple(row), [tuple(row.values())])
    told = {"note": new.id, "hold": new.hold, "by": new.author, "texts": {stored.ref: stored.sha}}
    events.append(conn, tenant, events.of_conversation(new.conv), "note", told, new.at)


def notes(conn: Connection, tenant: str, conv: str) -> list[Note]:
    """The newest notes of a conversation, oldest first."""
    here = select(note).where(note.c.tenant == tenant, note.c.conv == conv)
    rows = conn.execute(here.order_by(note.c.at.desc(), note.c.id.desc()).limit(MOST)).all()
    return _noted(conn, tenant, rows[::-1])


def some_notes(conn: Connection, tenant: str, idents: Iterable[str]) -> list[Note]:
    rows = conn.execute(select(note).where(note.c.tenant == tenant, note.c.id.in_(list(idents))))
    return _noted(conn, tenant, rows.all())


def _noted(conn: Connection, tenant: str, rows: Sequence[Row[tuple[object, ...]]]) -> list[Note]:
    stored = texts.get_all(conn, tenant, [row.text_ref for row in rows])
    found = []
    for row in rows:
        try:
            text = texts.decoded(stored.get(row.text_ref))
        except texts.Unreadable as error:
            log.error("note %s is left out: %s", row.id, error)
        else:
            found.append(Note(row.id, row.conv, row.author, row.name, text, row.at, row.hold))
    return found


# --- second opinions --------------------------------------------------------------------------


def ask(conn: Connection, tenant: str, conv: str, new: Opinion) -> None:
    row = {
        "id": new.id,
        "tenant": tenant,
        "conv": conv,
        "hold": new.hold,
        "asked_by": new.asked_by,
        "asked_name": new.asked_name,
        "person": new.person,
        "name": new.name,
        "action": "",
        "because": "[]",
        "text_ref": "",
        "asked_at": new.asked_at,
        "given_at": None,
    }
    insert_all(conn, opinion, tuple(row), [tuple(row.values())])


def give(conn: Connection, tenant: str, hold: str, given: Opinion) -> None:
    """What somebody who was asked would do."""
    open_ = select(opinion.c.id, opinion.c.conv).where(
        opinion.c.tenant == tenant,
        opinion.c.hold == hold,
        opinion.c.person == given.person,
        opinion.c.given_at.is_(None),
    )
    for ident, conv in conn.execute(open_).all():
        ref = ""
        if given.text:
            content = texts.encoded(given.text)
            ref = texts.put(conn, tenant, conv, f"{ident}/opinion", content, given.asked_at).ref
        said = {
            "action": given.action or "",
            "because": msgspec.json.encode(given.because).decode(),
            "text_ref": ref,
            "given_at": given.given_at,
        }
        conn.execute(update(opinion).where(opinion.c.id == ident).values(said))


def opinions(conn: Connection, tenant: str, hold: str) -> list[Opinion]:
    """All of a hold, in the order in which they were asked for."""
    here = select(opinion).where(opinion.c.tenant == tenant, opinion.c.hold == hold)
    rows = conn.execute(here.order_by(opinion.c.asked_at, opinion.c.id)).all()
    stored = texts.get_all(conn, tenant, [row.text_ref for row in rows if row.text_ref])
    return [
        Opinion(
            row.id,
            row.hold,
            row.asked_by,
            row.asked_name,
            row.person,
            row.name,
            row.asked_at,
            row.action or None,
            tuple(msgspec.json.decode(row.because)),
            texts.decoded(stored.get(row.text_ref)),
            row.given_at,
        )
        for row in rows
    ]
