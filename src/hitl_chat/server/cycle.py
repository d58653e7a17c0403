"""One request and its response, below ASGI: uvicorn's, with a short way for what is written most.

A head is checked as a whole instead of header by header, and a piece of a stream is one write.
Everything else is uvicorn's own.
"""

from http import HTTPStatus
from typing import Any

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, RequestResponseCycle

from hitl_chat.server.errors import Header

CONTROL = bytes({*range(32), 127} - {9})  # a tab may stand in a header, a line break must not
BODILESS = frozenset({HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED})


class Cycle(RequestResponseCycle):
    async def send(self, message: Any) -> None:  # noqa: ANN401 - uvicorn's own union of messages
        if self.disconnected or self.flow.write_paused:
            await super().send(message)
        elif message["type"] == "http.response.start" and not self.response_started:
            self._begin(message["status"], [*self.default_headers, *message.get("headers", ())])
        elif not (message.get("more_body") and self.piece(message.get("body", b""))):
            await super().send(message)

    def piece(self, body: bytes) -> bool:
        """Write a part of a chunked body that is not its last; False: that is no such thing."""
        if (
            not self.chunked_encoding
            or not body
            or self.flow.write_paused
            or self.disconnected
            or self.response_complete
            or not self.response_started
            or self.scope["method"] == "HEAD"
        ):
            return False
        self.transport.write(b"%x\r\n%b\r\n" % (len(body), body))
        return True

    # --- back-pressure

    @property
    def write_paused(self) -> bool:
        return self.flow.write_paused

    async def drain(self) -> None:
        await self.flow.drain()

    async def sent(self) -> None:
        """Until the kernel has taken everything that was written, or the connection is lost."""
        self.transport.set_write_buffer_limits(high=0)
        await self.flow.drain()
        self.transport.set_write_buffer_limits()

    def _begin(self, status: int, headers: list[Header]) -> None:
        self.response_started = True
        self.waiting_for_100_continue = False
        for name, value in headers:
            self._heed(name, value)
        if not self.keep_alive and (b"connection", b"close") not in headers:
            headers.append((b"connection", b"close"))
        unframed = self.chunked_encoding is None
        if unframed and self.scope["method"] != "HEAD" and status not in BODILESS:
            self.chunked_encoding = True
            headers.append((b"transfer-encoding", b"chunked"))
        lines = b"".join([b"%b: %b\r\n" % header for header in headers])
        if len(lines) - len(lines.translate(None, CONTROL)) != 2 * len(headers):
            msg = "a response header holds a control character: it could become two headers"
            raise RuntimeError(msg)
        self.transport.write(b"%b%b\r\n" % (STATUS_LINE[status], lines))

    def _heed(self, name: bytes, value: bytes) -> None:
        """What the application says about how its body is framed."""
        if name == b"content-length" and self.chunked_encoding is None:
            self.expected_content_length = int(value)
            self.chunked_encoding = False
        elif name == b"transfer-encoding" and value.lower() == b"chunked":
            self.expected_content_length = 0
            self.chunked_encoding = True
        elif name == b"connection" and b"close" in value.lower():
            self.keep_alive = False


class CloseDelimited(Cycle):
    """HTTP/1.0 knows no chunks: a body of unknown length ends with the connection."""

    open_ended = False

    async def send(self, message: Any) -> None:  # noqa: ANN401 - uvicorn's own union of messages
        if message["type"] == "http.response.start":
            names = {name.lower() for name, _ in message.get("headers", [])}
            self.open_ended = b"content-length" not in names
            if self.open_ended:
                self.chunked_encoding = False
        elif self.open_ended:
            self.expected_content_length = len(message.get("body", b""))
        await super().send(message)
