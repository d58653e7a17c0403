"""Below ASGI: uvicorn's WebSocket protocol, with a limit on what never becomes a message.

Pings, pongs and pieces of messages are dealt with before the application hears of anything, so
nobody above could count them; so are handshakes that are none. Must not know what messages say.
"""

from asyncio import BaseTransport
from typing import ClassVar

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import CloseCode, Frame

from hitl_chat.errors import BadRequest
from hitl_chat.server.protocol import Wire, refusal


class Metered(WebSocketsSansIOProtocol):
    """One connection. `wire` is set by a subclass, since uvicorn makes the instances."""

    wire: ClassVar[Wire] = Wire()

    def connection_made(self, transport: BaseTransport) -> None:
        super().connection_made(transport)
        self.allowance = self.wire.socket_frames
        self.counted_at = self.loop.time()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        broken = self.conn.handshake_exc is not None and not self.handshake_initiated
        if broken and not self.transport.is_closing():
            # uvicorn is told of no request here, and would keep the connection for ever.
            msg = f"This is no handshake of a WebSocket: {self.conn.handshake_exc}."
            self.transport.write(refusal(BadRequest(msg, code="bad_framing")))
            self.transport.close()

    def handle_cont(self, event: Frame) -> None:
        if self._counted():
            super().handle_cont(event)

    def handle_ping(self) -> None:
        if self._counted():
            super().handle_ping()

    def handle_pong(self, event: Frame) -> None:
        if self._counted():
            super().handle_pong(event)

    def _counted(self) -> bool:
        """Whether one more may pass: a bucket that holds one second's worth."""
        if self.close_sent:
            return False
        most, now = self.wire.socket_frames, self.loop.time()
        self.allowance = min(most, self.allowance + (now - self.counted_at) * most)
        self.counted_at = now
        if self.allowance < 1:
            self._end(f"at most {most:g} pings, pongs and pieces of messages a second")
            return False
        self.allowance -= 1
        return True

    def _end(self, reason: str) -> None:
        """Say why and close; whoever still writes to it or reads from it learns that it is over."""
        self.conn.fail(CloseCode.POLICY_VIOLATION, reason)
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.close_sent = self.disconnected = True
        self.queue.put_nowait({"type": "websocket.disconnect", "code": 1008, "reason": reason})
        self.transport.close()
