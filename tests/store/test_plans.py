"""What is asked all the time reads what waits, not all that ever was."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Connection, event

from hitl_chat.core.adjusting import Adjustment
from hitl_chat.store import (
    conversations,
    customers,
    directions,
    events,
    holds,
    judged,
    load,
    messages,
    retention,
    wall,
)
from hitl_chat.store.sqlite import SqliteDatabase
from tests.store.world import ACME


def plan(conn: Connection, read: Callable[[Connection], object]) -> list[str]:
    """How SQLite finds the rows of everything that is read."""
    asked: list[tuple[str, Any]] = []

    def heard(_: Connection, __: object, sql: str, parameters: Any, *___: object) -> None:
        asked.append((sql, parameters))

    event.listen(conn, "before_cursor_execute", heard)
    try:
        read(conn)
    finally:
        event.remove(conn, "before_cursor_execute", heard)
    found = [conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", given) for sql, given in asked]
    return [row[3] for rows in found for row in rows if " USING " in row[3]]


@pytest.mark.parametrize("tenant", [ACME, None])
@pytest.mark.parametrize(
    ("read", "indexes"),
    [
        (holds.alive, {"hold_queue", "hold_due"}),
        (conversations.human, {"conversation_human"}),
        (partial(load.carried, now=1.0), {"hold_claimed", "conversation_human"}),
    ],
)
async def test_the_index_of_what_waits_is_taken(
    database: SqliteDatabase, tenant: str | None, read: Any, indexes: set[str]
) -> None:
    steps = await database.read(lambda conn: plan(conn, lambda conn: read(conn, tenant=tenant)))
    assert steps
    taken = [step for step in steps if "TEMP B-TREE" not in step]
    assert all(any(f"INDEX {name}" in step for name in indexes) for step in taken), taken


@pytest.mark.parametrize(
    ("read", "index"),
    [
        (partial(wall.depth, hurry_until=1.0), "hold_queue"),
        (wall.loads, "hold_claimed conversation_human"),
        (partial(wall.ends, since=1.0), "decision_at"),
        (partial(wall.pace, since=1.0), "decision_at PRIMARY"),
        (partial(wall.left, since=1.0), "hold_opened PRIMARY"),
        (partial(wall.begun, since=1.0), "turn_began"),
        (partial(wall.answers, since=1.0, until=2.0), "turn_began"),
        (partial(wall.held, since=1.0, until=2.0), "hold_opened"),
        (partial(wall.spent, since=1.0), "turn_began"),
    ],
)
async def test_the_wall_reads_what_it_counts(
    database: SqliteDatabase, read: Any, index: str
) -> None:
    steps = await database.read(lambda conn: plan(conn, lambda conn: read(conn, tenant=ACME)))
    taken = [step for step in steps if "TEMP B-TREE" not in step]
    assert taken
    assert all(any(name in step for name in index.split()) for step in taken), taken


@pytest.mark.parametrize(
    ("read", "index"),
    [
        (partial(conversations.silent, since=1.0), "INDEX conversation_human"),
        (partial(conversations.is_silent, tenant=ACME, ident="c", since=1.0), "PRIMARY KEY"),
    ],
)
async def test_where_nobody_speaks_is_found_by_the_last_word(
    database: SqliteDatabase, read: Any, index: str
) -> None:
    """Neither all conversations are read for it, nor all of one's messages."""
    first, *words = await database.read(lambda conn: plan(conn, read))
    assert index in first
    assert words
    assert all("PRIMARY KEY (tenant=? AND conv=?" in step for step in words), words


async def test_how_often_a_check_was_right_reads_the_last_of_its_own(
    database: SqliteDatabase,
) -> None:
    said = [("refund", "judge")]
    asked = partial(judged.tracks, tenant=ACME, said=said, hold="hold_1")
    (step,) = await database.read(lambda conn: plan(conn, asked))
    assert "PRIMARY KEY (tenant=? AND rule=? AND check=?)" in step


@pytest.mark.parametrize(
    ("read", "index"),
    [
        (partial(events.about, tenant=ACME, hold="hold_1", limit=300), "event_hold"),
        (
            partial(events.about, tenant=ACME, hold="h", limit=9, type_="hold.looked"),
            "event_hold",
        ),
        (partial(directions.standing, now=1e6), "event_threshold"),
        (
            partial(
                directions.move, tenant=ACME, made=Adjustment("t", "r", "c", 1, 1), stood=1, now=1e6
            ),
            "event_threshold",
        ),
    ],
)
async def test_what_is_looked_for_in_the_record_is_found_by_an_index(
    database: SqliteDatabase, read: Any, index: str
) -> None:
    """However busy the feed: not all events are read, nor the last few only."""
    steps = await database.write(lambda conn: plan(conn, read))
    mine = [step for step in steps if " event " in f"{step} "]
    assert mine
    assert all(f"INDEX {index}" in step for step in mine), steps


async def test_a_customers_last_holds_are_found_without_the_others(
    database: SqliteDatabase,
) -> None:
    asked = partial(customers.past, tenant=ACME, ident="c-17", limit=5)
    (step,) = await database.read(lambda conn: plan(conn, asked))
    assert "PRIMARY KEY (tenant=? AND customer=?)" in step


async def test_where_a_tenants_feed_ends_is_found_by_its_index(database: SqliteDatabase) -> None:
    asked = partial(events.loudest, tenant=ACME)
    (step,) = await database.read(lambda conn: plan(conn, asked))
    assert "INDEX event_feed (tenant=?)" in step


@pytest.mark.parametrize(
    ("read", "index"),
    [
        (messages.unsent_places, "message_unsent"),
        (conversations.noted, "conversation_noted"),
        (partial(holds.owed, before=1.0), "hold_owed"),
    ],
)
async def test_what_is_looked_for_at_every_start_is_few(
    database: SqliteDatabase, read: Any, index: str
) -> None:
    """Among millions of messages a start that reads them all takes too long, and is stopped."""
    steps = await database.read(lambda conn: plan(conn, read))
    taken = [step for step in steps if "TEMP B-TREE" not in step]
    assert taken
    assert all(f"INDEX {index}" in step for step in taken), taken


async def test_what_is_old_is_found_by_its_age(database: SqliteDatabase) -> None:
    """While it is forgotten, decisions wait."""
    shred = partial(retention.shred_before, cutoff=1.0, now=1.0)
    steps = await database.write(lambda conn: plan(conn, shred))
    assert any("INDEX text_age" in step for step in steps), steps
    of_holds = [step for step in steps if " hold " in step]
    assert of_holds
    assert all("hold_conversation (tenant=? AND conv=?)" in step for step in of_holds), of_holds
    unname = partial(retention.unname_before, cutoff=1.0)
    steps = await database.write(lambda conn: plan(conn, unname))
    for table in ("conversation_hash", "hold_customer"):
        assert any(f"INDEX {table}_age (at<?)" in step for step in steps), steps
        assert not any(f"SCAN {table}" in step for step in steps), steps
