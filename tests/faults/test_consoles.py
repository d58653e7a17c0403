"""Consoles of the running program (rows 20, 69 to 74): the desk over its own WebSocket.

Every fault of a console is in tests/server, those of its page in tests/browser.
"""

from pathlib import Path

from tests.world import FAST, World, patient
from tests.world_client import held
from tests.world_console import console
from tests.world_history import check
from tests.world_models import says
from tests.world_rules import SORRY_AFTER
from tests.world_wire import check_stream

DRAFT = "Sure. I guarantee it."


async def test_a_hold_is_decided_from_a_console(tmp_path: Path) -> None:
    """70: from the customer's question to the decision, and the same command sent again."""
    async with World(tmp_path) as world, console(world) as ana:
        world.upstream.script("m", says(DRAFT))
        customer = await world.ask("m")
        ident = (await customer.until(held)).hitl["hold_id"]
        while ana.waiting.get(ident, {}).get("draft_state") != "whole":
            await ana.next()
        about = {"hold": ident, "action": "reject", "version": ana.waiting[ident]["version"]}
        first = await ana.command("c1", "decide", **about)
        again = await ana.command("c1", "decide", **about)
        assert first["ok"] == again["ok"]
        check_stream(await customer.rest())
        assert customer.text == f"Sure. I {SORRY_AFTER}"
        await check(world.program.db, customer)


async def test_two_consoles_decide_at_once(tmp_path: Path) -> None:
    """72: one is told that it is done, the other who was first; both see the same in the end."""
    async with World(tmp_path) as world, console(world) as ana, console(world, "Ben") as ben:
        world.upstream.script("m", says(DRAFT))
        customer = await world.ask("m")
        ident = (await customer.until(held)).hitl["hold_id"]
        for tab in (ana, ben):
            while tab.waiting.get(ident, {}).get("draft_state") != "whole":
                await tab.next()
            about = {"hold": ident, "action": "reject", "version": tab.waiting[ident]["version"]}
            await tab.send({"type": "cmd", "id": "c1", "cmd": {"do": "decide", **about}})
        said = [await tab.until("result", id="c1") for tab in (ana, ben)]
        assert sorted("error" in one and one["error"] is not None for one in said) == [False, True]
        for tab in (ana, ben):
            while ident in tab.waiting:
                await tab.next()
        assert ana.holds[ident]["decision"] == ben.holds[ident]["decision"]
        assert (await customer.rest()).text == f"Sure. I {SORRY_AFTER}"


async def test_consoles_are_asked_to_come_again(tmp_path: Path) -> None:
    """20: the server stops with a hold open; 1012 says that it will be back."""
    async with (
        World(tmp_path, waits=patient(FAST, drain=0.2)) as world,
        console(world) as ana,
    ):
        world.upstream.script("m", says(DRAFT))
        await (await world.ask("m", conv="c1")).until(held)
        await world.stop()
        assert await ana.closed() == 1012
