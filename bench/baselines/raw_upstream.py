"""The thinnest client of a model in Python: a pooled socket and a C parser, nothing else.

Good for measuring, not for shipping: no timeouts, no TLS, no limits.
"""

import asyncio
from collections.abc import Callable
from typing import Generic, TypeVar, cast

import httptools

from bench.baselines import plain


class Connection(asyncio.Protocol):
    """One connection to the model; one answer at a time."""

    transport: asyncio.Transport

    def __init__(self) -> None:
        self.waiter: asyncio.Future[None] | None = None
        self.closed = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)

    def start(self, request: bytes) -> None:
        self.parser = httptools.HttpResponseParser(self)
        self.parts: list[bytes] = []
        self.headers_done = self.complete = self.is_stream = False
        self.transport.write(request)

    def on_header(self, name: bytes, value: bytes) -> None:
        if name.lower() == b"content-type":
            self.is_stream = value.startswith(b"text/event-stream")

    def on_headers_complete(self) -> None:
        self.headers_done = True
        self.status = self.parser.get_status_code()

    def on_body(self, body: bytes) -> None:
        self.parts.append(body)

    def on_message_complete(self) -> None:
        self.complete = True

    def data_received(self, data: bytes) -> None:
        self.parser.feed_data(data)
        self.wake()

    def connection_lost(self, exc: Exception | None) -> None:
        self.closed = self.complete = self.headers_done = True
        self.wake()

    def wake(self) -> None:
        if self.waiter is not None and not self.waiter.done():
            self.waiter.set_result(None)

    async def wait(self) -> None:
        self.waiter = asyncio.get_running_loop().create_future()
        await self.waiter
        self.waiter = None

    async def until_headers(self) -> None:
        while not self.headers_done:
            await self.wait()

    async def until_complete(self) -> None:
        while not self.complete:
            await self.wait()

    def take(self) -> bytes:
        """What has come since the last time."""
        taken = self.parts[0] if len(self.parts) == 1 else b"".join(self.parts)
        self.parts.clear()
        return taken


AnyConnection = TypeVar("AnyConnection", bound=Connection)


class Pool(Generic[AnyConnection]):
    """Connections to the model, used again when their answer is complete."""

    def __init__(self, make: Callable[[], AnyConnection]) -> None:
        self.make = make
        self.free: list[AnyConnection] = []

    async def take(self) -> AnyConnection:
        while self.free:
            connection = self.free.pop()
            if not connection.closed:
                return connection
        loop = asyncio.get_running_loop()
        _, connection = await loop.create_connection(self.make, *plain.ADDRESS)
        return connection

    def give_back(self, connection: AnyConnection) -> None:
        if not connection.closed and connection.parser.should_keep_alive():
            self.free.append(connection)
        else:
            connection.transport.close()
