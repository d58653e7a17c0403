"""What follows a conversation, as server-sent events and as frames of a WebSocket.

Owns the form of both, how they begin and end, and that every write is allowed by the key behind it.
What is told is the customer channel's.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from contextlib import aclosing, suppress
from typing import Annotated

import msgspec
from msgspec import Meta, Struct
from starlette.responses import Response
from starlette.websockets import WebSocket, WebSocketDisconnect

from hitl_chat.errors import HitlError
from hitl_chat.runner.customer import Batches
from hitl_chat.runner.customer_news import Told
from hitl_chat.server.connection import Closing, first_of
from hitl_chat.server.errors import Receive, Scope, Send

RETRY = b"retry: 2000\n\n"
BEAT = b": beat\n\n"
BEAT_FRAME = '{"type":"beat"}'
HEADERS = (
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-cache, no-transform"),
    (b"x-accel-buffering", b"no"),
)

# How the server closes a customer's socket.
BAD_FRAME = 1008  # no hello, another frame than hello, or hello twice
RESTART = 1012  # the server stops, or cannot read its record: come again
CODES = {401: 4401, 403: 4403, 404: 4404, 429: 4429}  # as the same fault over HTTP

Still = Callable[[], Awaitable[object]]


class Hello(Struct, frozen=True, tag_field="type", tag="hello", forbid_unknown_fields=True):
    """The first frame, and the only one. No `token`: then the handshake's Authorization counts."""

    token: Annotated[str, Meta(max_length=4096)] = ""
    last_event_id: Annotated[str, Meta(max_length=100)] = ""


HELLO = msgspec.json.Decoder(Hello)


def event(told: Told) -> bytes:
    """One server-sent event. Pure ASCII: some clients take every Unicode line end for one."""
    named = f"id: {told.id}\n" if told.id else ""
    return f"{named}event: {told.name}\ndata: {json.dumps(told.data)}\n\n".encode("ascii")


def frame(told: Told) -> str:
    """The same as a WebSocket's frame."""
    named = {"id": told.id} if told.id else {}
    return json.dumps({"type": told.name, **named, "data": told.data})


class EventStream(Response):
    """Follows until the client hangs up or may not listen any more. `still` is asked each time."""

    def __init__(self, batches: Batches, still: Still, conv: str) -> None:
        super().__init__()
        self._batches, self._still = batches, still
        self._head = [*HEADERS, (b"x-hitl-conversation-id", conv.encode())]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await first_of(self._tell(send), _hung_up(receive))

    async def _tell(self, send: Send) -> None:
        begun = False
        # Once begun, whatever goes wrong ends the stream: the client comes again and is told why.
        try:
            async with aclosing(self._batches) as batches:
                async for batch in batches:
                    await self._still()
                    data = b"".join(map(event, batch)) or BEAT
                    if not begun:
                        begun, data = True, RETRY + data
                        await send(
                            {"type": "http.response.start", "status": 200, "headers": self._head}
                        )
                    await send({"type": "http.response.body", "body": data, "more_body": True})
        except HitlError:
            if not begun:
                raise
        await send({"type": "http.response.body", "body": b""})


async def _hung_up(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


class EventSocket:
    """The same over a WebSocket. `enter` reads the hello: may it follow, and what follows."""

    def __init__(
        self,
        socket: WebSocket,
        enter: Callable[[Hello], Awaitable[tuple[Batches, Still]]],
        patience: float,
    ) -> None:
        self._socket, self._enter, self._patience = socket, enter, patience

    async def run(self) -> None:
        await self._socket.accept()
        try:
            batches, still = await self._enter(await self._hello())
            await first_of(self._tell(batches, still), self._hear_nothing())
        except HitlError as error:
            await self._close(CODES.get(error.status, RESTART), error.message)
        except Closing as closing:
            await self._close(closing.code, closing.reason)
        except WebSocketDisconnect:
            return

    async def _hello(self) -> Hello:
        try:
            async with asyncio.timeout(self._patience):
                return HELLO.decode(await self._socket.receive_text())
        except TimeoutError:
            raise Closing(BAD_FRAME, "say hello first") from None
        except (msgspec.MsgspecError, KeyError) as error:
            raise Closing(BAD_FRAME, f"the first frame is hello: {error}") from None

    async def _tell(self, batches: Batches, still: Still) -> None:
        async with aclosing(batches) as following:
            async for batch in following:
                await still()
                for text in self._frames(batch):
                    await self._socket.send_text(text)
        raise Closing(RESTART, "the server stops: come again")

    @staticmethod
    def _frames(batch: Sequence[Told]) -> Sequence[str]:
        return [*map(frame, batch)] or [BEAT_FRAME]

    async def _hear_nothing(self) -> None:
        message = await self._socket.receive()
        if message["type"] == "websocket.disconnect":
            raise WebSocketDisconnect
        raise Closing(BAD_FRAME, "after hello there is nothing to say here")

    async def _close(self, code: int, reason: str) -> None:
        with suppress(RuntimeError, WebSocketDisconnect):
            await self._socket.close(code, reason.encode()[:120].decode(errors="ignore"))
