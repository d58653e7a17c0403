"""Nobody, winner or loser, has an answer before the COMMIT; if that fails, all run again, alone."""

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator, Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

import pytest
from sqlalchemy import Connection

from hitl_chat.errors import Conflict, Unavailable
from hitl_chat.store import events
from hitl_chat.store.inbox import Inbox, Job
from hitl_chat.store.keys import beside, load
from hitl_chat.store.sqlite_session import SqliteSession, engine_of
from hitl_chat.store.turn_records import Began
from hitl_chat.store.writer import Writer
from tests.store.world import ACME, opened

T = TypeVar("T")

append = partial(
    events.append, tenant=ACME, stream=events.SYSTEM, type_="x", content={"n": 1}, at=1.0
)


def full() -> sqlite3.Error:
    error = sqlite3.OperationalError("database or disk is full")
    error.sqlite_errorcode = sqlite3.SQLITE_FULL
    return error


class Steered(SqliteSession):
    """A session whose commits a test can count, stop and break."""

    def __init__(self, path: Path) -> None:
        super().__init__(engine_of(path), load(beside(path)).keyring)
        self.stepping = False
        self.step = threading.Semaphore(0)
        self.reached = threading.Semaphore(0)
        self.committed = threading.Event()
        self.commits = 0
        self.breaks: list[Exception] = []
        self.lost_at_commit: list[Exception] = []

    def commit(self) -> None:
        self.commits += 1
        if self.stepping:
            self.reached.release()
            self.step.acquire()
        if self.breaks:
            raise self.breaks.pop(0)
        if self.lost_at_commit:
            super().rollback()
            raise self.lost_at_commit.pop(0)
        super().commit()
        self.committed.set()


class Bench:
    """A writer at work on a steered session."""

    def __init__(self, path: Path) -> None:
        self.session = Steered(path)
        self.inbox = Inbox(delay=0.005, limit=1 << 20)
        self.writer = Writer(self.session, self.inbox, retry=0.01)
        self.writer.thread.start()

    def put(self, query: Callable[[Connection], T]) -> asyncio.Future[T]:
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[T] = loop.create_future()
        self.inbox.put_job(Job(query, answer, loop))
        return answer

    async def hold_first(self) -> asyncio.Future[events.Event]:
        """A first write, stopped at its commit: what comes now makes up the next group."""
        self.session.stepping = True
        first = self.put(append)
        await asyncio.to_thread(self.session.reached.acquire)
        return first

    def go_on(self) -> None:
        self.session.stepping = False
        self.session.step.release()

    def seqs(self) -> list[int]:
        """What is stored, once the writer is done: it must not share its session."""
        self.stop()
        return [each.seq for each in self.session.read(lambda conn: events.feed(conn, ACME, 0))]

    def stop(self) -> None:
        self.go_on()
        self.inbox.close("over")
        self.writer.thread.join()


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    await opened(tmp_path).close()
    bench = Bench(tmp_path / "hitl.db")
    yield bench
    bench.stop()
    bench.session.close()


async def test_many_writes_share_one_commit(bench: Bench) -> None:
    first = await bench.hold_first()
    rest = [bench.put(append) for _ in range(20)]
    bench.go_on()
    told = await asyncio.gather(first, *rest)
    assert [each.seq for each in told] == list(range(1, 22))
    assert bench.session.commits == 2


async def test_neither_winner_nor_loser_hears_before_the_commit(bench: Bench) -> None:
    def lose(conn: Connection) -> None:
        msg = "the winner is not durable yet"
        raise Conflict(msg)

    first = await bench.hold_first()
    winner, loser = bench.put(append), bench.put(lose)
    bench.session.step.release()
    await first
    await asyncio.to_thread(bench.session.reached.acquire)  # both have run, nothing is committed
    for _ in range(100):
        await asyncio.sleep(0)
    assert not winner.done()
    assert not loser.done()
    bench.go_on()
    assert (await winner).seq == 2
    with pytest.raises(Conflict):
        await loser


@pytest.mark.parametrize("kind", ["breaks", "lost_at_commit"])
async def test_a_commit_that_fails_is_made_up_for_one_by_one(bench: Bench, kind: str) -> None:
    first = await bench.hold_first()
    rest = [bench.put(append) for _ in range(3)]
    bench.inbox.put_record(Began(ACME, "turn_1", "conv_1", 1.0, b"[]", "m"))
    bench.session.step.release()
    await first
    await asyncio.to_thread(bench.session.reached.acquire)
    getattr(bench.session, kind).append(sqlite3.OperationalError("it was not written"))
    bench.go_on()
    await asyncio.gather(*rest)
    assert bench.seqs() == [1, 2, 3, 4]
    assert bench.session.commits == 6  # the first, the group, three writes and the record


async def test_a_member_that_breaks_the_transaction_is_alone_in_its_failure(bench: Bench) -> None:
    def breaks(conn: Connection) -> None:
        conn.exec_driver_sql("ROLLBACK")
        raise full()

    first = await bench.hold_first()
    before, broken, after = bench.put(append), bench.put(breaks), bench.put(append)
    bench.go_on()
    await asyncio.gather(first, before, after)
    with pytest.raises(Unavailable, match="disk is full"):
        await broken
    assert bench.seqs() == [1, 2, 3]


async def test_what_cannot_be_committed_alone_either_is_told_to_its_caller(bench: Bench) -> None:
    bench.session.breaks.extend([full(), full()])
    with pytest.raises(Unavailable, match="disk is full"):
        await bench.put(append)
    assert "disk is full" in bench.writer.trouble
    await bench.put(append)
    assert bench.writer.trouble == ""
    assert bench.seqs() == [1]


async def test_who_waits_for_records_is_told_that_the_disk_fails(bench: Bench) -> None:
    bench.session.breaks.extend([full()] * 3)
    bench.inbox.put_record(Began(ACME, "turn_1", "conv_1", 1.0, b"[]", "m"))
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[events.Event] = loop.create_future()
    bench.inbox.put_job(Job(append, answer, loop), behind=True)
    with pytest.raises(Unavailable, match="disk is full"):
        await answer


async def test_records_wait_for_a_disk_that_fails(bench: Bench) -> None:
    bench.session.breaks.extend([full()] * 6)
    bench.inbox.put_record(Began(ACME, "turn_1", "conv_1", 1.0, b"[]", "m"))
    await asyncio.to_thread(bench.session.committed.wait)
    bench.stop()
    assert bench.writer.trouble == ""
    assert bench.session.breaks == []
    assert bench.writer.refused == 0
    sql = "SELECT count(*) FROM turn"
    assert bench.session.read(lambda conn: conn.exec_driver_sql(sql).scalar()) == 1


async def test_a_writer_that_died_leaves_nobody_waiting(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    first = await bench.hold_first()
    second = bench.put(append)
    bench.session.rollback = lambda: (_ for _ in ()).throw(SystemError("gone"))  # type: ignore[method-assign]
    bench.session.breaks.append(full())
    bench.go_on()
    for answer in (first, second):
        with pytest.raises(Unavailable, match="restart the server"):
            await answer
    assert "the store's writer died" in caplog.text
    with pytest.raises(Unavailable, match="restart the server"):
        bench.put(append)
