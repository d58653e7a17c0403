"""What storing costs: ``python -m bench.store [--quick]``.

CPU per turn record in batches, durable transactions with many writers, the latency of one write
beside a stream of records, and how long opening takes with many open holds.
"""

import argparse
import asyncio
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import quantiles

from hitl_chat.core.hold import Hold
from hitl_chat.core.policy import Terms
from hitl_chat.core.remainder import Draft
from hitl_chat.store import events, holds
from hitl_chat.store.keys import beside, load
from hitl_chat.store.sqlite import SqliteDatabase
from hitl_chat.store.sqlite_session import SqliteSession, engine_of
from hitl_chat.store.turn_records import Began, Ended

MESSAGES = b'[{"role":"user","content":"' + b"Where is my parcel? " * 15 + b'"}]'
ANSWER = {"0/content": "It left our warehouse this morning. " * 10}
append = partial(events.append, tenant="t", stream="system", type_="x", content={}, at=1.0)


class Clock:
    now = staticmethod(time.time)
    monotonic = staticmethod(time.monotonic)


def began(name: str) -> Began:
    return Began("t", f"turn_{name}", f"conv_{name}", 1.0, MESSAGES, "m", request_key=name)


def ended(name: str) -> Ended:
    return Ended(
        *("t", f"turn_{name}", f"conv_{name}", 2.0, "passed"),
        draft=ANSWER,
        said="Where is my parcel?",
        said_id=f"msg_{name}a",
        answer_id=f"msg_{name}b",
        hashes=(("scope", f"hash-{name}"),),
    )


def cpu(run: Callable[[], object]) -> float:
    """Microseconds of this thread's processor time."""
    start = time.thread_time()
    run()
    return (time.thread_time() - start) * 1e6


def records(session: SqliteSession, batches: int, size: int = 100) -> tuple[float, float, float]:
    """Microseconds per turn: its beginning, its end, and its share of the commits."""
    first, second, commits = [], [], []
    for batch in range(batches):
        names = [f"{batch}_{number}" for number in range(size)]
        start, end = [began(name) for name in names], [ended(name) for name in names]
        session.begin()
        first.append(cpu(partial(Began.write_all, session.conn, start)))
        second.append(cpu(partial(Ended.write_all, session.conn, end)))
        commits.append(cpu(session.commit))
    median = batches // 2
    return tuple(sorted(each)[median] / size for each in (first, second, commits))  # type: ignore[return-value]


async def throughput(database: SqliteDatabase, clients: int, writes: int) -> float:
    """Durable transactions per second, every client waiting for each of its own."""

    async def client() -> None:
        for _ in range(writes):
            await database.write(append)

    start = time.perf_counter()
    await asyncio.gather(*(client() for _ in range(clients)))
    return clients * writes / (time.perf_counter() - start)


async def latency(database: SqliteDatabase, writes: int) -> tuple[float, float]:
    """Milliseconds of one write, p50 and p99, while 1000 turns a second are recorded."""
    taken = []
    for number in range(writes):
        for each in range(5):
            name = f"l{number}_{each}"
            database.later(began(name))
            database.later(ended(name))
        start = time.perf_counter()
        await database.write(append)
        taken.append((time.perf_counter() - start) * 1e3)
        await asyncio.sleep(max(0.0, 0.005 - taken[-1] / 1e3))
    cuts = quantiles(taken, n=100)
    return cuts[49], cuts[98]


def hold_of(number: int) -> Hold:
    return Hold(
        id=f"hold_{number}",
        tenant="t",
        conv=f"conv_{number}",
        turn=f"turn_{number}",
        epoch=0,
        terms=Terms(),
        reasons=(),
        opened_at=1.0,
        deadline_at=2.0,
        cap_at=3.0,
        draft_state="whole",
    )


async def reopening(folder: Path, number: int) -> float:
    """Milliseconds from nothing to all open holds, with their drafts, in hand."""
    database = SqliteDatabase(folder / "holds.db", Clock())
    draft = Draft({"0/content": "Sure. "}, ANSWER)
    new = [partial(holds.insert, new=hold_of(n), drafted=draft) for n in range(number)]
    await asyncio.gather(*map(database.write, new))
    await database.close()
    start = time.perf_counter()
    again = SqliteDatabase(folder / "holds.db", Clock())
    found = await again.read(partial(holds.alive, tenant=None))
    await again.read(partial(holds.drafts, tenant=None, idents=[hold.id for hold in found]))
    taken = (time.perf_counter() - start) * 1e3
    assert len(found) == number
    await again.close()
    return taken


async def main(scale: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / "bench.db"
        database = SqliteDatabase(path, Clock())
        session = SqliteSession(engine_of(path), load(beside(path)).keyring)
        first, second, commits = records(session, 10 * scale)
        session.close()
        print(f"record of a turn's beginning    {first:8.1f} us CPU in batches of 100")
        print(f"record of its end               {second:8.1f} us")
        print(f"its share of the commits        {commits:8.1f} us")
        for clients in (1, 32, 200):
            rate = await throughput(database, clients, 4000 * scale // max(clients, 40))
            print(f"durable writes, {clients:3} clients    {rate:8.0f} /s")
        half, most = await latency(database, 200 * scale)
        print(f"one write beside 1000 turns/s   {half:8.2f} ms p50 {most:8.2f} ms p99")
        await database.close()
        print(f"opening with 1000 open holds    {await reopening(folder, 1000):8.0f} ms")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a few seconds")
    asyncio.run(main(1 if parser.parse_args().quick else 5))
