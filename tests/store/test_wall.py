"""The wall's figures, against a record that was made by hand and counted by hand."""

from typing import Any

import pytest
from msgspec.structs import replace
from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql

from hitl_chat.core.hold import BAND_LEFT, Hold
from hitl_chat.core.policy import Terms
from hitl_chat.core.proposal import Decided
from hitl_chat.store import conversations, holds, wall
from hitl_chat.store.sqlite import SqliteDatabase
from hitl_chat.store.wall import HOUR, Depth, Ends, Held, Load, Pace, Spent
from tests.store.test_turns import began, ended
from tests.store.world import ACME, DRAFT, OTHER, hold_of

NOW = 1_000 * HOUR + 1_800.0
SINCE = NOW - HOUR


def waiting(number: int, left: float, **changes: Any) -> Hold:
    """A hold that waits and has so many seconds left."""
    times = {"opened_at": NOW - 10 * number, "deadline_at": NOW + left, "cap_at": NOW + 600}
    return hold_of(number, **times, **changes)


def over(number: int, by: str, took: float, action: Any = "approve", **changes: Any) -> Hold:
    """A hold that was decided in the last hour, unless `at` says otherwise."""
    at = changes.pop("at", NOW - 60)
    made = Decided(by, action, {}, "sha", at, idem_key=f"key-{number}")
    times = {"opened_at": at - took, "deadline_at": NOW, "cap_at": NOW + 600}
    return hold_of(number, state="decided", version=2, decision=made, **times, **changes)


async def put(database: SqliteDatabase, *there: Hold) -> None:
    def write(conn: Connection) -> None:
        for each in there:
            fresh = replace(each, state="open", version=1, decision=None, claimed_by="")
            holds.insert(conn, fresh, DRAFT)
            if fresh != each:
                assert holds.save(conn, fresh, each, NOW)

    await database.write(write)


async def test_what_waits_by_band(database: SqliteDatabase) -> None:
    assert await database.read(lambda conn: wall.depth(conn, ACME, NOW + 35)) == Depth(
        *(0, 0, 0, 0), None
    )
    await put(
        database,
        waiting(1, left=34),
        waiting(2, left=36, state="claimed", claimed_by="ana"),
        waiting(3, left=300),
        waiting(4, left=5, band=BAND_LEFT),
        waiting(5, left=5, tenant=OTHER),
        over(6, "ana", took=10),
    )
    depth = await database.read(lambda conn: wall.depth(conn, ACME, NOW + 35))
    assert depth == Depth(hurried=1, usual=2, left=1, claimed=1, oldest=NOW - 40)


async def test_what_people_have_in_hand(database: SqliteDatabase) -> None:
    await put(
        database,
        waiting(1, left=60, state="claimed", claimed_by="ana"),
        waiting(2, left=60, state="claimed", claimed_by="ana"),
        waiting(3, left=60, state="claimed", claimed_by="ben"),
        over(4, "ben", took=10),
    )

    def speak(conn: Connection) -> None:
        conversations.ensure(conn, ACME, "conv_9", NOW)
        here = conversations.get(conn, ACME, "conv_9")
        assert here is not None
        taken = replace(here, mode="human", owner="chi", owner_name="Chi", epoch=1)
        assert conversations.save(conn, here, taken, NOW, "chi")

    await database.write(speak)
    found = await database.read(lambda conn: wall.loads(conn, ACME))
    assert found == {"ana": Load(2, 0), "ben": Load(1, 0), "chi": Load(0, 1)}


async def test_how_holds_ended_and_how_long_people_took(database: SqliteDatabase) -> None:
    people = [over(n, "ana" if n <= 4 else "ben", took=float(n)) for n in range(1, 21)]
    await put(
        database,
        *people,
        over(31, "system:deadline", 120, "fallback_text"),
        over(32, "system:deadline", 120, "release"),
        over(33, "system:no_agent", 0, "release"),
        over(34, "system:stop_switch", 3, "block"),
        over(35, "ana", 9, at=SINCE - 1),
        over(36, "eve", 9, tenant=OTHER),
    )
    ends = await database.read(lambda conn: wall.ends(conn, ACME, SINCE))
    assert ends == Ends(people=20, deadline=2, released=2, other=1)
    everybody, each = await database.read(lambda conn: wall.pace(conn, ACME, SINCE))
    assert everybody == Pace(20, half=10.0, most=19.0)
    assert each == {"ana": Pace(4, 2.0, 4.0), "ben": Pace(16, 12.0, 20.0)}


async def test_nobody_decided_anything(database: SqliteDatabase) -> None:
    assert await database.read(lambda conn: wall.ends(conn, ACME, SINCE)) == Ends(0, 0, 0, 0)
    assert await database.read(lambda conn: wall.pace(conn, ACME, SINCE)) == (
        Pace(0, None, None),
        {},
    )


async def test_customers_who_left(database: SqliteDatabase) -> None:
    recent = {"opened_at": NOW - 100}
    await put(
        database,
        hold_of(1, **recent, band=BAND_LEFT),
        hold_of(2, **recent, orphan_at=NOW + 20),
        hold_of(3, **recent, turn="turn_9", state="cancelled", version=2),
        hold_of(4, **recent),
        hold_of(5, opened_at=SINCE - 1, band=BAND_LEFT),
        hold_of(6, **recent, tenant=OTHER, band=BAND_LEFT),
    )
    database.later(began(9, at=NOW - 100))
    database.later(ended(9, at=NOW - 90, outcome="gone"))
    assert await database.write(lambda conn: wall.left(conn, ACME, SINCE), behind=True) == 3


async def test_how_much_was_held(database: SqliteDatabase) -> None:
    both = Terms(rules=("refund", "medical"))
    await put(
        database,
        hold_of(1, opened_at=SINCE + 1),
        hold_of(2, opened_at=NOW - 1, terms=both),
        hold_of(3, opened_at=NOW - 2, terms=both),
        hold_of(4, opened_at=NOW - 2, tenant=OTHER),
        hold_of(5, opened_at=SINCE - 1),
    )
    for number, at in enumerate([SINCE - 1, SINCE + 1, NOW - 3, NOW - 2, NOW - 1]):
        database.later(began(number, at=at))
    database.later(began(9, at=NOW - 1, tenant=OTHER))
    await database.write(lambda conn: None, behind=True)
    found = await database.read(lambda conn: wall.held(conn, ACME, SINCE, NOW))
    assert sorted(found) == [
        Held(999, "refund", 1),
        Held(1000, "medical", 2),
        Held(1000, "refund", 2),
    ]
    assert await database.read(lambda conn: wall.begun(conn, ACME, SINCE)) == 4
    by_hour = await database.read(lambda conn: wall.answers(conn, ACME, SINCE, NOW))
    assert by_hour == {999: 1, 1000: 3}


async def test_what_checks_cost(database: SqliteDatabase) -> None:
    judge = {"asked": 2, "ms": 30.5, "calls": 2, "tokens": 700}
    nearest = {"asked": 1, "ms": 4.0, "calls": 0, "tokens": 0}
    for number, usage in enumerate([{"judge": judge, "known_bad": nearest}, {"judge": judge}, {}]):
        database.later(began(number, at=NOW - 5))
        database.later(ended(number, at=NOW - 4, check_usage=usage))
    database.later(began(7, at=SINCE - 1))
    database.later(ended(7, at=SINCE, check_usage={"judge": judge}))
    await database.write(lambda conn: None, behind=True)
    spent = await database.read(lambda conn: wall.spent(conn, ACME, SINCE))
    assert spent == Spent(turns=2, calls=4, tokens=1400, ms=65.0)


@pytest.mark.parametrize("name", [name for name in vars(wall) if name.isupper() and name[0] == "_"])
def test_postgresql_understands_each_statement(name: str) -> None:
    statement = getattr(wall, name)
    if hasattr(statement, "compile"):
        known = postgresql.dialect()  # type: ignore[no-untyped-call]
        assert str(statement.compile(dialect=known))
