"""What every bus promises, which is little; and what a listener may count on all the same."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from hitl_chat.bus.memory import MemoryBus
from hitl_chat.errors import Unavailable
from hitl_chat.ports import Bus
from tests.fakes_bus import ChaosBus, Hint


class Ear:
    """Writes down what it hears."""

    def __init__(self, bus: Bus) -> None:
        self.hints: list[Hint] = []
        self._some = asyncio.Event()
        self.stop = bus.listen(self)

    def __call__(self, topic: str, ident: str) -> None:
        self.hints.append((topic, ident))
        self._some.set()

    async def hears(self) -> list[Hint]:
        await self._some.wait()
        self._some.clear()
        return self.hints


@pytest.fixture(params=["memory"])
async def bus(request: pytest.FixtureRequest) -> AsyncIterator[Bus]:
    """Redis and PostgreSQL join here."""
    assert request.param == "memory"
    bus = MemoryBus()
    yield bus
    await bus.close()


async def test_whoever_listens_hears_a_ring(bus: Bus) -> None:
    ears = [Ear(bus), Ear(bus)]
    await bus.ring("holds", "hold_1")
    for ear in ears:
        assert await ear.hears() == [("holds", "hold_1")]


async def test_ringing_runs_nobodys_code(bus: Bus) -> None:
    ear = Ear(bus)
    await bus.ring("holds", "hold_1")
    assert ear.hints == []


async def test_whoever_stopped_hears_nothing(bus: Bus) -> None:
    gone, there = Ear(bus), Ear(bus)
    gone.stop()
    gone.stop()
    await bus.ring("holds", "hold_1")
    await there.hears()
    assert gone.hints == []


async def test_a_flood_of_the_same_hint_is_heard_a_few_times(bus: Bus) -> None:
    ear = Ear(bus)
    for _ in range(1000):
        await bus.ring("holds", "hold_1")
    await bus.ring("holds", "hold_2")
    while ("holds", "hold_2") not in await ear.hears():
        pass
    assert len(ear.hints) < 10


async def test_a_listener_that_fails_is_logged_and_harms_no_other(
    bus: Bus, caplog: pytest.LogCaptureFixture
) -> None:
    def failing(topic: str, ident: str) -> None:
        raise ZeroDivisionError

    bus.listen(failing)
    ear = Ear(bus)
    await bus.ring("holds", "hold_1")
    assert await ear.hears() == [("holds", "hold_1")]
    assert "a listener of the bus failed" in caplog.text


async def test_a_closed_bus_says_so(bus: Bus) -> None:
    ear = Ear(bus)
    await bus.close()
    with pytest.raises(Unavailable, match="closed"):
        await bus.ring("holds", "hold_1")
    assert ear.hints == []


async def test_the_chaos_bus_does_all_its_misdeeds() -> None:
    """The fake is a product too: it must be as bad as it says, and replayable."""

    async def run(seed: int) -> list[Hint]:
        chaos = ChaosBus(MemoryBus(), seed=seed)
        ear = Ear(chaos)
        for number in range(200):
            await chaos.ring("holds", f"hold_{number}")
            await asyncio.sleep(0)
        await chaos.let_go()
        await asyncio.sleep(0)
        assert chaos.forged > 0
        await chaos.close()
        return ear.hints

    heard = await run(7)
    numbers = [int(ident.split("_")[1]) for _, ident in heard if "forged" not in ident]
    assert len(set(numbers)) < 200  # dropped
    assert len(numbers) > len(set(numbers))  # doubled
    assert numbers != sorted(numbers)  # reordered
    assert any("forged" in ident for _, ident in heard)
    assert await run(7) == heard
    assert await run(8) != heard
