"""A customer's front end beside the chat itself: plain requests, and a follower of the events.

`Follower` reads server-sent events as their specification says, `Talker` the WebSocket's frames;
both remember everything, so that a test can compare what two of them were told.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from hitl_chat.core.types import Value
from tests.world import World
from tests.world_client import PATIENCE


class Heard(Value, frozen=True):
    """One event. No `id`: it had none of its own."""

    name: str
    data: Mapping[str, Any]
    id: str = ""


def bearer(key: str, **more: str) -> dict[str, str]:
    return {"authorization": f"Bearer {key}"} | {k.replace("_", "-"): v for k, v in more.items()}


async def call(
    world: World, method: str, path: str, key: str = "", *, json: Any = None, **headers: str
) -> httpx.Response:
    """One request over a connection of its own."""
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{world.port}") as client:
        return await client.request(
            method, path, headers=bearer(key or world.key, **headers), json=json
        )


async def token(world: World, conv: str, key: str = "", **more: Any) -> str:
    body = {"conversation_id": conv, "models": ["m"]} | more
    return str((await call(world, "POST", "/v1/conversations", key, json=body)).json()["token"])


class Telling:
    """What was told so far, and waiting for more of it."""

    def __init__(self) -> None:
        self.heard: list[Heard] = []
        self._looked = 0

    @property
    def names(self) -> list[str]:
        return [each.name for each in self.heard]

    @property
    def news(self) -> list[tuple[str, Mapping[str, Any]]]:
        return [(each.name, each.data) for each in self.heard]

    async def more(self) -> bool:
        raise AssertionError

    async def until(self, *names: str) -> Heard:
        """The next event of one of these names; without names, the next event."""
        async with asyncio.timeout(PATIENCE):
            while True:
                for each in self.heard[self._looked :]:
                    self._looked += 1
                    if not names or each.name in names:
                        return each
                assert await self.more(), f"it ended; heard {self.news!r}"

    async def rest(self) -> None:
        async with asyncio.timeout(PATIENCE):
            while await self.more():
                pass


class Follower(Telling):
    def __init__(self, response: httpx.Response) -> None:
        super().__init__()
        self.response = response
        self.last_id = ""
        self.beats = 0
        self.raw = ""
        self._lines = response.aiter_lines()
        self._name, self._data, self._id = "message", "", ""

    async def more(self) -> bool:
        """One more line."""
        try:
            line = await anext(self._lines)
        except StopAsyncIteration:
            return False
        self.raw += line + "\n"
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        match name:
            case "" if not line:
                self._dispatch()
            case "":
                self.beats += 1
            case "id":
                self._id = value
            case "event":
                self._name = value
            case "data":
                self._data += value
            case "retry":
                assert value.isdigit()
            case _:
                raise AssertionError(line)
        return True

    def _dispatch(self) -> None:
        if self._data:
            self.last_id = self._id or self.last_id
            self.heard.append(Heard(self._name, json.loads(self._data), self._id))
        self._name, self._data, self._id = "message", "", ""

    async def beat(self, number: int = 1) -> None:
        async with asyncio.timeout(PATIENCE):
            while self.beats < number:
                assert await self.more()


@asynccontextmanager
async def following(
    world: World, conv: str, last_id: str = "", key: str = ""
) -> AsyncIterator[Follower]:
    headers = bearer(key or world.key) | ({"last-event-id": last_id} if last_id else {})
    address = f"http://127.0.0.1:{world.port}/v1/conversations/{conv}/events"
    async with (
        httpx.AsyncClient(timeout=PATIENCE) as client,
        client.stream("GET", address, headers=headers) as response,
    ):
        if response.is_success:
            assert response.headers["content-type"] == "text/event-stream; charset=utf-8"
            assert response.headers["cache-control"] == "no-cache, no-transform"
            assert response.headers["x-accel-buffering"] == "no"
        else:
            await response.aread()
        yield Follower(response)


class Talker(Telling):
    """The same over the WebSocket; `code` once it was closed."""

    def __init__(self, socket: ClientConnection) -> None:
        super().__init__()
        self.socket = socket
        self.code: int | None = None
        self.beats = 0

    async def more(self) -> bool:
        try:
            frame = json.loads(await self.socket.recv())
        except ConnectionClosed as closed:
            self.code = closed.rcvd.code if closed.rcvd else None
            return False
        if frame["type"] == "beat":
            self.beats += 1
        else:
            self.heard.append(Heard(frame["type"], frame["data"], frame.get("id", "")))
        return True


@asynccontextmanager
async def talking(
    world: World, conv: str, hello: object = None, port: int = 0, **headers: str
) -> AsyncIterator[Talker]:
    """`hello`: what is said first, as JSON; bytes as they are; nothing if it is False."""
    address = f"ws://127.0.0.1:{port or world.port}/v1/conversations/{conv}/socket"
    async with connect(address, additional_headers=headers, proxy=None) as socket:
        if hello is not False:
            first = {"type": "hello", "token": world.key} if hello is None else hello
            await socket.send(first if isinstance(first, str | bytes) else json.dumps(first))
        yield Talker(socket)


def after(heard: Sequence[Heard], ident: str) -> list[Heard]:
    """What comes after the event with this id."""
    at = [each.id for each in heard].index(ident)
    return list(heard[at + 1 :])
