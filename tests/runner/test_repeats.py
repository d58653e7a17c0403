"""What is kept for retries has an end: a key with each request does not fill the memory."""

import asyncio
import gc
from pathlib import Path
from typing import Any

import pytest

from hitl_chat.runner import repeats
from hitl_chat.runner.incoming import Incoming
from tests.world import World
from tests.world_client import held
from tests.world_models import says
from tests.world_wire import check_stream

DRAFT = "Sure. I guarantee it."
KEY = {"idempotency-key": "order-17"}


async def test_what_was_dropped_is_answered_from_the_record(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(repeats, "MOST", 0)
    async with World(tmp_path) as world:
        world.upstream.script("m", says("All is well."))
        first = await (await world.ask("m", headers=KEY)).rest()
        await world.program.db.write(lambda conn: None, behind=True)
        again = await (await world.ask("m", headers=KEY)).rest()
        check_stream(again)
        assert first.text == again.text == "All is well."
        assert len(world.upstream.seen) == 1


async def test_a_decision_that_nobody_fetched_is_found_although_its_turn_was_dropped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(repeats, "MOST", 0)
    async with World(tmp_path) as world:
        world.upstream.script("m", says(DRAFT))
        customer = await world.ask("m", conv="c1")
        ident = (await customer.until(held)).hitl["hold_id"]
        await customer.gone()
        await world.people.edit(ident, "Perhaps.")
        await world.people.hold(ident, lambda hold: hold.delivery == "undelivered")
        world.program.turns._adopting_until = 0.0  # long after the start
        again = await (await world.ask("m", conv="c1")).rest()
        assert again.text == "Sure. I Perhaps."
        assert len(world.upstream.seen) == 1


async def test_what_fits_stays_and_the_oldest_goes_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(repeats, "MOST", 2 * repeats.BARE + 1000)
    async with World(tmp_path) as world:
        world.upstream.script("m", says("All is well."))
        for number in range(5):
            await (await world.ask("m", headers={"idempotency-key": f"k{number}"})).rest()
        kept = world.program.turns._repeats._over
        assert len(kept) == 2
        last = max(kept.values(), key=lambda each: each.turn.id).turn
        assert last.facts.idempotency_key == "k4"
        for ident in list(kept):
            world.program.turns._repeats._lapse(ident)
            world.program.turns._repeats._lapse(ident)
        assert world.program.turns._repeats._weight == 0


async def test_nothing_waits_to_forget_what_was_dropped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else the memory would grow with how many come in that time, whatever their weight."""
    monkeypatch.setattr(repeats, "MOST", repeats.BARE + 1000)

    def waiting() -> int:
        loop: Any = asyncio.get_running_loop()
        soon = loop.time() + world.program.settings.waits.attach_window / 2
        return sum(not each.cancelled() and each.when() > soon for each in loop._scheduled)

    async with World(tmp_path) as world:
        world.upstream.script("m", says("All is well."))
        before = waiting()
        for number in range(5):
            await (await world.ask("m", headers={"idempotency-key": f"k{number}"})).rest()
        assert waiting() == before + len(world.program.turns._repeats._over) == before + 1


async def test_all_of_a_request_counts_and_not_its_messages_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(repeats, "MOST", 2 * repeats.BARE)
    tool = {"name": "look", "description": "x" * 2 * repeats.BARE, "parameters": {}}
    async with World(tmp_path) as world:
        world.upstream.script("m", says("All is well."))
        tools = [{"type": "function", "function": tool}]
        await (await world.ask("m", headers=KEY, tools=tools)).rest()
        assert not world.program.turns._repeats._over


async def test_of_the_request_only_what_is_needed_is_kept(tmp_path: Path) -> None:
    def is_here(each: object) -> bool:
        return type(each) is Incoming and each.idempotency_key == "order-18"

    async with World(tmp_path) as world:
        world.upstream.script("m", says("All is well."))
        await (await world.ask("m", headers={"idempotency-key": "order-18"})).rest()
        assert world.program.turns._repeats._over
        for _ in range(100):  # until the last of the tasks that answered it is gone
            await asyncio.sleep(0)
        gc.collect()
        assert not any(map(is_here, gc.get_objects()))
