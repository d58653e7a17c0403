"""The wall over HTTP: who may see it, what it shows, and that looking is cheap."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace
from sqlalchemy import Connection

from hitl_chat.core.hold import Hold
from hitl_chat.core.usual import Band
from hitl_chat.errors import StoreError
from hitl_chat.runner import commands as do
from hitl_chat.runner.wall import Wall, WallView
from hitl_chat.settings import Waits
from hitl_chat.store import holds
from hitl_chat.store import wall as store_wall
from tests.browser.world import World, opened
from tests.runner.desk_world import ANA, BEN, FakeTurn, world
from tests.server.people_world import add, come
from tests.store.test_turns import began, ended
from tests.store.world import DRAFT, hold_of

HOUR = 3600


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[World]:
    async with opened(tmp_path, Waits()) as here:
        yield here


@pytest.mark.parametrize(
    ("role", "status"),
    [("agent", 403), ("supervisor", 200), ("engineer", 403), ("auditor", 200), ("admin", 200)],
)
async def test_who_may_look(shop: World, role: str, status: int) -> None:
    seat = await come(shop, await add(shop, "Kim", role))
    assert (await seat.get("/console/wall")).status_code == status


async def test_a_quiet_shop(shop: World) -> None:
    seat = await come(shop, await add(shop, "Dee", "supervisor"))
    shown = msgspec.json.decode((await seat.get("/console/wall")).content, type=WallView)
    assert shown.depth.oldest is None
    assert (shown.stop, shown.agents, shown.rates) == ("off", (), ())
    assert shown.pace.half is None


async def test_figures_of_a_working_desk(tmp_path: Path) -> None:
    async with world(tmp_path, online=(ANA, BEN)) as here:
        wall = Wall(here.desk)
        here.desk.people.set_away("ben", away=True)
        first, second = await here.held(), await here.held(FakeTurn("turn_2", "conv_2"))
        here.clock.time += 12
        await here.decide(ANA, first, "reject")
        assert second.hold is not None
        await here.work(ANA, do.Claim(second.hold.id))
        shown = await wall.view("acme")
        assert shown.depth.oldest == here.clock.now() - 12
        assert (shown.depth.usual, shown.depth.claimed) == (1, 1)
        assert (shown.decided, shown.breached, shown.pace.half) == (1, 0, 12.0)
        ana, ben = shown.agents
        assert (ana.name, ana.holds, ana.away, ana.pace.decisions) == ("Ana", 1, False, 1)
        assert (ben.name, ben.holds, ben.away, ben.pace.decisions) == ("Ben", 0, True, 0)
        assert (await wall.view("other")).agents == ()


async def test_looking_again_costs_nothing_for_a_moment(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        wall = Wall(here.desk)
        before = await wall.view("acme")
        await here.held()
        assert await wall.view("acme") == before
        here.clock.time += 1.5
        after = await wall.view("acme")
        assert after.depth.usual == 1
        assert after.rates == ()  # figures of an hour may be ten seconds old
        here.clock.time += 10
        (rate,) = (await wall.view("acme")).rates
        assert (rate.rule, rate.held, rate.usual) == ("refund", 1, None)


async def test_what_is_usual_comes_from_the_week_before(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        now = here.clock.now()
        start = now // HOUR * HOUR - 30 * HOUR
        await here.db.write(lambda conn: _put(conn, _holds(start)))
        for hour in range(30):
            for number in range(20):
                at = start + hour * HOUR + number
                here.db.later(began(0, id=f"turn_{hour}_{number}", conv="conv_1", at=at))
        await here.db.write(lambda conn: None, behind=True)
        wall = Wall(here.desk)
        (rate,) = (await wall.view("acme")).rates
        assert rate.usual == Band(0.0, 0.05)  # one of twenty in every second hour
        # An hour that is over is not counted again: what is put there afterwards changes nothing.
        await here.db.write(lambda conn: _put(conn, _holds(start, 100)))
        here.clock.time += 60
        assert (await wall.view("acme")).rates[0].usual == rate.usual


def _put(conn: Connection, there: list[Hold]) -> None:
    for each in there:
        holds.insert(conn, each, DRAFT)


def _holds(start: float, first: int = 0) -> list[Hold]:
    """One in every second hour."""
    return [replace(hold_of(first + n), opened_at=start + 2 * n * HOUR) for n in range(15)]


async def test_a_week_that_takes_too_long_is_counted_in_several_looks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was counted before a look was stopped is not counted again."""
    asked: list[float] = []
    count = store_wall.answers

    def slow(conn: Connection, tenant: str, since: float, until: float) -> dict[int, int]:
        asked.append(since)
        if len(asked) in (3, 6):
            msg = "a query took too long and was stopped: read in pages"
            raise StoreError(msg, code="too_slow")
        return count(conn, tenant, since, until)

    monkeypatch.setattr(store_wall, "answers", slow)
    async with world(tmp_path) as here:
        wall = Wall(here.desk)
        for _ in range(2):
            with pytest.raises(StoreError):
                await wall.view("acme")
        assert (await wall.view("acme")).answers == 0
    assert sorted(set(asked)) == [asked[0] + n * 24 * HOUR for n in range(7)]
    assert len(asked) == 9


async def test_no_tenant_waits_for_the_figures_of_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading, go_on = asyncio.Event(), asyncio.Event()
    async with world(tmp_path) as here:
        read = here.db.read

        async def busy(query: Any) -> Any:
            if not reading.is_set():
                reading.set()
                await go_on.wait()
            return await read(query)

        monkeypatch.setattr(here.db, "read", busy)
        wall = Wall(here.desk)
        first = asyncio.create_task(wall.view("acme"))
        await reading.wait()
        assert (await wall.view("other")).answers == 0
        assert not first.done()
        go_on.set()
        await first


async def test_what_checks_cost_is_counted_once_for_what_is_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[float] = []
    count = store_wall.spent

    def counted(conn: Connection, tenant: str, since: float, until: float) -> store_wall.Spent:
        asked.append(since)
        return count(conn, tenant, since, until)

    monkeypatch.setattr(store_wall, "spent", counted)
    async with world(tmp_path) as here:
        now = here.clock.now()
        usage = {"judge": {"asked": 1, "ms": 2.0, "calls": 3, "tokens": 4}}
        for number, ago in enumerate((30, 1_800, 3_500, 4_000)):
            about = {"id": f"turn_{number}", "conv": "conv_1"}
            here.db.later(began(0, **about, at=now - ago))
            here.db.later(ended(0, **about, said_id="", said="", answer_id="", check_usage=usage))
        await here.db.write(lambda conn: None, behind=True)
        wall = Wall(here.desk)
        cost = (await wall.view("acme")).cost
        assert (cost.answers, cost.calls, cost.tokens, cost.ms) == (3, 9, 12, 6.0)
        first = len(asked)
        here.clock.time += 60
        assert (await wall.view("acme")).cost.answers == 3
        assert len(asked) - first <= 17 < first
