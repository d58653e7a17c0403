"""Plain ASGI in, a raw socket out, reading and searching everything: the limit of Python."""

from starlette.types import Receive, Scope, Send

from bench.baselines import plain
from bench.baselines.gate import Gate, check_request, check_whole
from bench.baselines.raw_upstream import Connection, Pool

pool = Pool(Connection)


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


async def stream(upstream: Connection, send: Send) -> None:
    await send(plain.STREAM_START)
    gate = Gate()
    while True:
        ended = upstream.complete
        events = gate.feed(upstream.take())
        if events:
            await send(plain.part(events))
        if ended:
            break
        if not upstream.parts and not upstream.complete:
            await upstream.wait()
    await send(plain.STREAM_END)
