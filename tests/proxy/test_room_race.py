"""As many answers as there is room for, however long each of them took to begin."""

import asyncio
from pathlib import Path

from hitl_chat.errors import Unavailable
from hitl_chat.runner.incoming import Incoming
from hitl_chat.runner.turns import Joined
from hitl_chat.settings import Limits
from tests.world import World

ASKED = {"messages": [{"role": "user", "content": "May I?"}]}


async def test_who_waits_to_begin_is_refused_when_the_room_is_taken_meanwhile(
    tmp_path: Path,
) -> None:
    """And not answered with nothing, which its key would then say for ever."""
    async with World(tmp_path, limits=Limits(turns=1), served=False) as world:
        keyed = [
            Incoming("acme", world.key, "m", ASKED, f"d{n}", idempotency_key=f"k{n}")
            for n in range(2)
        ]
        # Both are let in at once: neither begins before its key is on the disk.
        joining = [asyncio.create_task(world.program.turns.join(each)) for each in keyed]
        found = await asyncio.gather(*joining, return_exceptions=True)
        (joined,) = [each for each in found if isinstance(each, Joined)]
        (refused,) = [each for each in found if isinstance(each, Unavailable)]
        assert refused.code == "overloaded"
        assert list(world.program.turns.running.values()) == [joined.turn]
