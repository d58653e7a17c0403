"""Plain ASGI in, aiohttp out, no framework; ``gated_app`` also reads and searches everything."""

from functools import cache

import aiohttp
from starlette.types import ASGIApp, Receive, Scope, Send

from bench.baselines import plain
from bench.baselines.gate import Gate, check_request, check_whole

HEADERS = {"content-type": "application/json", "authorization": f"Bearer {plain.KEY}"}


@cache
def session() -> aiohttp.ClientSession:
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=60),
        auto_decompress=False,
        read_bufsize=2**16,
        cookie_jar=aiohttp.DummyCookieJar(),
    )


def make(*, gated: bool) -> ASGIApp:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if await plain.not_chat(scope, receive, send):
            return
        body = await plain.read_body(receive)
        body = check_request(body) if gated else body
        answer = await session().post(plain.UPSTREAM, data=body, headers=HEADERS)
        if answer.content_type != plain.EVENT_STREAM:
            whole = await answer.read()
            whole = check_whole(whole) if gated else whole
            await plain.send_json(send, whole, answer.status)
            return
        await send(plain.STREAM_START)
        gate = Gate()
        async for read in answer.content.iter_any():
            events = gate.feed(read) if gated else read
            if events:
                await send(plain.part(events))
        answer.release()
        await send(plain.STREAM_END)

    return app


app = make(gated=False)
gated_app = make(gated=True)
