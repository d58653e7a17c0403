"""Holds that come to people: what is remembered of who had which ring."""

import asyncio
from pathlib import Path

from hitl_chat.runner.moves import Moved
from hitl_chat.runner.pushing import Pushing
from hitl_chat.runner.staff import Desking
from tests.runner.desk_world import SUE, FakeTurn, world
from tests.runner.test_backlog import Stuck


async def test_nothing_is_remembered_of_a_hold_that_is_decided_while_others_are_given(
    tmp_path: Path,
) -> None:
    bus, decided = Stuck(), asyncio.Event()

    def moved(moved: Moved) -> None:
        if moved.decided:
            decided.set()

    async with world(tmp_path, bus=bus) as here:
        one, other = [await here.held(FakeTurn(f"turn_{n}", f"conv_{n}")) for n in (1, 2)]
        here.desk.staff.desking = Desking("push")
        pushing = Pushing(here.desk)
        here.desk.transactions.on_move.append(moved)
        bus.free.clear()
        bus.asked.clear()
        here.people.set_away("ana", away=True)
        here.people.set_away("ana", away=False)
        await bus.asked.wait()  # the first is given, and the other one's turn is next
        deciding = asyncio.create_task(here.decide(SUE, other, "reject"))
        await decided.wait()
        bus.free.set()
        await deciding
        await here.desk.tasks.settled()
        assert one.hold is not None
        assert pushing._asked == {"acme": {one.hold.id: {"ana"}}}
