"""The stop switch thrown while answers are being written, opened as holds, or cannot be read."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from hitl_chat.core.events import CheckFailed
from hitl_chat.core.types import STOPPED
from hitl_chat.runner import commands as do
from hitl_chat.store import schema, stops
from tests.runner.desk_world import SUE, FakeTurn, world
from tests.upstream import Until
from tests.world import World as Customers
from tests.world_client import Socket
from tests.world_models import says
from tests.world_wire import check_stream, check_whole


@pytest.mark.parametrize("mode", ["hold", "block"])
async def test_an_answer_that_is_being_written_goes_no_further(
    tmp_path: Path, mode: do.StopMode
) -> None:
    async with world(tmp_path) as here:
        writing, elsewhere = FakeTurn(), FakeTurn("turn_2", "conv_2", "other")
        for turn in (writing, elsewhere):
            here.desk.begin(turn)
        await here.perform(SUE, do.Stop(mode))
        await here.perform(SUE, do.Stop(mode))
        await here.desk.switch.changed("acme")
        assert writing.heard == [CheckFailed(STOPPED, "the stop switch was thrown")]
        assert elsewhere.heard == []


@pytest.mark.parametrize("mode", ["pass", "off"])
async def test_nothing_is_held_back_that_may_pass(tmp_path: Path, mode: do.StopMode) -> None:
    async with world(tmp_path) as here:
        turn = FakeTurn()
        here.desk.begin(turn)
        await here.perform(SUE, do.Stop(mode))
        assert turn.heard == []


async def test_what_is_held_after_everything_was_blocked_is_blocked(tmp_path: Path) -> None:
    """Its turn began before, under rules that knew of no stop."""
    async with world(tmp_path) as here:
        now = here.clock.now()
        await here.perform(SUE, do.Stop("block"))
        turn = await here.held()
        assert turn.decision.by == "system:stop_switch"
        assert not (await here.hold(turn)).alive
        await here.perform(SUE, do.Stop("off"))
        await here.db.write(lambda conn: stops.set_mode(conn, stops.EVERYONE, "block", "cli", now))
        other = await here.held(FakeTurn("turn_2", "conv_2"))
        assert other.decision.by == "system:stop_switch"


async def test_a_hold_that_cannot_be_read_does_not_let_the_others_go(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        bad, good = await here.held(), await here.held(FakeTurn("turn_2", "conv_2"))
        assert bad.hold is not None
        spoil = update(schema.text).where(schema.text.c.ref == f"{bad.hold.id}/draft")
        await here.db.write(lambda conn: conn.execute(spoil.values(bytes=b'{"0/cont')).rowcount)
        await here.perform(SUE, do.Stop("block"))
        assert good.decision.by == "system:stop_switch"
        assert bad.heard == []


async def writing(world: Customers, go_on: asyncio.Event, *, streamed: bool = True) -> Socket:
    """A customer who has read the beginning of an answer that no rule objects to."""
    world.upstream.script("m", says("It is ", Until(go_on), "blue."))
    customer = await world.ask("m", conv="c1", stream=streamed)
    await world.upstream.until(lambda up: up.running == 1)
    if streamed:
        await customer.until(lambda frame: bool(frame.text))
    return customer


async def test_a_stream_is_held_from_there_on(tmp_path: Path) -> None:
    go_on = asyncio.Event()
    async with Customers(tmp_path) as world:
        world.people.come()
        customer = await writing(world, go_on)
        await world.people.perform(do.Stop("hold"), SUE)
        hold = await world.people.opened()
        go_on.set()
        await world.people.hold(hold.id, lambda hold: hold.draft_state == "whole")
        assert customer.text == "It is "
        await world.people.approve(hold.id)
        check_stream(await customer.rest())
        assert customer.text == "It is blue."


@pytest.mark.parametrize("streamed", [True, False])
async def test_an_answer_is_blocked_from_there_on(tmp_path: Path, streamed: bool) -> None:
    go_on = asyncio.Event()
    async with Customers(tmp_path) as world:
        customer = await writing(world, go_on, streamed=streamed)
        await world.people.perform(do.Stop("block"), SUE)
        await customer.rest()
        assert "blue" not in customer.text
        assert customer.text.removeprefix("It is ").strip()  # what its rules say instead
        (check_stream if streamed else check_whole)(customer)
        await world.upstream.until(lambda up: up.running == 0)


async def test_an_answer_that_begins_at_that_moment_is_under_the_switch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Thrown while its key is written down: nobody would stop it later."""
    async with Customers(tmp_path) as world:
        world.upstream.script("m", says("It is blue."))
        claim = world.program.memory.claim

        async def slow(*about: Any) -> Any:
            await world.people.perform(do.Stop("block"), SUE)
            return await claim(*about)

        monkeypatch.setattr(world.program.memory, "claim", slow)
        customer = await (await world.ask("m", headers={"idempotency-key": "k"})).rest()
        assert "blue" not in customer.text
        assert world.upstream.seen == []
