"""A blocked loop is seen (fault 23)."""

import asyncio

import pytest

from hitl_chat.telemetry.lag import EVERY, watch
from tests.server.clock import Clock


async def test_every_delay_of_the_loop_is_observed() -> None:
    clock, seen = Clock(), list[float]()
    delays = iter([0.0, 5.0, 0.0])

    async def sleep(seconds: float) -> None:
        late = next(delays, None)
        if late is None:
            raise asyncio.CancelledError
        clock.time += seconds + late

    with pytest.raises(asyncio.CancelledError):
        await watch(seen.append, clock, sleep)
    assert seen == pytest.approx([0.0, 5.0, 0.0])
    assert EVERY < 1
