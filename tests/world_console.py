"""A console of the world: signed in, over the WebSocket that the browser uses."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from websockets.asyncio.client import connect

from hitl_chat.server.console import PATH
from hitl_chat.store import people
from tests.server.console_world import Tab
from tests.world import World


@asynccontextmanager
async def console(
    world: World, name: str = "Ana", role: str = "agent", **able: Any
) -> AsyncIterator[Tab]:
    """Somebody of the tenant acme, who follows the queue."""
    program = world.program
    person = people.Person(f"person_{name.lower()}", "acme", name, role, **able)
    await program.db.write(lambda conn: people.add(conn, person, 0.0, "test"))
    signed = await program.sessions.sign_in(await program.sessions.link(person))
    assert signed is not None
    scope = {"headers": [(b"cookie", f"__Host-hitl={signed[1]}".encode())], "method": "GET"}
    ticket = await program.sessions.ticket(await program.sessions.who(scope))
    url = f"ws://127.0.0.1:{world.port}{PATH}"
    origin = f"http://127.0.0.1:{world.port}"
    async with connect(url, ping_interval=None, additional_headers={"origin": origin}) as socket:
        tab = Tab(socket)
        await tab.send({"type": "hello", "ver": 1, "ticket": ticket, "streams": {"queue": None}})
        await tab.until("queue_reset")
        yield tab
