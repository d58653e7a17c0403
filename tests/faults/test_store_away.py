"""The store cannot be written: nothing leaks, nothing is kept that nobody will ever end."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, func, select

from hitl_chat import failpoints
from hitl_chat.settings import Limits
from hitl_chat.store import events, schema
from tests.world import World, patient
from tests.world_client import PATIENCE, held
from tests.world_models import says

LONG = "I guarantee it. " * 2000


@pytest.fixture(autouse=True)
def disarmed() -> Iterator[None]:
    yield
    failpoints.arm("")


async def in_trouble(world: World) -> None:
    """A record could not be written; from now on new turns are refused."""
    failpoints.arm("before_commit:raise")
    while not world.program.db.trouble:
        await (await world.ask("m", stream=False)).rest()


async def test_refused_requests_leave_nothing_behind(tmp_path: Path) -> None:
    """Ten thousand of them would otherwise fill the server for ever."""
    async with World(tmp_path) as world:
        world.upstream.script("m", says("Hello."))
        await in_trouble(world)
        for number in range(5):
            answer = await (await world.ask("m", conv=f"c{number}", stream=False)).rest()
            assert answer.status == 503
        failpoints.arm("")
        assert not world.program.turns.running
        assert not world.program.desk.voices.running


async def test_a_hold_that_cannot_be_kept_is_an_error_whatever_went_wrong(tmp_path: Path) -> None:
    async with World(tmp_path) as world:
        world.upstream.script("m", says("I guarantee it."))
        failpoints.arm("before_hold_commit:raise")
        answer = await (await world.ask("m", stream=False)).rest()
        assert answer.status == 503
        assert b"guarantee" not in answer.body
        assert not world.program.turns.running


async def test_sealing_goes_on_when_the_disk_does(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """It was full for a moment: that is said, and no reason to stop for good."""
    failpoints.arm("in_checkpoint:raise")
    async with World(tmp_path, waits=patient(checkpoint=0.02)) as world:
        world.upstream.script("m", says("Hello."))
        await (await world.ask("m", conv="c1", stream=False)).rest()
        async with asyncio.timeout(PATIENCE):
            while "could not be sealed" not in caplog.text:
                await world.program.db.read(events.position)
            failpoints.arm("")
            while not await world.program.db.read(seals):
                await world.program.db.read(events.position)


def seals(conn: Connection) -> int:
    return int(conn.execute(select(func.count()).select_from(schema.checkpoint)).scalar() or 0)


async def test_erasing_goes_on_when_the_disk_does(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    failpoints.arm("in_retention:raise")
    async with World(tmp_path, retention_days=1) as world:
        async with asyncio.timeout(PATIENCE):
            while "nothing could be erased" not in caplog.text:
                await world.program.db.read(events.position)
        assert "tried again" in caplog.text


async def test_a_decided_answer_arrives_though_its_record_has_no_room(tmp_path: Path) -> None:
    async with World(tmp_path, limits=Limits(queued_record_bytes=20_000)) as world:
        world.upstream.script("m", says(LONG))
        customer = await world.ask("m")
        ident = (await customer.until(held)).hitl["hold_id"]
        await world.people.approve(ident)
        assert (await customer.rest()).text == LONG
        assert not world.program.turns.running
