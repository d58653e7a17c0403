"""A real uvicorn with our protocol and guard, and raw sockets to annoy it with."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from hitl_chat.server.asgi import Edge, Guard, Route
from hitl_chat.server.errors import App, Receive, Scope, Send
from hitl_chat.server.protocol import Wire
from hitl_chat.server.serving import Server, configured, listening

PATIENCE = 10.0  # generous: a guard against hanging, never what a test waits for


@dataclass
class Reply:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def error(self) -> dict[str, Any]:
        return dict(json.loads(self.body)["error"])


@dataclass
class Running:
    """The server under test, and what its guard reported."""

    port: int
    server: Server
    faults: list[Exception] = field(default_factory=list)
    seen: list[tuple[str, int]] = field(default_factory=list)

    async def stop(self) -> None:
        """As on SIGTERM."""
        await self.server.shutdown()
        self.server.started = False

    async def raw(self, *parts: bytes) -> bytes:
        """Send these bytes and read until the server closes."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        for part in parts:
            writer.write(part)
            await writer.drain()
        try:
            async with asyncio.timeout(PATIENCE):
                return await reader.read()
        finally:
            await closed(writer)

    async def ask(
        self,
        path: str,
        *,
        method: str = "GET",
        headers: Sequence[tuple[str, str]] = (),
        body: bytes = b"",
    ) -> Reply:
        """One well-framed request on its own connection."""
        lines = [f"{method} {path} HTTP/1.1", "connection: close"]
        if not any(name.lower() == "host" for name, _ in headers):
            lines.append("host: 127.0.0.1")
        lines += [f"{name}: {value}" for name, value in headers]
        if body:
            lines.append(f"content-length: {len(body)}")
        return reply(await self.raw("\r\n".join([*lines, "", ""]).encode("latin-1") + body))


async def until_cut(reader: asyncio.StreamReader) -> bytes:
    """What came before the connection was reset; a clean end is a failure."""
    raw = b""
    try:
        while part := await asyncio.wait_for(reader.read(65536), PATIENCE):
            raw += part
    except ConnectionResetError:
        return raw
    msg = "the connection ended as if the answer were whole"
    raise AssertionError(msg)


async def closed(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with suppress(ConnectionError):  # the server may have cut it
        await writer.wait_closed()


def reply(raw: bytes) -> Reply:
    head, _, body = raw.partition(b"\r\n\r\n")
    status, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
    if headers.get("transfer-encoding") == "chunked":
        body = dechunked(body)
    elif "content-length" in headers:
        body = body[: int(headers["content-length"])]
    return Reply(int(status.split()[1]), headers, body)


def dechunked(body: bytes) -> bytes:
    text = b""
    while body:
        size, _, rest = body.partition(b"\r\n")
        text += rest[: int(size, 16)]
        body = rest[int(size, 16) + 2 :]
    return text


@asynccontextmanager
async def serving(
    hot: Mapping[str, Route],
    rest: App | None = None,
    *,
    wire: Wire | None = None,
    edge: Edge | None = None,
    drain: float = 0.2,
    draining: Callable[[], Awaitable[None]] | None = None,
) -> AsyncIterator[Running]:
    faults: list[Exception] = []
    seen: list[tuple[str, int]] = []
    guard = Guard(
        hot,
        rest or with_lifespan(nothing_else),
        edge or Edge(),
        seen=lambda route, status: seen.append((route, status)),
        fault=lambda _, error: faults.append(error),
    )
    config = configured(guard, host="127.0.0.1", port=0, wire=wire or Wire(), drain=drain)
    config.load()
    server = Server(config, drain=drain, draining=draining or nothing_to_drain)
    server.lifespan = config.lifespan_class(config)
    bound = listening("127.0.0.1", 0)
    await server.startup([bound])
    try:
        yield Running(bound.getsockname()[1], server, faults, seen)
    finally:
        if server.started:
            await stopped(server)


async def stopped(server: Server) -> None:
    """As quickly as it goes; how a server stops in earnest is test_stopping.py's."""
    for listener in server.servers:
        listener.close()
    server.cut()
    await asyncio.gather(*server.server_state.tasks, return_exceptions=True)
    await server.lifespan.shutdown()


async def nothing_to_drain() -> None:
    pass


def with_lifespan(app: App) -> App:
    """An app that needs none, where a server expects one."""

    async def both(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "lifespan":
            await app(scope, receive, send)
            return
        while (message := await receive())["type"] != "lifespan.shutdown":
            await send({"type": f"{message['type']}.complete"})
        await send({"type": "lifespan.shutdown.complete"})

    return both


async def nothing_else(scope: Scope, receive: Receive, send: Send) -> None:
    """Says 204 for every other path."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.accept"})
        await send({"type": "websocket.close", "code": 1000})
    else:
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})
