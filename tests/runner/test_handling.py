"""How long a decision usually takes is measured: for each tenant, off the record."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from sqlalchemy import update

from hitl_chat.core.command import Person
from hitl_chat.core.policy import Terms
from hitl_chat.runner import commands as do
from hitl_chat.runner.handling import FEW, RECENT
from hitl_chat.runner.orders import Agent
from hitl_chat.runner.queue import TYPICAL
from hitl_chat.runner.wall import Wall
from hitl_chat.store.schema import event
from tests.runner.desk_world import ANA, BEN, FakeTurn, World, world

SLOW = Terms(deadline=500.0, fallback="Sorry.")


async def decides(
    here: World,
    times: Sequence[float],
    first: int = 0,
    *,
    by: Agent = ANA,
    claims: bool = True,
    undo: float = 0,
    looks: bool = True,
) -> None:
    """Somebody decides so many holds, each so many seconds after they had it."""
    for number, seconds in enumerate(times, first):
        turn = await here.held(FakeTurn(f"turn_{number}", f"conv_{number}"), terms=SLOW)
        assert turn.hold is not None
        here.clock.time += 7  # nobody has it yet
        begins = do.Claim(turn.hold.id) if claims else do.Look(turn.hold.id)
        await here.perform(by, begins)
        here.clock.time += seconds
        await here.decide(by, turn, "reject", undo=undo)
        await here.after(undo)
        if looks:
            await here.desk.feed.look()


async def test_it_is_the_median_once_there_are_some(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        told: list[str] = []
        handling = here.desk.handling
        handling.changed.append(told.append)
        await decides(here, [9.0] * (FEW - 1))
        assert (handling.usual("acme"), told) == (TYPICAL, [])
        await decides(here, [25.0], FEW)
        assert (handling.usual("acme"), told) == (9.0, ["acme"])
        assert handling.usual("other") == TYPICAL
        await decides(here, [9.0], FEW + 1)
        assert told == ["acme"]  # it is what it was


async def test_only_the_last_ones_count(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        number = RECENT * 3 // 5
        await decides(here, [50.0] * number)
        assert here.desk.handling.usual("acme") == 50.0
        await decides(here, [5.0] * number, number)
        assert here.desk.handling.usual("acme") == 5.0


async def test_the_time_to_undo_is_none_of_it(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        await decides(here, [8.0] * FEW, undo=5)
        assert here.desk.handling.usual("acme") == 8.0


async def test_whoever_decides_without_a_claim_began_when_they_looked(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        await decides(here, [6.0] * FEW, claims=False)
        assert here.desk.handling.usual("acme") == 6.0


async def test_what_the_system_decides_says_nothing_about_people(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        for number in range(FEW):
            turn = await here.held(FakeTurn(f"turn_{number}", f"conv_{number}"))
            assert turn.hold is not None
            await here.perform(ANA, do.Look(turn.hold.id))
        await here.after(200)
        await here.desk.feed.look()
        assert here.desk.handling.usual("acme") == TYPICAL


async def test_a_restart_forgets_nothing(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        await decides(here, [11.0] * FEW)
        clock = here.clock
    async with world(tmp_path, clock) as again:
        assert again.desk.handling.usual("acme") == 11.0
        told: list[str] = []
        again.desk.handling.changed.append(told.append)
        await again.held(FakeTurn("turn_new", "conv_new"))
        await again.desk.feed.look()
        assert (again.desk.handling.usual("acme"), told) == (11.0, [])


async def test_what_a_script_decides_says_nothing_about_people(tmp_path: Path) -> None:
    script = Agent(Person("key:bot", "Bot"), "acme")
    async with world(tmp_path) as here:
        await decides(here, [9.0] * FEW, by=script)
        assert here.desk.handling.usual("acme") == TYPICAL


@pytest.mark.parametrize("body", ["{}", "[]", '{"hold":"h","by":[]}'])
async def test_one_damaged_event_hides_no_other(tmp_path: Path, body: str) -> None:
    """Neither while they happen, nor when they are read again."""
    spoil = update(event).where(event.c.type == "hold.claimed", event.c.id < 4).values(body=body)
    async with world(tmp_path) as here:
        await here.desk.feed.close()
        await decides(here, [9.0] * (FEW + 1), looks=False)
        assert (await here.db.write(lambda conn: conn.execute(spoil).rowcount)) == 1
        await here.desk.feed.look()
        assert here.desk.handling.usual("acme") == 9.0
        clock = here.clock
    async with world(tmp_path, clock) as again:
        assert again.desk.handling.usual("acme") == 9.0


async def test_queue_and_wall_count_with_it(tmp_path: Path) -> None:
    """A hold that has time enough for quick people has hardly any for those who take longer."""
    async with world(tmp_path, online=(ANA, BEN)) as here:
        await decides(here, [60.0] * FEW)
        terms = Terms(deadline=100.0, impact="low", fallback="Sorry.")
        await here.held(FakeTurn("turn_a", "conv_a"), terms=Terms(impact="high", deadline=500.0))
        await here.held(FakeTurn("turn_b", "conv_b"), terms=terms)
        here.clock.time += 30
        assert (await here.work(BEN, do.Next())).conversation == "conv_b"
        assert (await Wall(here.desk).view("acme")).depth.hurried == 1
