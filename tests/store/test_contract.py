"""What `ports.Database` promises, for every database there is."""

import asyncio
import sqlite3
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Connection, select, text

from hitl_chat import failpoints
from hitl_chat.errors import Conflict, Unavailable
from hitl_chat.store import events
from hitl_chat.store.schema import stop
from hitl_chat.store.sqlite import SqliteDatabase
from hitl_chat.store.stops import set_mode
from hitl_chat.store.turn_records import Began
from hitl_chat.store.turns import get
from tests.store.world import ACME, opened

append = partial(
    events.append, tenant=ACME, stream=events.SYSTEM, type_="x", content={"n": 1}, at=1.0
)


def begun(number: int) -> Began:
    return Began(ACME, f"turn_{number}", f"conv_{number}", 1.0, b"[]", "m")


def flood(database: SqliteDatabase, number: int) -> None:
    for each in range(number):
        database.later(begun(each))


async def test_a_write_can_be_read_once_it_is_answered(database: SqliteDatabase) -> None:
    written = await database.write(append)
    assert await database.read(lambda conn: events.feed(conn, ACME, 0)) == [written]


async def test_a_write_behind_the_records_sees_them_all(database: SqliteDatabase) -> None:
    """However many there are; more are taken at a time than others wait for."""
    for start in (0, 500, 1000):
        for number in range(start, start + 500):
            database.later(begun(number))
        last = partial(get, tenant=ACME, ident=f"turn_{start + 499}")
        found = await database.write(last, behind=True)
        assert found is not None


async def test_a_write_behind_no_record_is_a_write(database: SqliteDatabase) -> None:
    assert (await database.write(append, behind=True)).seq == 1


async def test_an_error_undoes_its_own_write_and_no_other(database: SqliteDatabase) -> None:
    def failing(conn: Connection) -> None:
        append(conn)
        msg = "somebody was first"
        raise Conflict(msg)

    answers = await asyncio.gather(
        database.write(append),
        database.write(failing),
        database.write(append),
        return_exceptions=True,
    )
    assert isinstance(answers[1], Conflict)
    feed = await database.read(lambda conn: events.feed(conn, ACME, 0))
    assert [each.seq for each in feed] == [1, 2]


async def test_an_error_that_is_no_storage_error_reaches_its_caller(
    database: SqliteDatabase,
) -> None:
    with pytest.raises(ZeroDivisionError):
        await database.write(lambda conn: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        await database.read(lambda conn: 1 / 0)


async def test_a_read_sees_one_state_however_often_it_looks(database: SqliteDatabase) -> None:
    await database.write(append)
    loop = asyncio.get_running_loop()

    def looks_twice(conn: Connection) -> tuple[int, int]:
        before = events.position(conn)
        asyncio.run_coroutine_threadsafe(database.write(append), loop).result()
        return before, events.position(conn)

    assert await database.read(looks_twice) == (1, 1)
    assert await database.read(events.position) == 2


async def test_records_are_written_soon_without_anybody_waiting(database: SqliteDatabase) -> None:
    for number in range(300):
        database.later(begun(number))
    while database.waiting:
        await database.read(events.position)
    assert await database.read(lambda conn: get(conn, ACME, "turn_299")) is not None


async def test_a_write_carries_along_what_was_queued_before(database: SqliteDatabase) -> None:
    database.later(begun(1))
    await database.write(append)
    assert await database.read(lambda conn: get(conn, ACME, "turn_1")) is not None


async def test_a_full_queue_refuses_and_says_so(tmp_path: Path) -> None:
    database = opened(tmp_path, record_bytes=10_000)
    failpoints.arm("before_records:delay=0.2")
    try:
        with pytest.raises(Unavailable, match="too many records") as refused:
            flood(database, 30)
        assert refused.value.retry_after == 1
        assert 0 < database.waiting <= 10_000
    finally:
        failpoints.arm("")
        await database.close()


async def test_a_record_that_cannot_be_stored_harms_no_other(
    database: SqliteDatabase, caplog: pytest.LogCaptureFixture
) -> None:
    half = Began(ACME, "turn_\ud800", "conv", 1.0, b"[]", "m")  # no database takes half a character
    database.later(begun(1))
    database.later(half)
    database.later(begun(2))
    await database.write(append)
    await database.write(append)
    found = [await database.read(partial(get, tenant=ACME, ident=f"turn_{n}")) for n in (1, 2)]
    assert None not in found
    assert "a Began could not be recorded" in caplog.text
    assert database.trouble == ""


async def test_whoever_gave_up_waiting_stops_nobody(database: SqliteDatabase) -> None:
    failpoints.arm("before_commit:delay=0.05")
    first = asyncio.create_task(database.write(append))
    await asyncio.sleep(0)
    second = asyncio.create_task(database.write(append))
    third = asyncio.create_task(database.write(append))
    await asyncio.sleep(0)
    second.cancel()
    assert (await first).seq == 1
    assert (await third).seq >= 2


async def test_closing_writes_what_waits_and_then_refuses(tmp_path: Path) -> None:
    database = opened(tmp_path, record_delay=60.0)
    database.later(begun(1))
    await database.close()
    for late in (database.write(append), database.read(events.position)):
        with pytest.raises(Unavailable, match="closed"):
            await late
    with pytest.raises(Unavailable, match="closed"):
        database.later(begun(2))
    with sqlite3.connect(tmp_path / "hitl.db") as plain:
        assert plain.execute("SELECT id FROM turn").fetchall() == [("turn_1",)]
    plain.close()


async def test_upserts_change_what_they_name(database: SqliteDatabase) -> None:
    await database.write(lambda conn: set_mode(conn, ACME, "hold", "ana", 1.0))
    await database.write(lambda conn: set_mode(conn, ACME, "", "ben", 2.0))
    rows = await database.read(lambda conn: [tuple(row) for row in conn.execute(select(stop))])
    assert rows == [(ACME, "", "ben", 2.0)]


async def test_what_a_failed_query_says_quotes_no_text(database: SqliteDatabase) -> None:
    """Its words go to logs, and to whoever asks whether the server is ready."""
    query = text("SELECT :said, :nobody_gives_this")
    with pytest.raises(Exception, match="nobody_gives_this") as failed:
        await database.write(lambda conn: conn.execute(query, {"said": "my secret"}).scalar())
    assert "my secret" not in str(failed.value)
