"""What a conversation's next turn must carry is carried, whatever fails on the way."""

import asyncio
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

import pytest
from sqlalchemy import Connection, update

from hitl_chat.bus.memory import MemoryBus
from hitl_chat.core.effects import Send
from hitl_chat.core.events import Said
from hitl_chat.errors import Unavailable
from hitl_chat.ports import Record
from hitl_chat.runner import commands as do
from hitl_chat.runner.backlog import Backlog, Carried
from hitl_chat.store import conversations, messages, schema, texts
from hitl_chat.store.messages import Message
from hitl_chat.store.sqlite import SqliteDatabase
from tests.runner.desk_world import ANA, Clock, FakeTurn, world

T = TypeVar("T")


class Stumbling:
    """A database that cannot be read, or written, as often as a test says."""

    def __init__(self, db: SqliteDatabase) -> None:
        self._db = db
        self.fails = self.fills = 0

    async def read(self, query: Callable[[Connection], T]) -> T:
        if self.fails:
            self.fails -= 1
            msg = "the disk does not answer"
            raise Unavailable(msg)
        return await self._db.read(query)

    async def write(self, query: Callable[[Connection], T], *, behind: bool = False) -> T:
        if self.fills:
            self.fills -= 1
            msg = "the disk is full"
            raise Unavailable(msg)
        return await self._db.write(query, behind=behind)

    def later(self, record: Record) -> None:
        self._db.later(record)

    async def close(self) -> None:
        await self._db.close()


def said(conn: Connection) -> None:
    conversations.ensure(conn, "acme", "c1", 1.0)
    messages.say(conn, "acme", "c1", Message("msg_1", "human", "I looked it up.", 1.0))


async def test_a_read_that_fails_loses_no_word_of_a_person(tmp_path: Path) -> None:
    clock = Clock()
    db = Stumbling(SqliteDatabase(tmp_path / "hitl.sqlite", clock))
    try:
        await db.write(said)
        backlog = Backlog(db, clock)
        await backlog.start()
        db.fails = 1
        with pytest.raises(Unavailable):
            await backlog.take("acme", "c1")
        assert await backlog.take("acme", "c1") == Carried((Said("I looked it up.", "msg_1", ""),))
    finally:
        await db.close()


class Stuck(MemoryBus):
    """A bus that takes as long as a test says."""

    def __init__(self) -> None:
        super().__init__()
        self.free, self.asked = asyncio.Event(), asyncio.Event()
        self.free.set()

    async def ring(self, topic: str, ident: str) -> None:
        self.asked.set()
        await self.free.wait()
        await super().ring(topic, ident)


class Mute(MemoryBus):
    """A bus that can be told to fail."""

    mute = False

    async def ring(self, topic: str, ident: str) -> None:
        if self.mute:
            msg = "the bus is away"
            raise Unavailable(msg)
        await super().ring(topic, ident)


async def test_a_turn_that_carries_a_message_is_not_told_it_too(tmp_path: Path) -> None:
    """It began between the message's commit and its telling: the customer reads it once."""
    bus = Stuck()
    async with world(tmp_path, bus=bus) as here:
        await here.db.write(lambda conn: conversations.ensure(conn, "acme", "conv_1", 0))
        backlog = Backlog(here.db, here.clock)
        here.desk.feed.follow(backlog.heard)
        await here.perform(ANA, do.TakeOver("conv_1"))
        await here.perform(ANA, do.Say("conv_1", 1, "One."))
        await here.desk.feed.look()
        bus.free.clear()
        bus.asked.clear()
        saying = asyncio.create_task(here.perform(ANA, do.Say("conv_1", 1, "Two.")))
        await bus.asked.wait()
        turn, carried = FakeTurn(), await backlog.take("acme", "conv_1")
        assert [each.text for each in carried.said] == ["One.", "Two."]
        turn.said += [
            Send("0/content", each.text, "human", each.message_id) for each in carried.said
        ]
        here.desk.begin(turn)
        bus.free.set()
        await saying
        await here.desk.tasks.settled()
        assert turn.heard == []


async def test_the_note_of_a_later_hand_back_is_not_taken_for_told(tmp_path: Path) -> None:
    """The answer that was told the first is over, but its client still reads."""
    async with world(tmp_path) as here:
        await here.db.write(lambda conn: conversations.ensure(conn, "acme", "conv_1", 0))
        backlog = Backlog(here.db, here.clock)
        here.desk.feed.follow(backlog.heard)
        await here.perform(ANA, do.TakeOver("conv_1"))
        await here.perform(ANA, do.HandBack("conv_1", 1, "First."))
        await here.desk.feed.look()
        carried = await backlog.take("acme", "conv_1")
        here.clock.time += 1
        await here.perform(ANA, do.TakeOver("conv_1"))
        await here.perform(ANA, do.HandBack("conv_1", 3, "Second."))
        await here.desk.feed.look()
        await backlog.carried("acme", "conv_1", (), note=carried.note_ref)
        assert (carried.note, (await backlog.take("acme", "conv_1")).note) == ("First.", "Second.")


async def test_a_question_that_could_not_be_written_is_left_to_the_turns_end(
    tmp_path: Path,
) -> None:
    """Else it would be in no transcript, and an agent would never read it."""
    async with world(tmp_path) as here:
        await here.db.write(lambda conn: conversations.ensure(conn, "acme", "conv_1", 0))
        await here.perform(ANA, do.TakeOver("conv_1"))
        full = Stumbling(here.db)
        here.desk.transactions.db, full.fills = full, 1
        turn = FakeTurn()
        here.desk.begin(turn)
        await here.desk.tasks.settled()
        assert here.desk.noted(turn) is None
        here.desk.begin(turn)  # and the next who speaks brings it about again
        await here.desk.tasks.settled()
        assert here.desk.noted(turn) == 0


async def test_one_that_was_written_is_not_written_again(tmp_path: Path) -> None:
    """Whoever could not be told of it finds it, a moment later."""
    bus = Mute()
    async with world(tmp_path, bus=bus) as here:
        await here.db.write(lambda conn: conversations.ensure(conn, "acme", "conv_1", 0))
        await here.perform(ANA, do.TakeOver("conv_1"))
        bus.mute = True
        turn = FakeTurn()
        here.desk.begin(turn)
        await here.desk.tasks.settled()
        assert here.desk.noted(turn) == 0
        here.desk.begin(turn)
        await here.desk.tasks.settled()
        read = partial(messages.transcript, tenant="acme", conv="conv_1", limit=9)
        assert len(await here.db.read(read)) == 1


async def test_what_is_damaged_is_left_out_and_the_rest_is_carried(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        await here.db.write(said)
        more = Message("msg_2", "human", "It is sent.", 2.0)
        await here.db.write(lambda conn: messages.say(conn, "acme", "c1", more))
        await here.db.write(lambda conn: conversations.put_note(conn, "acme", "c1", "Brief.", 2.0))
        lost = [texts.encoded(each) for each in ("I looked it up.", "Brief.")]
        spoilt = update(schema.text).where(schema.text.c.bytes.in_(lost)).values(bytes=b"\xffne")
        assert await here.db.write(lambda conn: conn.execute(spoilt).rowcount) == 2
        backlog = Backlog(here.db, here.clock)
        await backlog.start()
        assert await backlog.take("acme", "c1") == Carried((Said("It is sent.", "msg_2", ""),))
