"""Sealing costs what was recorded since the last time, however much there ever was."""

from functools import partial

import pytest
from sqlalchemy import Connection, select

from hitl_chat.oversight.audit import verify
from hitl_chat.store import checkpoints, events
from hitl_chat.store.schema import checkpoint
from hitl_chat.store.sqlite import SqliteDatabase
from tests.store.test_plans import plan
from tests.store.world import ACME, OTHER


def record(conn: Connection, tenant: str, conv: str) -> None:
    events.append(conn, tenant, events.of_conversation(conv), "note", {}, 1.0)


def sealed(conn: Connection) -> list[tuple[str, str, int]]:
    found = select(checkpoint.c.tenant, checkpoint.c.stream, checkpoint.c.seq)
    return [(*row,) for row in conn.execute(found.order_by(checkpoint.c.id))]


async def test_only_what_moved_is_sealed(database: SqliteDatabase) -> None:
    for tenant, conv in ((ACME, "a"), (ACME, "b"), (OTHER, "a")):
        await database.write(partial(record, tenant=tenant, conv=conv))
    assert await database.checkpoint() == 3
    assert await database.checkpoint() == 0
    for _ in range(2):
        await database.write(partial(record, tenant=OTHER, conv="a"))
    await database.write(partial(record, tenant=ACME, conv="c"))
    assert await database.checkpoint() == 2
    assert (await database.read(sealed))[3:] == [(ACME, "conv:c", 1), (OTHER, "conv:a", 3)]
    report = await verify(database)
    assert (report.good, report.checkpoints) == (True, 5)


async def test_neither_all_heads_nor_all_seals_are_read(database: SqliteDatabase) -> None:
    await database.write(partial(record, tenant=ACME, conv="a"))
    steps = await database.write(lambda conn: plan(conn, partial(checkpoints.take, now=1.0)))
    for found in (
        "SEARCH event USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)",
        "SEARCH head USING PRIMARY KEY (tenant=? AND stream=?)",
        "checkpoint_stream (tenant=? AND stream=? AND seq=?)",
    ):
        assert any(found in step for step in steps), steps
    assert not any("SCAN head" in step or "SCAN event" in step for step in steps), steps


async def test_much_is_sealed_a_little_at_a_time_and_once(
    database: SqliteDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In between, decisions need not wait. A stream that moves all the time is sealed once."""
    monkeypatch.setattr(checkpoints, "WINDOW", 2)
    for number in range(7):
        await database.write(partial(record, tenant=ACME, conv="same"))
        await database.write(partial(record, tenant=ACME, conv=str(number)))
    assert await database.checkpoint() == 8
    assert len({stream for _, stream, _ in await database.read(sealed)}) == 8
    assert await database.checkpoint() == 0
    assert (await verify(database)).good
