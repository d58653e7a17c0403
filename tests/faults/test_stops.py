"""The server is told to stop, its clock jumps, its disk is full (rows 20, 22, 24, 55)."""

import asyncio
import resource
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hitl_chat import failpoints
from hitl_chat.app import SystemClock, parts
from hitl_chat.app.parts import DATABASE
from hitl_chat.store import holds
from hitl_chat.store.sqlite import SqliteDatabase
from tests.upstream import Until
from tests.world import FAST, World, patient
from tests.world_client import held
from tests.world_history import check
from tests.world_models import says
from tests.world_rules import rules, stop_at
from tests.world_wire import check_error, check_stream

DRAFT = "Sure. I guarantee it."
LATE = patient(FAST, commit_after=60.0, commit_whole=60.0, check_frame=60.0, drain=0.3)


@pytest.mark.parametrize("streamed", [True, False])
async def test_told_to_stop_before_anything_was_answered(tmp_path: Path, streamed: bool) -> None:
    """20: a real status, and when to come back."""
    async with World(tmp_path, waits=LATE) as world:
        never = asyncio.Event()
        world.upstream.script("m", lambda seen: [Until(never), *says("x")(seen)])
        customer = await world.ask("m", stream=streamed)
        await world.upstream.until(lambda up: up.running == 1)
        stopping = asyncio.create_task(world.stop())
        await customer.rest()
        check_error(customer, 503, "stopping")
        assert int(customer.headers["retry-after"]) >= 1
        await stopping
        await world.upstream.until(lambda up: up.running == 0)


@pytest.mark.parametrize("streamed", [True, False])
async def test_told_to_stop_with_a_hold_open(tmp_path: Path, streamed: bool) -> None:
    """20: cut, never ended; no draft gets out; the hold is there for the next start."""
    waits = patient(FAST, drain=0.2)
    async with World(tmp_path, waits=waits) as world:
        world.upstream.script("m", says(DRAFT))
        customer = await world.ask("m", conv="c1", stream=streamed)
        ident = (await world.people.opened()).id
        await customer.beat(1)
        await world.stop()
        await customer.rest()
        assert customer.ended == "cut"
        assert b"guarantee" not in customer.body
        assert b"[DONE]" not in customer.body
    async with World(tmp_path, waits=waits) as again:
        assert (await again.people.row(ident)).alive
        again.people.come()
        await again.people.edit(ident, "Perhaps.")
        await check(again.program.db, customer)


async def test_decided_while_the_server_drains(tmp_path: Path) -> None:
    """20: there is still time to answer."""
    async with World(tmp_path, waits=patient(FAST, drain=8.0)) as world:
        world.upstream.script("m", says(DRAFT))
        customer = await world.ask("m", conv="c1")
        ident = (await customer.until(held)).hitl["hold_id"]
        stopping = asyncio.create_task(world.stop())
        await world.refuses()
        await world.people.edit(ident, "hope so.")
        check_stream(await customer.rest())
        assert customer.text == "Sure. I hope so."
        await stopping


class Jumping(SystemClock):
    """A wall clock that somebody sets."""

    offset = 0.0

    def now(self) -> float:
        return super().now() + self.offset


@pytest.mark.parametrize("jump", [3600.0, -3600.0])
async def test_the_wall_clock_jumps(tmp_path: Path, jump: float) -> None:
    """22: no hold expires for it, and none lives for ever."""
    clock = Jumping()
    async with World(tmp_path, rules(stop_at(deadline=1.0)), clock=clock) as world:
        world.upstream.script("m", says(DRAFT))
        customer = await world.ask("m")
        ident = (await customer.until(held)).hitl["hold_id"]
        clock.offset = jump
        await world.program.sweep.once()
        assert (await world.people.row(ident)).alive
        check_stream(await customer.rest())
        row = await world.people.hold(ident, lambda hold: not hold.alive)
        assert row.decision is not None
        assert row.decision.by == "system:deadline"


async def test_a_wall_clock_set_years_ahead_erases_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """22: what is erased does not come back when the clock is right again."""
    monkeypatch.setattr(parts, "HOUR", 0.01)
    clock, erased, again = Jumping(), list[int](), asyncio.Event()
    async with World(tmp_path, clock=clock, retention_days=30) as world:
        world.upstream.script("m", says("All is well."))
        await (await world.ask("m", conv="c1")).rest()
        await world.program.db.write(lambda conn: None, behind=True)
        forget = world.program.db.forget

        async def counted(cutoff: float) -> int:
            erased.append(await forget(cutoff))
            again.set()
            return erased[-1]

        monkeypatch.setattr(world.program.db, "forget", counted)
        clock.offset = 10 * 365 * 86_400.0
        for _ in range(2):
            again.clear()
            await again.wait()
    assert set(erased) == {0}


Quota = Callable[[int | None], None]


@pytest.fixture
def quota() -> Iterator[Quota]:
    """How large a file may grow: what a full disk looks like to the program."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)

    def limit(size: int | None) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (before[0] if size is None else size, before[1]))

    yield limit
    limit(None)


async def test_the_disk_is_full(tmp_path: Path, quota: Quota) -> None:
    """24: nothing is released without a record; open holds can be read; then it goes on."""
    async with World(tmp_path) as world:
        world.upstream.script("m", says(DRAFT))
        waiting = await world.ask("m", conv="c1")
        ident = (await waiting.until(held)).hitl["hold_id"]
        await world.people.whole(ident)
        quota(1)
        refused = await (await world.ask("m", "a" * 50_000)).rest()
        assert b"guarantee" not in refused.body
        assert refused.status == 503 or refused.states[-1] == "error"
        with pytest.raises(Exception, match=r"disk|store|recorded"):
            await world.people.reject(ident)
        assert (await world.people.draft(ident)).pending
        await waiting.beat(2)
        assert "guarantee" not in waiting.text
        quota(None)
        while world.program.db.trouble:
            await world.people.row(ident)
        await world.people.edit(ident, "hope so.")
        assert (await waiting.rest()).text == "Sure. I hope so."
        again = await world.ask("m")
        await again.until(held)
        await check(world.program.db, waiting)


@pytest.fixture
def armed() -> Iterator[Callable[[str], None]]:
    yield failpoints.arm
    failpoints.arm("")


@pytest.mark.parametrize("streamed", [True, False])
@pytest.mark.parametrize("text", ["guarantee", DRAFT])
async def test_the_store_dies_before_a_hold_is_recorded(
    tmp_path: Path, armed: Callable[[str], None], streamed: bool, text: str
) -> None:
    """55: what no record knows of is not released; the customer gets an error, not a draft."""
    async with World(tmp_path) as world:
        world.upstream.script("m", says(text))
        armed("before_hold_commit:raise")
        customer = await (await world.ask("m", stream=streamed)).rest()
        assert b"guarantee" not in customer.body
        if streamed and text == DRAFT:
            check_stream(customer)
            assert customer.states[-1] == "error"
        else:
            check_error(customer, 503, customer.error["code"])
        assert await world.program.db.read(lambda conn: holds.alive(conn, None)) == []
        armed("")
        again = await world.ask("m", stream=streamed)
        await world.people.approve((await world.people.opened()).id)
        assert (await again.rest()).text == text


async def test_the_record_verifies_after_an_orderly_stop(tmp_path: Path) -> None:
    """20: nothing that was answered is missing."""
    async with World(tmp_path) as world:
        world.upstream.script("m", says("It is blue."))
        for number in range(20):
            await (await world.ask("m", f"{number}", conv=f"c{number}")).rest()
    db = SqliteDatabase(tmp_path / "data" / DATABASE, SystemClock())
    await check(db)
    await db.close()


async def test_a_restart_with_holds_of_many(tmp_path: Path) -> None:
    """26: all of them are there, and every customer who returns finds their own."""
    waits = patient(FAST, drain=0.1, heartbeat=1.0)
    async with World(tmp_path, waits=waits) as world:
        world.upstream.script("m", says(DRAFT))
        for number in range(50):
            await world.ask("m", f"Number {number}", conv=f"c{number}")
        idents = {(await world.people.opened(number)).conv for number in range(1, 51)}
        key = world.key
    async with World(tmp_path, waits=waits) as again:
        again.key = key
        alive = await again.program.db.read(lambda conn: holds.alive(conn, None))
        assert {hold.conv for hold in alive} == idents
        customers = [await again.ask("m", f"Number {n}", conv=f"c{n}") for n in range(50)]
        for number, customer in enumerate(customers):
            ident = (await customer.until(held)).hitl["hold_id"]
            await again.people.decide(ident, "edit", text=f"answer {number}.", early=True)
            assert (await customer.rest()).text == f"Sure. I answer {number}."
        assert again.upstream.seen == []
        await check(again.program.db, *customers)
