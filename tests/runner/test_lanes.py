"""The lane is read anew when something happened, and only then; each tenant's is its own."""

import asyncio
from collections.abc import AsyncIterator, Callable
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import pytest
from sqlalchemy import Connection, event

from hitl_chat.runner import review_views
from hitl_chat.runner.lanes import KEPT, Lanes
from hitl_chat.store import events, reviews
from hitl_chat.store.reviews import Review
from hitl_chat.store.sqlite import SqliteDatabase
from hitl_chat.store.turn_records import Began, Ended
from tests.store.world import ACME, OTHER, opened

T = TypeVar("T")


class Counting:
    """A database that counts what is asked of it while lanes are looked at."""

    def __init__(self, db: SqliteDatabase) -> None:
        self.db, self.asked = db, 0

    async def read(self, query: Callable[[Connection], T]) -> T:
        def counted(conn: Connection) -> T:
            def heard(*_: Any) -> None:
                self.asked += 1

            event.listen(conn, "before_cursor_execute", heard)
            try:
                return query(conn)
            finally:
                event.remove(conn, "before_cursor_execute", heard)

        return await self.db.read(counted)


class Slow:
    """A database whose first look waits until it may end."""

    def __init__(self, db: SqliteDatabase) -> None:
        self.db = db
        self.began, self.may_end = asyncio.Event(), asyncio.Event()

    async def read(self, query: Callable[[Connection], T]) -> T:
        if not self.began.is_set():
            self.began.set()
            await self.may_end.wait()
        return await self.db.read(query)


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[SqliteDatabase]:
    database = opened(tmp_path)
    yield database
    await database.close()


def put(conn: Connection, number: int, tenant: str = ACME) -> None:
    reviews.put(conn, Review(f"turn_{number}", tenant, "conv_1", ("audit",), 1_000.0 + number))


async def test_many_who_ask_are_one_look(database: SqliteDatabase) -> None:
    counting: Any = Counting(database)
    lanes = Lanes(counting)
    await database.write(partial(put, number=1))
    (first,) = (await lanes.view(ACME)).waiting
    one_look, counting.asked = counting.asked, 0
    assert one_look > 1
    found = await asyncio.gather(*(lanes.view(ACME) for _ in range(20)))
    assert [each.waiting for each in found] == [(first,)] * 20
    assert counting.asked == 20  # has anything happened?


async def test_what_happened_since_is_seen_at_once(database: SqliteDatabase) -> None:
    lanes = Lanes(database)
    assert (await lanes.view(ACME)).waiting == ()
    await database.write(partial(put, number=1))
    assert [one.id for one in (await lanes.view(ACME)).waiting] == ["turn_1"]
    await database.write(
        partial(events.append, tenant=OTHER, stream="x", type_="x", content={}, at=1.0)
    )
    assert [one.id for one in (await lanes.view(ACME)).waiting] == ["turn_1"]


async def test_what_others_do_and_passed_turns_are_no_reason_to_look_again(
    database: SqliteDatabase,
) -> None:
    counting: Any = Counting(database)
    lanes = Lanes(counting)
    await database.write(partial(put, number=1))
    before = await lanes.view(ACME)
    counting.asked = 0
    await database.write(partial(put, number=2, tenant=OTHER))
    await database.write(
        partial(events.append, tenant=ACME, stream="conv:c", type_="turn", content={}, at=1.0)
    )
    assert await lanes.view(ACME) is before
    assert counting.asked == 1


async def test_an_answer_that_ends_quietly_is_seen_when_it_has_ended(
    database: SqliteDatabase,
) -> None:
    """Its decision is told before all of it is written."""
    lanes = Lanes(database)
    database.later(Began(ACME, "turn_1", "conv_1", 1_000.0, b"[]", "m"))
    await database.write(partial(put, number=1), behind=True)
    (running,) = (await lanes.view(ACME)).waiting
    assert running.excerpt == ""
    final = {"0/content": "It is on its way."}
    database.later(Ended(ACME, "turn_1", "conv_1", 1_001.0, "passed", draft=final))
    await database.write(lambda conn: None, behind=True)
    (ended,) = (await lanes.view(ACME)).waiting
    assert ended.excerpt == "It is on its way."


async def test_one_tenants_look_keeps_no_other_waiting(database: SqliteDatabase) -> None:
    slow: Any = Slow(database)
    lanes = Lanes(slow)
    await database.write(partial(put, number=1))
    await database.write(partial(put, number=2, tenant=OTHER))
    first = asyncio.create_task(lanes.view(ACME))
    await slow.began.wait()
    assert [one.id for one in (await lanes.view(OTHER)).waiting] == ["turn_2"]
    assert not first.done()
    slow.may_end.set()
    assert [one.id for one in (await first).waiting] == ["turn_1"]


async def test_each_tenants_lane_is_its_own_and_few_are_kept(database: SqliteDatabase) -> None:
    lanes = Lanes(database)
    tenants = [f"tenant_{number}" for number in range(KEPT + 5)]
    for number, tenant in enumerate(tenants):
        await database.write(partial(put, number=number, tenant=tenant))
    for _ in range(2):
        for number, tenant in enumerate(tenants):
            assert [one.id for one in (await lanes.view(tenant)).waiting] == [f"turn_{number}"]


async def test_of_more_than_can_be_listed_the_oldest_are_and_the_others_are_told(
    database: SqliteDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(review_views, "SHOWN", 2)
    lanes = Lanes(database)
    for number in (1, 2):
        await database.write(partial(put, number=number))
    assert not (await lanes.view(ACME)).more
    await database.write(partial(put, number=3))
    shown = await lanes.view(ACME)
    assert [one.id for one in shown.waiting] == ["turn_1", "turn_2"]
    assert shown.more
