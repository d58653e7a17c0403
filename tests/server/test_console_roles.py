"""Who may do what over the console's WebSocket (row 86)."""

from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed

from hitl_chat.core.roles import MAY, may
from hitl_chat.runner.personnel import Personnel
from hitl_chat.server.messages import NOT_ALLOWED, RESTART
from hitl_chat.store import events
from tests.world import World
from tests.world_console import console

COMMANDS: dict[str, tuple[str, dict[str, object]]] = {
    "decide": ("next", {}),
    "force": ("claim", {"hold": "x", "force": True}),
    "stop": ("stop", {"mode": "off"}),
}


@pytest.mark.parametrize("role", [role for role in MAY if may(role, "read")])
async def test_each_role_may_do_its_own_and_nothing_else(tmp_path: Path, role: str) -> None:
    async with World(tmp_path) as world, console(world, "Ana", role) as ana:
        for act, (do, about) in COMMANDS.items():
            answer = await ana.command(act, do, **about)
            code = answer["error"] and answer["error"]["code"]
            assert (code == "forbidden") is not may(role, act), (act, answer)
        assert world.program.people.anyone("acme") is may(role, "decide")
        await world.program.tasks.settled()
        page = await world.program.db.read(lambda conn: events.read(conn, "", events.SYSTEM))
        denied = [each.body["path"] for each in page if each.type == "denied"]
        wrong = [COMMANDS[act][0] for act in COMMANDS if not may(role, act)]
        assert denied == [f"the command {do}" for do in wrong]


async def test_who_does_not_read_has_no_console(tmp_path: Path) -> None:
    async with World(tmp_path) as world:
        with pytest.raises(ConnectionClosed) as refused:
            async with console(world, "Amy", "admin"):
                pass
        assert refused.value.rcvd is not None
        assert refused.value.rcvd.code == NOT_ALLOWED


async def test_a_role_that_changes_ends_the_connection_which_may_begin_anew(
    tmp_path: Path,
) -> None:
    async with World(tmp_path) as world, console(world, "Ana", "supervisor") as ana:
        assert (await ana.command("1", "stop", mode="off"))["ok"]
        personnel = Personnel(world.program.desk)
        await personnel.change("acme", "person_ana", None, "agent", "root")
        world.program.sessions.forget("person_ana")
        assert await ana.closed() == RESTART
