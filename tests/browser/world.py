"""A whole shop for browser tests: the real program, a scripted model, people with sign-in links.

Everything runs in the test's own event loop: real uvicorn, real SQLite in a folder of the test.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import msgspec
from fastapi import APIRouter, Request, Response
from msgspec.structs import replace

from hitl_chat.app import Program, SystemClock
from hitl_chat.models.scripted import Reply, Scripted
from hitl_chat.models.scripted.model import play
from hitl_chat.ports import ModelCall
from hitl_chat.runner import ids
from hitl_chat.server.auth import Caller, new_key
from hitl_chat.server.conversations import granted
from hitl_chat.server.protocol import Wire
from hitl_chat.server.serving import Server, configured, listening
from hitl_chat.settings import Listen, ModelSettings, Settings, Waits
from hitl_chat.store import api_keys, people

TENANT = "moss"
RULES = Path(__file__).parents[2] / "examples" / "rules" / "retail.yaml"

NOTHING: Mapping[str, str] = {}
Beats = Sequence[tuple[float, str]]


class Stage:
    """What the model says next, and when: a pause in its words lasts until the test says so."""

    def __init__(self) -> None:
        self.lines: list[str | Beats] = []
        self.again: list[str] = []  # what checks hear that ask the model again
        self.go_on = asyncio.Event()

    def says(self, *lines: str | Beats) -> None:
        self.lines += lines

    def script(self, call: ModelCall) -> Any:
        if self.again and "temperature" in call.body:
            return Reply(self.again.pop(0))
        if not self.lines:
            return play(call)
        line = self.lines.pop(0)
        return Reply(line) if isinstance(line, str) else list(line)

    async def pause(self, seconds: float) -> None:
        await self.go_on.wait()


class Clock(SystemClock):
    """The server's, for which more time passes whenever a test says so."""

    passed = 0.0

    def now(self) -> float:
        return super().now() + self.passed

    def monotonic(self) -> float:
        return super().monotonic() + self.passed


class World:
    """The running shop, and the ways into it."""

    def __init__(self, program: Program, clock: Clock, key: str, origin: str) -> None:
        self.program, self.clock, self.key, self.origin = program, clock, key, origin
        self.stage = Stage()
        self.http = httpx.AsyncClient(base_url=origin, timeout=15)
        self.asking: list[asyncio.Task[str]] = []

    async def link(self, name: str, role: str = "agent") -> str:
        """A new person's sign-in link."""
        new = people.Person(ids.new("person"), TENANT, name, role)
        now = self.program.clock.now()
        await self.program.db.write(lambda conn: people.add(conn, new, now))
        return f"{self.origin}/in/{await self.program.sessions.link(new)}"

    def ask(
        self,
        text: str,
        conversation: str = "",
        customer: Mapping[str, str] = NOTHING,
        system: str = "",
    ) -> asyncio.Task[str]:
        """A customer asks over the API; the answer's text, when it is complete."""
        conv = conversation or ids.new("conv")
        messages = [{"role": "system", "content": system}] if system else []
        messages.append({"role": "user", "content": text})
        task = asyncio.create_task(self._ask(messages, conv, customer))
        self.asking.append(task)
        return task

    async def _ask(
        self,
        messages: Sequence[Mapping[str, str]],
        conversation: str,
        customer: Mapping[str, str],
    ) -> str:
        headers = {
            "authorization": f"Bearer {self.key}",
            "x-hitl-conversation-id": conversation,
        }
        body = {
            "model": "wick-1",
            "stream": True,
            "messages": messages,
            "metadata": {"customer": customer},
        }
        path = "/v1/chat/completions"
        async with self.http.stream("POST", path, json=body, headers=headers) as answer:
            answer.raise_for_status()
            return "".join([words(line) async for line in answer.aiter_lines()])

    async def close(self) -> None:
        for task in self.asking:
            task.cancel()
        await asyncio.gather(*self.asking, return_exceptions=True)
        await self.http.aclose()


def words(line: str) -> str:
    """The text in one line of an event stream."""
    if not line.startswith("data: {"):
        return ""
    choices = json.loads(line.removeprefix("data: "))["choices"]
    return "".join(choice["delta"].get("content") or "" for choice in choices)


@asynccontextmanager
async def opened(
    folder: Path,
    waits: Waits,
    rules: Path = RULES,
    *,
    environ: Mapping[str, str] = NOTHING,
    **more: Any,
) -> AsyncIterator[World]:
    """`more`: further settings."""
    settings = Settings(
        listen=Listen(port=0),
        data=str(folder),
        rules=str(rules),
        models={"wick-1": ModelSettings(kind="scripted")},
        waits=waits,
        **more,
    )
    stage: list[Stage] = []
    model = Scripted(lambda call: stage[0].script(call), sleep=lambda s: stage[0].pause(s))
    ident, clock = "browsers", Clock()
    program = Program(
        settings,
        clock=clock,
        environ=environ,
        models={"wick-1": model},
        more=lambda program: [_shop(program, Caller(TENANT, ident))],
        shop=True,
    )
    plain, _, digest = new_key(program.db.secrets.pepper, ident)
    await program.db.write(
        lambda conn: api_keys.add(conn, api_keys.StoredKey(ident, TENANT, digest), 0.0)
    )
    bound = listening("127.0.0.1", 0)
    config = configured(program.app, host="127.0.0.1", port=0, wire=Wire(), drain=0.2)
    ready = asyncio.Event()
    server = Server(config, drain=0.2, draining=program.drain, ready=ready.set)
    serving = asyncio.create_task(server._serve([bound]))
    await ready.wait()
    world = World(program, clock, plain, f"http://127.0.0.1:{bound.getsockname()[1]}")
    stage.append(world.stage)
    try:
        yield world
    finally:
        world.stage.go_on.set()
        await world.close()
        server.should_exit = True
        await serving


def _shop(program: Program, caller: Caller) -> APIRouter:
    """As the demo does it: the shop's own server makes the token, the page never sees the key."""
    router = APIRouter()

    @router.post("/shop/token")
    async def token(request: Request) -> Response:
        wanted = json.loads(await request.body() or b"{}").get("conversation_id")
        conversation = await program.customers.begin(TENANT, wanted or "")
        holder = replace(caller, conversation=conversation, models=("wick-1",))
        return Response(msgspec.json.encode(granted(program.keys, holder)))

    return router
