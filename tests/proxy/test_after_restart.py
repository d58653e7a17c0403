"""Two customers and a restart in between: neither is ever given what belongs to the other."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.world import FAST, World, history, patient
from tests.world_client import held
from tests.world_models import says

DRAFT = "Sure. I guarantee it."


@asynccontextmanager
async def started(folder: Path, key: str = "") -> AsyncIterator[World]:
    """A program on this record; the customers' server keeps its key."""
    async with World(folder, waits=patient(FAST, drain=0.05)) as world:
        world.key = key or world.key
        yield world


async def test_the_same_beginning_before_and_after_the_restart_is_no_proof(tmp_path: Path) -> None:
    """Memory knows only the later of two conversations that began with the same words."""
    async with started(tmp_path) as world:
        world.upstream.script("m", says("Hello!"))
        first = await (await world.ask("m", "Hi")).rest()
    async with started(tmp_path, world.key) as world:
        world.upstream.script("m", says("Hello!"))
        second = await (await world.ask("m", "Hi")).rest()
        told = history("Hi", "Hello!", "Where is my parcel?")
        third = await (await world.ask("m", messages=told)).rest()
        assert third.conversation not in (first.conversation, second.conversation)


async def test_a_history_from_before_the_restart_is_known(tmp_path: Path) -> None:
    async with started(tmp_path) as world:
        world.upstream.script("m", says("Hello!"))
        first = await (await world.ask("m", "Hi")).rest()
    async with started(tmp_path, world.key) as world:
        world.upstream.script("m", says("It is on its way."))
        told = history("Hi", "Hello!", "Where is my parcel?")
        again = await (await world.ask("m", messages=told)).rest()
        assert again.conversation == first.conversation


async def test_of_two_retries_at_once_one_follows_the_hold(tmp_path: Path) -> None:
    """The other waits for its conversation, and is then answered by itself."""
    async with started(tmp_path) as world:
        world.upstream.script("m", says(DRAFT))
        customer = await world.ask("m", conv="c1")
        ident = (await customer.until(held)).hitl["hold_id"]
        await world.people.whole(ident)
    async with started(tmp_path, world.key) as world:
        world.upstream.script("m", says("It depends."))
        retries = await asyncio.gather(*(world.ask("m", conv="c1") for _ in range(2)))
        followed = [asyncio.ensure_future(retry.until(held)) for retry in retries]
        await asyncio.wait(followed, return_when=asyncio.FIRST_COMPLETED)
        await world.people.approve(ident)
        for retry in followed:
            retry.cancel()
        await asyncio.gather(*followed, return_exceptions=True)
        answers = [(await retry.rest()).text for retry in retries]
        assert sorted(answers) == ["It depends.", DRAFT]
        assert not world.program.turns.running
