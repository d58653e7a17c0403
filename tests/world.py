"""The real program behind the real server, with a model that does what a test scripted.

    async with World(tmp_path) as world:
        world.upstream.script("m", says("Sure. ", "I guarantee it."))
        customer = await world.ask("m", "May I?")
        frame = await customer.until(held)
        await world.people.approve(frame.hitl["hold_id"])
        assert (await customer.rest()).text == "Sure. I guarantee it."

Every wait is scaled down; nothing in here waits for a time. `world.people` decide through the desk.
"""

import asyncio
import json
import socket
from collections.abc import Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, Self

import msgspec

from hitl_chat.app import Program
from hitl_chat.cli.serve import wire
from hitl_chat.ports import Clock, Model
from hitl_chat.server.auth import new_key
from hitl_chat.server.serving import Server, configured, listening
from hitl_chat.settings import Limits, ModelSettings, Settings, Waits
from hitl_chat.store import api_keys
from tests.upstream import Upstream
from tests.world_client import PATH, PATIENCE, Inside, Socket, send
from tests.world_people import People
from tests.world_rules import USUAL

FAST = Waits(
    commit_after=0.3,
    commit_whole=0.6,
    heartbeat=0.05,
    check_frame=0.1,
    orphan_grace=0.2,
    claim_lease=0.2,
    agent_grace=0.2,
    agent_absent=0.4,
    delivery_grace=0.3,
    undo_console=0.0,
    takeover_wait=5.0,
    linger=0.05,
    sweep=0.05,
    poll=0.05,
    rules_reload=0.05,
    record_flush=0.02,
    key_cache=0.0,
    drain=0.5,
)


class World:
    """`serves`: the configured models. `served=False`: only the ASGI callable (`inside`).

    `tight`: the kernel takes only little at a time, so that a slow reader is felt at once.
    `more` are further settings.
    """

    def __init__(
        self,
        folder: Path,
        rules: str = USUAL,
        *,
        models: Mapping[str, Model] | None = None,
        waits: Waits = FAST,
        limits: Limits | None = None,
        clock: Clock | None = None,
        serves: str = "*",
        served: bool = True,
        tight: bool = False,
        environ: Mapping[str, str] | None = None,
        **more: Any,
    ) -> None:
        self.folder = folder
        self.rules_file = folder / "rules.yaml"
        self.rules_file.write_text(rules)
        self.upstream = Upstream()
        self.key = ""
        self.port = 0
        self._models, self._waits, self._clock = models, waits, clock
        self._limits = limits or Limits()
        self._serves, self._served, self._tight = serves, served, tight
        self._more, self._environ = more, environ or {}
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as stack:
            self._stack = stack
            await self._begin()
            self._stack = stack.pop_all()
        return self

    async def _begin(self) -> None:
        await self._stack.enter_async_context(self.upstream)
        self.program = Program(
            self.settings(),
            environ=self._environ,
            models=dict(self._models or {}),
            clock=self._clock,
        )
        self.people = People(self.program)
        self.key = await self.new_key("acme")
        if self._served:
            await self._serve()
        else:
            await self.program.start()
            self._stack.push_async_callback(self.program.close)

    async def __aexit__(self, *problem: object) -> None:
        await self._stack.aclose()

    def settings(self) -> Settings:
        model = ModelSettings(kind="openai_compatible", base_url=self.upstream.url)
        return Settings(
            data=str(self.folder / "data"),
            rules=str(self.rules_file),
            models={self._serves: model},
            waits=self._waits,
            limits=self._limits,
            **self._more,
        )

    async def new_key(self, tenant: str, **more: Any) -> str:
        plain, ident, digest = new_key(self.program.db.secrets.pepper)
        stored = api_keys.StoredKey(ident, tenant, digest, **more)
        await self.program.db.write(lambda conn: api_keys.add(conn, stored, 0.0))
        return plain

    # --- the server

    async def _serve(self) -> None:
        bound = listening("127.0.0.1", 0)
        if self._tight:
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        drain = self._waits.drain
        config = configured(
            self.program.app, host="127.0.0.1", port=0, wire=wire(self.settings()), drain=drain
        )
        ready = asyncio.Event()
        self.server = Server(config, drain=drain, draining=self.program.drain, ready=ready.set)
        self._serving = asyncio.create_task(self.server._serve([bound]))
        self._stack.push_async_callback(self.stop)
        starting = asyncio.ensure_future(ready.wait())
        await asyncio.wait((starting, self._serving), return_when=asyncio.FIRST_COMPLETED)
        if not starting.done():
            starting.cancel()
            self._serving.result()
        self.port = bound.getsockname()[1]

    async def stop(self) -> None:
        """As SIGTERM does it."""
        self.server.should_exit = True
        await self._serving

    async def refuses(self) -> None:
        """Wait until it takes no new connections."""
        async with asyncio.timeout(PATIENCE):
            while any(server.is_serving() for server in self.server.servers):  # noqa: ASYNC110
                await asyncio.sleep(0)

    # --- customers

    async def ask(
        self,
        model: str,
        text: str = "Hello",
        *,
        stream: bool = True,
        conv: str = "",
        headers: Mapping[str, str] | None = None,
        small: bool = False,
        version: str = "1.1",
        **more: Any,
    ) -> Socket:
        """Ask over a connection of its own."""
        body = request(model, text, stream=stream, **more)
        return await self.send(body, conv, headers or {}, small=small, version=version)

    async def send(
        self, body: bytes, conv: str = "", headers: Mapping[str, str] | None = None, **more: Any
    ) -> Socket:
        """Send exactly this body."""
        known = {"authorization": f"Bearer {self.key}", "content-type": "application/json"}
        named = {"x-hitl-conversation-id": conv} if conv else {}
        customer = await send(self.port, body, known | named | dict(headers or {}), **more)
        self._stack.push_async_callback(customer.gone)
        return customer

    async def get(self, path: str) -> Socket:
        return await self.send(b"", path=path, method="GET")

    async def hangs_up(self, customer: Socket) -> None:
        """The customer hangs up, and the server has seen it."""
        connections = self.server.server_state.connections
        before = len(connections)
        await customer.gone()
        async with asyncio.timeout(PATIENCE):
            while len(connections) >= before:  # noqa: ASYNC110 (uvicorn tells nobody)
                await asyncio.sleep(0)

    def inside(self, model: str, text: str = "Hello", **more: Any) -> Inside:
        """Ask the ASGI callable itself."""
        headers = [
            (b"authorization", f"Bearer {self.key}".encode()),
            (b"content-type", b"application/json"),
        ]
        return Inside(self.program.app, request(model, text, **more), headers)


def request(model: str, text: str, *, stream: bool = True, **more: Any) -> bytes:
    messages = more.pop("messages", None) or [{"role": "user", "content": text}]
    asked = {"model": model, "messages": messages, "stream": stream, **more}
    return json.dumps(asked, ensure_ascii=False).encode()


def history(*texts: str) -> list[dict[str, str]]:
    """A conversation: the customer, the assistant, the customer ..."""
    roles = ("user", "assistant")
    return [{"role": roles[at % 2], "content": text} for at, text in enumerate(texts)]


def patient(waits: Waits = FAST, **more: float) -> Waits:
    """The waits of the world, but some of them otherwise."""
    return msgspec.structs.replace(waits, **more)


__all__ = ["FAST", "PATH", "World", "history", "patient", "request"]
