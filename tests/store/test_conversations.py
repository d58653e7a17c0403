"""Who speaks, what was said, and how requests find their conversation."""

from collections.abc import Callable, Sequence
from functools import partial

import pytest
from msgspec.structs import replace
from sqlalchemy import Connection, select

from hitl_chat.core.command import Person
from hitl_chat.core.conversation import (
    Conversation,
    Outcome,
    Waits,
    advance,
    away,
    back,
    hand_back,
    take_over,
    transfer,
)
from hitl_chat.errors import NotFound
from hitl_chat.store import conversations, events, messages
from hitl_chat.store.messages import Message
from hitl_chat.store.schema import conversation
from hitl_chat.store.sqlite import SqliteDatabase
from hitl_chat.store.turn_records import Began, Ended
from tests.store.world import ACME, OTHER

ANA, BEN = Person("ana", "Ana"), Person("ben", "Ben")
Change = Callable[[Conversation], Outcome]


def told(conn: Connection) -> list[str]:
    return [each.type for each in events.read(conn, ACME, events.of_conversation("conv_1"))]


async def begun(database: SqliteDatabase) -> Conversation:
    return await database.write(partial(conversations.ensure, tenant=ACME, ident="conv_1", now=1.0))


async def test_a_conversation_begins_once_with_the_model(database: SqliteDatabase) -> None:
    first = await database.write(
        lambda conn: conversations.ensure(
            conn, ACME, "conv_1", 1.0, source="history", confidence=0.5, channel="web"
        )
    )
    assert first == await begun(database) == Conversation(ACME, "conv_1")
    how = select(*(conversation.c[name] for name in ("source", "confidence", "channel")))
    assert await database.read(lambda conn: conn.execute(how).all()) == [("history", 0.5, "web")]
    assert await database.read(lambda conn: conversations.get(conn, OTHER, "conv_1")) is None


async def test_every_change_of_voice_is_stored_and_recorded(database: SqliteDatabase) -> None:
    waits = Waits(grace=30.0, absent=120.0)
    changes: Sequence[Change] = [
        lambda c: take_over(c, ANA),
        lambda c: transfer(c, ANA, c.epoch, BEN),
        lambda c: away(c, "ben", 10.0),
        lambda c: back(c, "ben"),
        lambda c: away(c, "ben", 20.0),
        lambda c: advance(c, 50.0, waits),
        lambda c: advance(c, 140.0, waits),
        lambda c: take_over(c, ANA),
        lambda c: hand_back(c, ANA, c.epoch),
    ]
    now = await begun(database)
    for change in changes:
        after = change(now)
        assert isinstance(after, Conversation)
        saved = partial(conversations.save, before=now, after=after, now=2.0, by="ana")
        assert await database.write(saved)
        assert await database.write(partial(saved)) is (after.epoch == now.epoch)
        now = after
        found = await database.read(partial(conversations.get, tenant=ACME, ident="conv_1"))
        assert found == now
        speaking = await database.read(partial(conversations.human, tenant=ACME))
        assert speaking == ([now] if now.mode == "human" else [])
    kinds = [kind.removeprefix("conversation.") for kind in await database.read(told)]
    assert [kind for n, kind in enumerate(kinds) if kinds[n - 1 : n] != [kind]] == [
        *("taken_over", "transferred", "away", "back", "away", "away_told", "unattended"),
        *("taken_over", "handed_back"),
    ]


async def test_a_note_for_the_model_is_kept_until_it_was_told(database: SqliteDatabase) -> None:
    await begun(database)
    noted = partial(conversations.noted_as, tenant=ACME, ident="conv_1")
    note = partial(conversations.note, tenant=ACME, ident="conv_1")
    put = partial(conversations.put_note, tenant=ACME, ident="conv_1")
    told = partial(conversations.note_told, tenant=ACME, ident="conv_1")
    assert await database.read(noted) == ("", "")
    for at in (2.0, 3.0):
        earlier = (await database.read(noted))[1]
        await database.write(partial(put, note=f"Ana promised {at}.", now=at))
        await database.write(partial(told, ref=earlier))
        assert await database.read(note) == f"Ana promised {at}."
    last = (await database.read(noted))[1]
    await database.write(partial(told, ref=last))
    assert await database.read(noted) == ("", "")


async def test_a_hand_back_without_a_note_leaves_none_of_before(database: SqliteDatabase) -> None:
    await begun(database)
    put = partial(conversations.put_note, tenant=ACME, ident="conv_1")
    for words in ("Ana promised a call.", ""):
        await database.write(partial(put, note=words, now=2.0))
    assert await database.read(conversations.noted) == []


async def test_the_transcript_grows_in_order_and_knows_what_arrived(
    database: SqliteDatabase,
) -> None:
    await begun(database)
    said = [
        Message("msg_1", "customer", "Hello?", 1.0, delivered=True),
        Message("msg_2", "human", "Hi, this is Ana \ud83d", 2.0, name="Ana"),
        Message("msg_3", "human", "How can I help?", 3.0, name="Ana", turn="turn_1"),
        Message("msg_4", "ai", "It was on its way.", 4.0),
    ]
    for each in said:
        await database.write(partial(messages.say, tenant=ACME, conv="conv_1", new=each))
    expected = [replace(each, seq=n) for n, each in enumerate(said, 1)]
    look = partial(messages.transcript, tenant=ACME, conv="conv_1")
    assert await database.read(look) == expected
    assert await database.read(partial(look, limit=3)) == expected[1:]
    assert await database.read(partial(look, before=2)) == expected[:1]
    assert await database.read(partial(look, tenant=OTHER)) == []

    unsent = partial(messages.unsent, tenant=ACME, conv="conv_1")
    arrived = partial(messages.delivered, tenant=ACME, conv="conv_1", now=4.0)
    assert await database.read(unsent) == expected[1:3]
    assert await database.write(partial(arrived, idents=["msg_2"])) == 1
    assert await database.write(partial(arrived, idents=["msg_2", "msg_9"])) == 0
    assert await database.read(unsent) == expected[2:3]
    assert await database.read(told) == [*["message"] * 4, "message.delivered"]


async def test_nothing_is_said_where_nobody_talks(database: SqliteDatabase) -> None:
    said = Message("msg_1", "human", "Hello?", 1.0)
    with pytest.raises(NotFound, match="conv_9"):
        await database.write(partial(messages.say, tenant=ACME, conv="conv_9", new=said))


async def test_a_history_finds_its_conversations_newest_first(database: SqliteDatabase) -> None:
    for conv, at in (("conv_1", 1.0), ("conv_2", 2.0)):
        turn = (ACME, f"turn_{conv}", conv)
        database.later(Began(*turn, at, b"[]", "m"))
        database.later(Ended(*turn, at, "passed", hashes=(("s", "h"),)))
        await database.write(lambda conn: None)
    look = partial(conversations.by_hash, tenant=ACME, scope="s", hash_="h")
    assert await database.read(look) == ["conv_2", "conv_1"]
    assert await database.read(partial(look, limit=1)) == ["conv_2"]
    for other in ({"tenant": OTHER}, {"scope": "x"}, {"hash_": "x"}):
        assert await database.read(partial(look, **other)) == []
