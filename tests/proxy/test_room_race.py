"""As many answers as there is room for, however long each of them took to begin."""

import asyncio
import threading
from pathlib import Path

from hitl_chat.settings import Limits
from tests.world import World
from tests.world_models import says
from tests.world_wire import check_error


async def test_who_waits_to_begin_is_refused_when_the_room_is_taken_meanwhile(
    tmp_path: Path,
) -> None:
    """And not answered with nothing, which its key would then say for ever."""
    async with World(tmp_path, limits=Limits(turns=1)) as world:
        world.upstream.script("m", says("Sure. I guarantee it."))
        busy, free = threading.Event(), threading.Event()

        def work(conn: object) -> None:
            busy.set()
            free.wait(10)

        working = asyncio.create_task(world.program.db.write(work))
        await asyncio.to_thread(busy.wait, 10)
        asked = [await world.ask("m", headers={"idempotency-key": f"k{n}"}) for n in range(2)]
        while len(world.program.turns._beginning) < 2:  # noqa: ASYNC110
            await asyncio.sleep(0)
        free.set()
        await working
        answers = [asyncio.create_task(each.rest()) for each in asked]
        done, _ = await asyncio.wait(answers, return_when=asyncio.FIRST_COMPLETED)
        check_error(done.pop().result(), 503, "overloaded")
