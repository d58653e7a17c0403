"""A server that plays scripts, byte for byte, to whoever asks: the model's name picks the script.

Owns the least HTTP/1.1 that real clients need (keep-alive, chunked answers) on a loopback port,
and the list of what was asked. It exists to try the clients and this harness without the
product, so it must not import any of it.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Self

from tests.clients import frames

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType

    from tests.clients.contract import Json
    from tests.clients.scripts import Beats, Script

BEAT_SECONDS = 0.05
HEADERS = (
    "cache-control: no-cache, no-transform",
    "x-accel-buffering: no",
    "x-request-id: req_1",
    "x-hitl-conversation-id: conv_1",
    "x-hitl-events: /v1/conversations/conv_1/events",
    "access-control-expose-headers: x-request-id, x-hitl-conversation-id, x-hitl-events",
    "transfer-encoding: chunked",
)


@dataclass
class Received:
    """One request as it came in."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class ScriptedServer:
    scripts: Mapping[str, Script]
    requests: list[Received] = field(default_factory=list)
    base_url: str = ""
    _server: asyncio.Server | None = None
    _connections: set[asyncio.Task[None]] = field(default_factory=set)

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0, backlog=512)
        port = self._server.sockets[0].getsockname()[1]
        self.base_url = f"http://127.0.0.1:{port}/v1"
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._server is not None:
            self._server.close()
        for connection in self._connections:
            connection.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._connections.add(task)
            task.add_done_callback(self._connections.discard)
        try:
            while (request := await read_request(reader)) is not None:
                self.requests.append(request)
                if not await self._answer(request, writer):
                    await reader.read()  # ends when the client hangs up
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the client has gone, as clients do
        finally:
            writer.close()

    async def _answer(self, request: Received, writer: asyncio.StreamWriter) -> bool:
        """Play the script that was asked for; False if it is to keep the client waiting."""
        body: Json = json.loads(request.body)
        script = self.scripts[body["model"]]
        if script.status is None:
            return False
        stream = bool(body.get("stream")) and script.status == HTTPStatus.OK
        await send_head(writer, script.status, stream=stream)
        for step in script.stream if stream else script.plain:
            await play(step, writer, stream=stream)
        if stream and (body.get("stream_options") or {}).get("include_usage"):
            await send(writer, frames.usage())
        if stream:
            await send(writer, frames.DONE)
        await send(writer, b"")
        return True


async def read_request(reader: asyncio.StreamReader) -> Received | None:
    """The next request on this connection; None when the client has closed it."""
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    except asyncio.IncompleteReadError:
        return None
    first, *lines = head.rstrip("\r\n").split("\r\n")
    headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Received(first.split(" ")[1], headers, body)


async def send_head(writer: asyncio.StreamWriter, status: int, *, stream: bool) -> None:
    kind = "text/event-stream; charset=utf-8" if stream else "application/json"
    lines = (f"HTTP/1.1 {status} {HTTPStatus(status).phrase}", f"content-type: {kind}", *HEADERS)
    writer.write("\r\n".join((*lines, "", "")).encode())
    await writer.drain()


async def send(writer: asyncio.StreamWriter, data: bytes) -> None:
    """One chunk of the transfer encoding; the empty one ends the answer."""
    writer.write(b"%x\r\n%s\r\n" % (len(data), data))
    await writer.drain()


async def play(step: bytes | Beats, writer: asyncio.StreamWriter, *, stream: bool) -> None:
    if isinstance(step, bytes):
        await send(writer, step)
        return
    for seq in range(2, step.count + 2):
        await asyncio.sleep(BEAT_SECONDS)
        beat = frames.beat(step.state, seq, text_sent=step.text_sent) if stream else b"\n"
        await send(writer, beat)
