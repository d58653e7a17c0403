"""Texts of which a disk lost some bytes: left out, or refused, and never taken for another."""

from functools import partial

import pytest
from sqlalchemy import Update, update

from hitl_chat.store import asides, conversations, corrections, messages, schema
from hitl_chat.store.messages import CORRECTION, Message
from hitl_chat.store.sqlite import SqliteDatabase
from hitl_chat.store.texts import Unreadable
from tests.store.world import ACME


def spoilt(ref: str) -> Update:
    """A disk that lost some bytes."""
    return update(schema.text).where(schema.text.c.ref == ref).values(bytes=b"\xffne")


async def test_a_note_that_is_damaged_keeps_no_other_from_agents(database: SqliteDatabase) -> None:
    await database.write(partial(conversations.ensure, tenant=ACME, ident="conv_1", now=1.0))
    two = [asides.Note(f"note_{n}", "conv_1", "ana", "Ana", "Look.", n) for n in (1.0, 2.0)]
    for each in two:
        await database.write(partial(asides.put_note, tenant=ACME, new=each))
    await database.write(lambda conn: conn.execute(spoilt("note_1.0/note")))
    assert await database.read(partial(asides.notes, tenant=ACME, conv="conv_1")) == two[1:]


async def test_a_correction_that_is_damaged_is_not_taken_for_none(
    database: SqliteDatabase, caplog: pytest.LogCaptureFixture
) -> None:
    """Else what it withdrew would stand again."""
    await database.write(partial(conversations.ensure, tenant=ACME, ident="conv_1", now=1.0))
    said = Message("msg_1", CORRECTION, "No, it is not.", 2.0)
    correct = partial(corrections.correct, tenant=ACME, conv="conv_1", turn="turn_1", said=said)
    await database.write(correct)
    text = partial(corrections.text, tenant=ACME, conv="conv_1", turn="turn_1")
    assert await database.read(text) == "No, it is not."
    await database.write(lambda conn: conn.execute(spoilt("msg_1")))
    with pytest.raises(Unreadable):
        await database.read(text)
    assert await database.read(partial(messages.unsent, tenant=ACME, conv="conv_1")) == []
    assert "message msg_1 is left out" in caplog.text
