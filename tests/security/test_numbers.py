"""Numbers and names of the agents' socket that are wrong, stale or used before."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.runner.desk_world import ANA, BEN, FakeTurn
from tests.server.console_world import consoles

NO_COUNTS = (-1, 2**53, 2**63, -(2**63), 10**400, 0.5, 1e300, "1", True, [1])
FIELDS: dict[str, Callable[[object], dict[str, object]]] = {
    "follow": lambda n: {"type": "follow", "stream": "queue", "seq": n},
    "ack": lambda n: {"type": "ack", "stream": "queue", "seq": n},
    "hello": lambda n: {"type": "hello", "ver": n, "ticket": "ana-9", "streams": {}},
    "version": lambda n: cmd(do="decide", hold="h", action="reject", version=n),
    "fence": lambda n: cmd(do="renew", hold="h", fence=n),
    "epoch": lambda n: cmd(do="say", conversation="c", epoch=n, text="x"),
}


def cmd(**command: object) -> dict[str, object]:
    return {"type": "cmd", "id": "c", "cmd": command}


@pytest.mark.parametrize("field", FIELDS)
async def test_what_is_no_count_ends_the_connection(tmp_path: Path, field: str) -> None:
    async with consoles(tmp_path, (ANA,)) as server:
        for number in NO_COUNTS:
            async with server.tab() as ana:
                await ana.send(FIELDS[field](number))
                assert await ana.closed() == 1008, number


async def test_under_a_wrong_epoch_nothing_is_said(tmp_path: Path) -> None:
    async with consoles(tmp_path, (ANA,)) as server, server.tab() as ana:
        await server.here.held(FakeTurn("turn_2", "conv_2"))
        await ana.send({"type": "follow", "stream": "conv:conv_2"})
        about = {"conversation": "conv_2"}
        epoch = (await ana.command("c0", "take_over", **about))["body"]["epoch"]
        for wrong in {0, epoch - 1, epoch + 1, 2**53 - 1}:
            for do, more in (("say", {"text": "x"}), ("hand_back", {}), ("typing", {"on": True})):
                said = await ana.command(f"{do}-{wrong}", do, **about, epoch=wrong, **more)
                assert said["error"]["code"] == "stale_epoch", (do, wrong)
        right = await ana.command("c9", "say", **about, epoch=epoch, text="Hello.")
        assert right["ok"]
        while "Hello." not in (texts := [each["text"] for each in said_in(ana.talks)]):
            await ana.next()
        assert "x" not in texts


def said_in(talks: dict[str, dict[str, dict[str, str]]]) -> list[dict[str, str]]:
    return [message for talk in talks.values() for message in talk.values()]


async def test_an_id_stands_for_one_command_of_one_person(tmp_path: Path) -> None:
    async with (
        consoles(tmp_path, (ANA, BEN)) as server,
        server.tab("ana") as ana,
        server.tab("ben") as ben,
    ):
        turn = await server.here.held()
        assert turn.hold is not None
        first = await ana.command("c1", "claim", hold=turn.hold.id)
        assert first["ok"]
        assert await ana.command("c1", "claim", hold=turn.hold.id) == first
        other = await ana.command("c1", "release", hold=turn.hold.id, fence=1)
        assert other["error"]["code"] == "idempotency_mismatch"
        theirs = await ben.command("c1", "claim", hold=turn.hold.id)
        assert theirs["error"]["code"] == "claimed"
        assert (await server.here.hold(turn)).claimed_by == "ana"
