"""Consoles hear what a decision usually takes: their queues are in the server's order."""

from pathlib import Path

from hitl_chat.runner import commands as do
from hitl_chat.runner.handling import FEW
from tests.runner.desk_world import ANA, BEN, EVE, FakeTurn
from tests.server.console_world import consoles


async def test_it_is_said_at_first_and_whenever_it_changes(tmp_path: Path) -> None:
    async with (
        consoles(tmp_path, (ANA, BEN, EVE)) as server,
        server.tab("ben") as ben,
        server.tab("eve") as eve,
    ):
        assert (await ben.until("usual"))["seconds"] == 20
        for number in range(FEW):
            turn = await server.here.held(FakeTurn(f"turn_{number}", f"conv_{number}"))
            assert turn.hold is not None
            await server.here.perform(ANA, do.Claim(turn.hold.id))
            server.here.clock.time += 12
            await server.here.decide(ANA, turn, "reject")
        assert (await ben.until("usual"))["seconds"] == 12
        async with server.tab("ana") as ana:
            assert (await ana.until("usual"))["seconds"] == 12
        await eve.send({"type": "follow", "stream": "queue"})
        said = [await eve.until("usual") for _ in range(2)]
        assert [frame["seconds"] for frame in said] == [20, 20]  # in her company
