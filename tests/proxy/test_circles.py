"""What an answer leaves behind goes by itself: a collector that must look for it stops everybody.

Objects that know each other in a circle are found only by the collector; once that was the
whole turn of each answer.
"""

import asyncio
import gc
from collections.abc import Iterator

import aiohttp
import pytest

from hitl_chat.runner.turn import Turn
from hitl_chat.server.cycle import Cycle
from tests.world import World
from tests.world_client import PATH, PATIENCE
from tests.world_models import says


@pytest.fixture
def uncollected() -> Iterator[None]:
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def left(kind: type) -> int:
    return sum(type(each) is kind for each in gc.get_objects())


@pytest.mark.usefixtures("uncollected")
@pytest.mark.parametrize("streamed", [True, False])
async def test_nothing_of_an_answer_stays(world: World, streamed: bool) -> None:
    turns, cycles = left(Turn), left(Cycle)
    world.upstream.script("m", says("It is blue."))
    body = {"model": "m", "stream": streamed, "messages": [{"role": "user", "content": "Why?"}]}
    url = f"http://127.0.0.1:{world.port}{PATH}"
    keyed = {"authorization": f"Bearer {world.key}"}
    async with aiohttp.ClientSession(headers=keyed) as customer:
        for _ in range(3):
            async with customer.post(url, json=body) as answer:
                assert "blue" in await answer.text()
        async with asyncio.timeout(PATIENCE):  # an open connection knows its last request
            while left(Turn) > turns or left(Cycle) > cycles + 1:  # noqa: ASYNC110 - nobody tells
                await asyncio.sleep(0)
