"""How much people have in hand, told without reading what nobody has."""

from collections.abc import Mapping
from math import inf

import pytest
from sqlalchemy import Connection, event

from hitl_chat.core.conversation import Conversation
from hitl_chat.core.hold import Hold
from hitl_chat.store import conversations, holds, load
from hitl_chat.store.sqlite import SqliteDatabase
from tests.store.world import ACME, DRAFT, OTHER, hold_of

NOW = 1_000.0


def mine(number: int, who: str = "ana", until: float = inf, **more: object) -> Hold:
    return hold_of(number, state="claimed", claimed_by=who, claim_until=until, **more)


def speaks(conn: Connection, ident: str, who: str) -> None:
    before = conversations.ensure(conn, ACME, ident, NOW)
    after = Conversation(ACME, ident, mode="human", owner=who, epoch=before.epoch + 1)
    assert conversations.save(conn, before, after, NOW, who)


@pytest.fixture
async def busy(database: SqliteDatabase) -> SqliteDatabase:
    def fill(conn: Connection) -> None:
        for each in (
            *(mine(1), mine(2), mine(3, "ben"), mine(4, until=NOW), hold_of(5)),
            mine(6, tenant=OTHER),
        ):
            holds.insert(conn, each, DRAFT)
        speaks(conn, "c1", "ana")
        speaks(conn, "c2", "")  # somebody is being looked for
        conversations.ensure(conn, ACME, "c3", NOW)

    await database.write(fill)
    return database


@pytest.mark.parametrize(
    ("tenant", "carried"),
    [(ACME, {"ana": 3, "ben": 1}), (OTHER, {"ana": 1}), (None, {"ana": 4, "ben": 1}), ("x", {})],
)
async def test_claims_that_stand_and_conversations_count(
    busy: SqliteDatabase, tenant: str | None, carried: Mapping[str, int]
) -> None:
    assert await busy.read(lambda conn: dict(load.carried(conn, tenant, NOW))) == carried


async def test_only_what_somebody_has_is_read(busy: SqliteDatabase) -> None:
    """It is asked for every hold that opens: five thousand that wait must cost it nothing."""

    def plans(conn: Connection) -> list[str]:
        asked: list[tuple[str, object]] = []

        def note(_: object, __: object, statement: str, values: object, *___: object) -> None:
            asked.append((statement, values))

        event.listen(conn, "before_cursor_execute", note)
        load.carried(conn, ACME, NOW)
        event.remove(conn, "before_cursor_execute", note)
        return [
            str(row[3])
            for statement, values in asked
            for row in conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)  # type: ignore[arg-type]
            if "SEARCH" in row[3] or "SCAN" in row[3]
        ]

    found = await busy.read(plans)
    assert ["hold_claimed" in plan for plan in found] == [True, False]
    assert ["conversation_human" in plan for plan in found] == [False, True]
