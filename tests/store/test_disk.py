"""A disk that takes no more: new turns are refused, nothing answered is lost, and it recovers.

The limit is the operating system's own, on the size of files (RLIMIT_FSIZE).
"""

import resource
from collections.abc import Callable, Iterator
from functools import partial
from itertools import count
from pathlib import Path

import pytest

from hitl_chat.errors import StoreError, Unavailable
from hitl_chat.oversight.audit import verify
from hitl_chat.store import events, holds, turns
from hitl_chat.store.inbox import BATCH_RECORDS
from hitl_chat.store.sqlite import SqliteDatabase
from hitl_chat.store.turn_records import Began, Ended
from tests.store.world import ACME, DRAFT, decided, hold_of, opened

LARGE = b"[" + b" " * 60_000 + b"]"
ROOM = 400_000  # bytes per file: enough for the empty tables

Quota = Callable[[int | None], None]


@pytest.fixture
def quota() -> Iterator[Quota]:
    """How large files may grow; None: as large as before."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)

    def limit(size: int | None) -> None:
        soft = before[0] if size is None else size
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, before[1]))

    yield limit
    limit(None)


def begun(number: int) -> Began:
    return Began(ACME, f"turn_{number}", f"conv_{number}", 1.0, LARGE, "m")


async def fill(database: SqliteDatabase) -> int:
    """Begin turns until one is refused; how many were accepted."""
    for number in count():
        try:
            database.later(begun(number))
        except Unavailable as refused:
            return number if "disk" in refused.message and refused.retry_after else -1
        await database.read(events.position)
    raise AssertionError  # count never ends


async def recovered(database: SqliteDatabase) -> None:
    while database.trouble or database.waiting:
        await database.read(events.position)


async def test_new_turns_are_refused_and_accepted_ones_are_kept(
    tmp_path: Path, quota: Quota
) -> None:
    database = opened(tmp_path)
    quota(ROOM)
    accepted = await fill(database)
    assert accepted > 1
    database.later(Ended(ACME, "turn_0", "conv_0", 2.0, "passed"))  # what began may end
    assert database.waiting > 0
    quota(None)
    await recovered(database)
    running = await database.read(partial(turns.lost, since=0.0, limit=100_000))
    assert {each.id for each in running} == {f"turn_{n}" for n in range(1, accepted)}
    database.later(begun(1000))
    assert (await verify(database)).good
    await database.close()


async def test_a_decision_fails_closed_and_its_hold_stays(tmp_path: Path, quota: Quota) -> None:
    database, hold = opened(tmp_path), hold_of()
    await database.write(lambda conn: holds.insert(conn, hold, DRAFT))
    done = decided(hold, text="x" * 60_000)
    decide = partial(holds.save, before=hold, after=done, now=1_001.0)
    look = partial(holds.get, tenant=ACME, ident=hold.id)
    quota(1)
    with pytest.raises(Unavailable, match="disk"):
        await database.write(decide)
    with pytest.raises(Unavailable, match="disk"):
        await database.write(lambda conn: holds.insert(conn, hold_of(2), DRAFT))
    assert await database.read(look) == hold
    for _ in range(100):  # however often it is tried meanwhile
        await database.read(events.position)
    with pytest.raises(Unavailable, match="disk"):
        database.later(begun(1))
    quota(None)
    assert await database.write(decide)
    assert await database.read(look) == done
    assert (await verify(database)).good
    await database.close()


async def test_it_recovers_without_anybody_asking(tmp_path: Path, quota: Quota) -> None:
    database = opened(tmp_path)
    quota(1)
    with pytest.raises(Unavailable, match="disk"):
        await database.write(lambda conn: holds.insert(conn, hold_of(), DRAFT))
    assert database.trouble
    quota(None)
    await recovered(database)
    database.later(begun(1))
    await database.close()


async def test_closing_on_a_full_disk_says_what_is_lost(tmp_path: Path, quota: Quota) -> None:
    database = opened(tmp_path)
    quota(ROOM)
    await fill(database)
    with pytest.raises(StoreError, match=r"\d+ records were lost: the disk"):
        await database.close()
    quota(None)
    again = opened(tmp_path)  # it was no clean stop: the file is checked
    assert (await verify(again)).good
    await again.close()


async def test_nobody_waits_behind_what_cannot_be_written(tmp_path: Path, quota: Quota) -> None:
    """They would wait for as long as the disk is full; then they see what they waited for."""
    database = opened(tmp_path)
    quota(1)
    database.later(begun(1))
    look = partial(turns.get, tenant=ACME, ident="turn_1")
    for _ in range(2):
        with pytest.raises(Unavailable, match="disk"):
            await database.write(look, behind=True)
    quota(None)
    await recovered(database)
    assert await database.write(look, behind=True)
    await database.close()


async def test_who_waits_already_is_told_so(tmp_path: Path, quota: Quota) -> None:
    """Behind a second batch, when the first cannot be written."""
    database = opened(tmp_path, record_delay=5.0)
    quota(1)
    for number in range(BATCH_RECORDS + 10):
        database.later(Ended(ACME, f"turn_{number}", "conv", 2.0, "passed"))
    with pytest.raises(Unavailable, match="disk"):
        await database.write(events.position, behind=True)
    quota(None)
    await recovered(database)
    await database.close()
