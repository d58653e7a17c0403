"""Below ASGI: uvicorn's HTTP protocol with clocks for those who send or read too slowly.

Owns what must be decided before there is a request (slow or endless heads, odd request lines), a
peer that stops reading, and cutting a connection so that the client cannot take it for an end.
"""

import socket
import struct
from asyncio import BaseTransport, TimerHandle, Transport
from collections.abc import Callable
from contextlib import suppress
from typing import ClassVar, NoReturn

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from hitl_chat.core.types import Value
from hitl_chat.errors import BadRequest, HitlError
from hitl_chat.runner.flag import Flag
from hitl_chat.server.cycle import CloseDelimited, Cycle
from hitl_chat.server.errors import HeadTooLarge, TooSlow, encode

RST_ON_CLOSE = struct.pack("ii", 1, 0)  # SO_LINGER: on, zero seconds
REASONS = {400: b"Bad Request", 408: b"Request Timeout", 431: b"Request Header Fields Too Large"}


PIPELINED = 8  # requests sent ahead on one connection


class Wire(Value, frozen=True):
    """What the protocol is told. Seconds and bytes."""

    head_seconds: float = 10.0
    head_bytes: int = 32 * 1024
    headers: int = 100
    write_seconds: float = 20.0
    keep_alive: float = 75.0
    socket_frame_bytes: int = 64 * 1024
    socket_frames: float = 100.0  # pings, pongs and pieces of messages, a second
    socket_ping: float = 20.0


class Guarded(HttpToolsProtocol):
    """One connection. `wire` is set by a subclass, since uvicorn makes the instances."""

    wire: ClassVar[Wire] = Wire()

    # Beside uvicorn's attributes and not among them: with more than 30 of them an instance's
    # dictionary is its own, which costs each connection a kilobyte.
    __slots__ = ("head_size", "in_head", "live", "odd", "reading", "watchers", "writing")

    # --- reading ----------------------------------------------------------------------------

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.in_head, self.head_size = True, 0
        self.odd: HitlError | None = None
        self.watchers: dict[object, Callable[[], None]] = {}
        # Requests whose response is not complete.
        self.live: tuple[RequestResponseCycle, ...] = ()
        self.reading: TimerHandle | None = None
        self.writing: TimerHandle | None = None
        _give_up_on_silence(transport, self.wire.write_seconds)
        self._watch_the_clock()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_clock()
        self._hang_up()
        super().connection_lost(exc)
        self.resume_writing()

    def data_received(self, data: bytes) -> None:
        if self.in_head:
            self.head_size += len(data)
        super().data_received(data)
        if self.transport.is_closing() or self.transport.get_protocol() is not self:
            self._stop_clock()
        elif self.in_head and self.head_size > self.wire.head_bytes:
            self._refuse(self._head_too_large())
        else:
            self._watch_the_clock()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.in_head = True

    def on_url(self, url: bytes) -> None:
        super().on_url(url)
        if len(self.url) > self.wire.head_bytes:
            self._stop_parsing(self._head_too_large())

    def on_header(self, name: bytes, value: bytes) -> None:
        super().on_header(name, value)
        if len(self.headers) > self.wire.headers:
            self._stop_parsing(self._head_too_large())

    def on_headers_complete(self) -> None:
        self.in_head = False
        self.head_size = 0
        if not self.url.startswith(b"/"):
            msg = "The request line must name a path, such as /v1/models, and nothing before it."
            self._stop_parsing(BadRequest(msg, code="bad_request_line"))
        before = self.cycle
        super().on_headers_complete()
        if self.cycle is not before:  # no WebSocket
            self._begun(self.cycle)

    def _begun(self, cycle: RequestResponseCycle) -> None:
        self.scope["hitl.abort"] = self.abort  # type: ignore[typeddict-unknown-key]
        self.scope["hitl.flow"] = cycle  # type: ignore[typeddict-unknown-key]
        self.scope["hitl.watch"] = self.watch  # type: ignore[typeddict-unknown-key]
        self.live = (*(other for other in self.live if not other.response_complete), cycle)
        # uvicorn made it a moment ago, without asking which class it should be.
        cycle.message_event = Flag()  # type: ignore[assignment]
        cycle.__class__ = CloseDelimited if self.scope["http_version"] == "1.0" else Cycle
        if len(self.live) > PIPELINED:
            msg = "Too many requests on one connection before the first was answered."
            self._stop_parsing(BadRequest(msg, code="bad_framing"))

    def send_400_response(self, msg: str) -> None:
        error = self.odd or BadRequest(f"{msg} It is not well-formed.", code="bad_framing")
        self._refuse(error)

    def _stop_parsing(self, error: HitlError) -> NoReturn:
        """Called by the parser, which says no more than that a callback raised something."""
        self.odd = error
        raise ValueError(error.code)

    def _head_too_large(self) -> HeadTooLarge:
        most = f"{self.wire.headers} headers and {self.wire.head_bytes} bytes"
        return HeadTooLarge(f"The request's head is too large: at most {most}.")

    def _watch_the_clock(self) -> None:
        """A clock runs while we wait for a head, or for data nobody wants: a drip resets none."""
        if not self.in_head and self._unanswered():
            self._stop_clock()
        elif self.reading is None:
            self.reading = self.loop.call_later(self.wire.head_seconds, self._too_slow)

    def _too_slow(self) -> None:
        msg = f"The request's head did not arrive within {self.wire.head_seconds:g} s."
        self._refuse(TooSlow(msg))

    def _stop_clock(self) -> None:
        if self.reading is not None:
            self.reading.cancel()
            self.reading = None

    # --- writing ----------------------------------------------------------------------------

    def pause_writing(self) -> None:
        super().pause_writing()
        if self.writing is None:
            self.writing = self.loop.call_later(self.wire.write_seconds, self.abort)

    def resume_writing(self) -> None:
        super().resume_writing()
        if self.writing is not None:
            self.writing.cancel()
            self.writing = None

    def abort(self) -> None:
        """Cut the connection with a reset: what was sent must not look like the whole answer."""
        _set(self.transport, socket.SOL_SOCKET, socket.SO_LINGER, RST_ON_CLOSE)
        self.transport.abort()

    def _unanswered(self) -> list[RequestResponseCycle]:
        return [cycle for cycle in self.live if not cycle.response_complete]

    def watch(self, gone: Callable[[], None]) -> Callable[[], None]:
        """Call `gone` if the client hangs up, until what is returned is called.

        Cheaper than a task that waits for the message.
        """
        key = object()
        self.watchers[key] = gone
        if self.transport.is_closing():
            gone()
        return lambda: (self.watchers.pop(key, None), None)[1]

    def _hang_up(self) -> None:
        """Every request learns that its client is gone; uvicorn tells the last one only."""
        self.pipeline.clear()
        watchers, self.watchers = self.watchers, {}
        for gone in watchers.values():
            gone()
        for cycle in self._unanswered():
            cycle.disconnected = True
            cycle.message_event.set()

    def _refuse(self, error: HitlError) -> None:
        """Answer and close; while an answer is being written, the only way out is to cut it."""
        self._stop_clock()
        waiting = self._unanswered()
        self._hang_up()
        if len(waiting) > 1 or any(cycle.response_started for cycle in waiting):
            self.abort()
            return
        self.transport.write(refusal(error))
        self.transport.close()


def refusal(error: HitlError) -> bytes:
    """The answer to what never became a request."""
    body = encode(error)
    head = (
        b"HTTP/1.1 %d %s\r\ncontent-type: application/json\r\ncontent-length: %d\r\n"
        b"connection: close\r\n\r\n" % (error.status, REASONS[error.status], len(body))
    )
    return head + body


def _give_up_on_silence(transport: BaseTransport, seconds: float) -> None:
    """A peer that vanished acknowledges nothing: without this the kernel retries for minutes."""
    option = getattr(socket, "TCP_USER_TIMEOUT", None)
    if option is not None:
        _set(transport, socket.IPPROTO_TCP, option, int(seconds * 1000))


def _set(transport: BaseTransport, level: int, option: int, value: int | bytes) -> None:
    found = transport.get_extra_info("socket")
    if found is not None and found.family in {socket.AF_INET, socket.AF_INET6}:
        with suppress(OSError):  # the peer may be gone already
            found.setsockopt(level, option, value)
