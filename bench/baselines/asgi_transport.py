"""Like ``asgi_raw``, but stream bytes go from the model's callback to the client's transport.

No task wakes up and no ASGI message is sent per chunk; the request still comes and ends through
ASGI. It reaches into uvicorn for the transport and ignores back-pressure: for measuring only.
"""

from typing import Any

from starlette.types import Receive, Scope, Send

from bench.baselines import plain
from bench.baselines.gate import Gate, check_request, check_whole
from bench.baselines.raw_upstream import Connection, Pool


class DirectConnection(Connection):
    """Writes what it reads to ``sink`` once there is one."""

    sink: Any = None  # uvicorn's transport: a private thing of its, hence not typed
    gate: Gate

    def start(self, request: bytes) -> None:
        self.sink = None
        self.gate = Gate()
        super().start(request)

    def data_received(self, data: bytes) -> None:
        self.parser.feed_data(data)
        if self.sink is None:
            self.wake()
            return
        if self.parts:
            events = self.gate.feed(self.take())
            if events:
                self.sink.write(b"%x\r\n%s\r\n" % (len(events), events))
        if self.complete:
            self.wake()


pool = Pool(DirectConnection)


async def gated_app(scope: Scope, receive: Receive, send: Send) -> None:
    if await plain.not_chat(scope, receive, send):
        return
    body = check_request(await plain.read_body(receive))
    upstream = await pool.take()
    upstream.start(plain.request_bytes(body))
    await upstream.until_headers()
    if upstream.is_stream:
        await stream(upstream, send)
    else:
        await upstream.until_complete()
        await plain.send_json(send, check_whole(upstream.take()), upstream.status)
    pool.give_back(upstream)


async def stream(upstream: DirectConnection, send: Send) -> None:
    await send(plain.STREAM_START)
    await send(plain.part(upstream.gate.feed(upstream.take())))
    cycle: Any = getattr(send, "__self__", None)
    upstream.sink = cycle.transport
    await upstream.until_complete()
    upstream.sink = None
    await send({"type": "http.response.body", "body": upstream.gate.feed(upstream.take())})
