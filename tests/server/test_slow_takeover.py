"""A takeover that waits for a slow reader keeps its console from nothing else. What one console
commands is done in order all the same, and a takeover that nobody can confirm is asked for again.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from hitl_chat.runner import commands as do
from hitl_chat.server.messages import RESTART
from hitl_chat.store import conversations
from tests.runner.desk_world import ANA, BEN, FakeTurn
from tests.server.console_world import Consoles, consoles

PATIENCE = 10.0


@asynccontextmanager
async def slow(server: Consoles) -> AsyncIterator[asyncio.Event]:
    """A conversation whose customer has not read the model's last words until this is set."""
    turn, read = FakeTurn(), asyncio.Event()
    turn.flushed = read.wait  # type: ignore[method-assign, assignment]
    await server.here.db.write(lambda conn: conversations.ensure(conn, "acme", "conv_1", 0))
    server.here.desk.begin(turn)
    try:
        yield read
    finally:
        read.set()


async def test_the_consoles_other_commands_do_not_wait_behind_it(tmp_path: Path) -> None:
    async with (
        consoles(tmp_path, (ANA, BEN)) as server,
        server.tab() as ana,
        slow(server) as read,
    ):
        taking = {"do": "take_over", "conversation": "conv_1"}
        await ana.send({"type": "cmd", "id": "taking", "cmd": taking})
        assert (await ana.command("next", "next"))["ok"]
        assert (await ana.command("away", "away", on=True))["ok"]
        assert "taking" not in [frame.get("id") for frame in ana.frames]
        read.set()
        confirmed = await ana.until("result", id="taking")
        assert confirmed["body"]["owner"] == {"id": "ana", "name": "Ana"}


async def test_repeated_after_a_hand_back_it_waits_for_nothing(tmp_path: Path) -> None:
    """Nobody reads what the model says by now for the sake of a takeover that is over."""
    async with consoles(tmp_path, (ANA, BEN)) as server:
        taking, agents = do.TakeOver("conv_1"), server.here.agents
        async with slow(server) as read:
            read.set()
            first = await server.here.perform(ANA, taking, "taking")
            await server.here.perform(ANA, do.HandBack("conv_1", 1, ""))
            read.clear()
            async with asyncio.timeout(PATIENCE):
                assert await agents.perform(ANA, taking, "taking") == first


async def test_what_is_said_right_after_it_comes_after_it(tmp_path: Path) -> None:
    async with consoles(tmp_path, (ANA, BEN)) as server, server.tab() as ana, slow(server):
        taking = {"do": "take_over", "conversation": "conv_1"}
        saying = {"conversation": "conv_1", "epoch": 1, "text": "Hello, Ana here."}
        await ana.send({"type": "cmd", "id": "taking", "cmd": taking})
        assert (await ana.command("saying", "say", **saying))["ok"]


async def test_one_that_cannot_be_confirmed_is_asked_for_again(tmp_path: Path) -> None:
    """The console comes again, and its command gets the answer of the takeover that stands."""

    async def breaks() -> None:
        msg = "a bug that nobody foresaw"
        raise ZeroDivisionError(msg)

    async with consoles(tmp_path, (ANA, BEN)) as server, slow(server):
        (turn,) = server.here.desk.voices.here("acme", "conv_1")
        taking = {"do": "take_over", "conversation": "conv_1"}
        async with server.tab() as ana:
            turn.flushed = breaks  # type: ignore[method-assign]
            await ana.send({"type": "cmd", "id": "taking", "cmd": taking})
            assert await ana.closed() == RESTART
        server.here.desk.end(turn)
        async with server.tab() as ana:
            confirmed = await ana.command("taking", "take_over", conversation="conv_1")
            assert confirmed["body"]["owner"] == {"id": "ana", "name": "Ana"}


@pytest.mark.parametrize("leaves", [True, False])
async def test_it_stands_whether_or_not_its_console_waits_for_it(
    tmp_path: Path, leaves: bool
) -> None:
    async with (
        consoles(tmp_path, (ANA, BEN)) as server,
        server.tab("ben") as ben,
        slow(server) as read,
    ):
        async with server.tab() as ana:
            taking = {"do": "take_over", "conversation": "conv_1"}
            await ana.send({"type": "cmd", "id": "taking", "cmd": taking})
            await ben.until("news", event="conversation.taken_over")
            if not leaves:
                read.set()
                await ana.until("result", id="taking")
        refused = await ben.command("mine", "take_over", conversation="conv_1")
        assert refused["error"]["code"] == "taken_over"
