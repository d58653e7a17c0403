"""What a conversation's next turn must carry is carried, whatever fails on the way."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest
from sqlalchemy import Connection

from hitl_chat.core.events import Said
from hitl_chat.errors import Unavailable
from hitl_chat.ports import Record
from hitl_chat.runner.backlog import Backlog, Carried
from hitl_chat.store import conversations, messages
from hitl_chat.store.messages import Message
from hitl_chat.store.sqlite import SqliteDatabase
from tests.runner.desk_world import Clock

T = TypeVar("T")


class Stumbling:
    """A database that cannot be read as often as a test says."""

    def __init__(self, db: SqliteDatabase) -> None:
        self._db = db
        self.fails = 0

    async def read(self, query: Callable[[Connection], T]) -> T:
        if self.fails:
            self.fails -= 1
            msg = "the disk does not answer"
            raise Unavailable(msg)
        return await self._db.read(query)

    async def write(self, query: Callable[[Connection], T], *, behind: bool = False) -> T:
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
