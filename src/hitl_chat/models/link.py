"""One connection to a model server, and the answers that come over it, one after the other.

Bytes go from the transport through httptools into the current `Response`, which is read, or
followed: then they are handed on from within the socket's callback. Knows no address and no JSON.
"""

import asyncio
from collections.abc import Callable
from typing import Protocol, cast

import httptools

from hitl_chat.errors import UpstreamError
from hitl_chat.models import failures

MOST_AROUND = 64 * 1024
MOST_BUFFERED = 256 * 1024
LINGER = 1.0
Origin = tuple[str, str, int]
# What it returns is awaited before it is called again.
Take = Callable[[bytes], asyncio.Future[None] | None]


class Response:
    """One answer: its head, and its body as it comes. `close` cuts the connection at once."""

    __slots__ = (
        "_buffered",
        "_ended",
        "_enough",
        "_error",
        "_link",
        "_loop",
        "_parts",
        "_slow",
        "_take",
        "_waiter",
        "headers",
        "received",
        "status",
    )

    def __init__(self, link: "Link") -> None:
        self.status = 0
        self.headers: dict[str, str] = {}
        self.received = False
        self._link: Link | None = link
        self._loop = asyncio.get_running_loop()
        self._parts: list[bytes] = []
        self._buffered = 0
        self._ended = False
        self._enough = False
        self._take: Take | None = None
        self._slow: asyncio.Future[None] | None = None
        self._error: UpstreamError | None = None
        self._waiter: asyncio.Future[None] | None = None

    async def begun(self) -> "Response":
        """Itself, once the head has come."""
        try:
            while not self.status and not self._error:
                await self._wait()
        except asyncio.CancelledError:
            self.close()
            raise
        if self._error and not self.status:
            raise self._error
        return self

    async def read(self) -> bytes:
        """What has come since the last read; b"" at the orderly end."""
        while not self._parts:
            if self._error:
                raise self._error
            if self._ended:
                return b""
            await self._wait()
        return self._taken()

    async def follow(self, take: Take) -> None:
        """Give `take` what comes as it comes, b"" at the orderly end, until there is `enough`.

        Where nothing has to be waited for, that happens without waking any task.
        """
        self._take = take
        while not self._enough:
            wait = None
            if self._parts:
                wait = take(self._taken())
            elif self._error:
                raise self._error
            elif self._ended:
                self._enough = True
                take(b"")
            else:
                await self._wait()
                wait, self._slow = self._slow, None
            if wait is not None:
                await wait

    def enough(self) -> None:
        self._enough = True

    def _taken(self) -> bytes:
        parts = self._parts
        data = parts[0] if len(parts) == 1 else b"".join(parts)
        parts.clear()
        if self._buffered > MOST_BUFFERED and self._link:
            self._link.resume()
        self._buffered = 0
        return data

    def fail(self, error: UpstreamError) -> None:
        """Wake a waiting `read` with this error and cut the connection."""
        self.end(error)
        self.close()

    def close(self, *, orderly: bool = False) -> None:
        """A body read to its end has given the connection back; any other is cut off.

        `orderly`: all that matters came, so the last bytes get a moment to arrive first.
        """
        if self._link is None:
            return
        if orderly:
            self._loop.call_later(LINGER, self.close)
        else:
            self._link.abort()

    async def _wait(self) -> None:
        self._waiter = self._loop.create_future()
        try:
            await self._waiter
        finally:
            self._waiter = None

    # --- told by the link ------------------------------------------------------------------------

    def add(self, data: bytes) -> bool:
        """More of the body; whether that is as much as may wait to be read."""
        self._parts.append(data)
        self._buffered += len(data)
        return self._buffered > MOST_BUFFERED

    def end(self, error: UpstreamError | None = None) -> None:
        if not self._ended:
            self._ended = True
            self._error = error
            self.wake()

    def detach(self) -> None:
        self._link = None

    def wake(self) -> None:
        waiter = self._waiter
        if waiter is None or waiter.done():
            return
        if self._take is not None and self._parts:
            try:
                self._slow = self._take(self._taken())
            except Exception as error:  # noqa: BLE001 - it is the follower's, who gets it back
                waiter.set_exception(error)
                return
            if self._slow is None and not (self._enough or self._ended):
                return
        waiter.set_result(None)


class Pool(Protocol):
    """Who keeps the links, and is told what becomes of them."""

    def made(self, link: "Link") -> None: ...

    def release(self, link: "Link") -> None: ...

    def forget(self, link: "Link") -> None: ...


class Link(asyncio.Protocol):
    """The connection; it answers one request at a time."""

    def __init__(self, origin: Origin, pool: Pool) -> None:
        self.origin = origin
        self.usable = True
        self.gone: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._pool = pool
        self._response: Response | None = None
        self._resting: asyncio.TimerHandle | None = None

    def send(self, request: bytes) -> Response:
        self._response = Response(self)
        self._parser = httptools.HttpResponseParser(self)
        self._headers: dict[str, str] = {}
        self._around = 0  # bytes since the last of the body: head, framing, trailers
        self._complete = False
        self._keeps_alive = False
        self._transport.write(request)
        return self._response

    def rest(self, seconds: float | None) -> None:
        """Close after so long without use; None: it is in use."""
        if self._resting:
            self._resting.cancel()
            self._resting = None
        if seconds is not None:
            self._resting = asyncio.get_running_loop().call_later(seconds, self.abort)

    def resume(self) -> None:
        self._transport.resume_reading()

    def abort(self) -> None:
        self.usable = False
        self._transport.abort()

    # --- told by the transport -------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._pool.made(self)

    def data_received(self, data: bytes) -> None:
        response = self._response
        if response is None:  # nobody asked: what comes now would be taken for the next answer
            self.abort()
            return
        response.received = True
        self._around += len(data)
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade):
            self.usable = False
            if not self._complete:
                self._broken(response, "it is not HTTP")
                return
        if self._complete:
            self._finish(response)
        elif self._around > MOST_AROUND:
            self._broken(response, "its head is too long")
        response.wake()

    def connection_lost(self, exc: Exception | None) -> None:
        self.usable = False
        self.rest(None)
        self._pool.forget(self)
        response, self._response = self._response, None
        if response:
            framed = "content-length" in self._headers or "transfer-encoding" in self._headers
            whole = response.status and not framed and exc is None
            response.end(None if whole else failures.incomplete("the connection was lost"))
            response.detach()
        self.gone.set_result(None)

    def _broken(self, response: Response, why: str) -> None:
        response.end(failures.malformed(why))
        self.abort()

    def _finish(self, response: Response) -> None:
        self._response = None
        response.detach()
        response.end()
        if self.usable and self._keeps_alive:
            # Its last bytes may have been more than may wait; the next answer must still be read.
            self._transport.resume_reading()
            self._pool.release(self)
        else:
            self.abort()

    # --- told by the parser ----------------------------------------------------------------------

    def on_message_begin(self) -> None:
        if self._complete:  # a second answer to one question
            self.usable = False

    def on_header(self, name: bytes, value: bytes) -> None:
        if self._response and not self._response.status:  # else a trailer
            self._headers[name.decode("latin-1").lower()] = value.decode("latin-1")

    def on_headers_complete(self) -> None:
        status = self._parser.get_status_code()
        if status < 200:  # "wait": the answer is still to come
            self._headers = {}
        elif self._response and not self._complete:
            self._keeps_alive = self._parser.should_keep_alive()
            self._response.headers = self._headers
            self._response.status = status

    def on_body(self, body: bytes) -> None:
        self._around = 0
        if self._response and not self._complete and self._response.add(body):
            self._transport.pause_reading()

    def on_message_complete(self) -> None:
        self._complete = self._complete or bool(self._response and self._response.status)
