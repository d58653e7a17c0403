"""FastAPI in, httpx out: a chat proxy the way most people write it."""

from collections.abc import AsyncIterator
from functools import cache

import httpx
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse

from bench.baselines import plain

HEADERS = {"content-type": "application/json", "authorization": f"Bearer {plain.KEY}"}
app = FastAPI()


@cache
def client() -> httpx.AsyncClient:
    limits = httpx.Limits(max_connections=2000, max_keepalive_connections=2000)
    return httpx.AsyncClient(limits=limits, timeout=60)


async def lines(answer: httpx.Response) -> AsyncIterator[str]:
    try:
        async for line in answer.aiter_lines():
            if line:
                yield line + "\n\n"
    finally:
        await answer.aclose()


@app.post("/v1/chat/completions")
async def chat(request: Request) -> Response:
    body = await request.json()
    if not body.get("stream"):
        whole = await client().post(plain.UPSTREAM, json=body, headers=HEADERS)
        return JSONResponse(whole.json())
    upstream = client().build_request("POST", plain.UPSTREAM, json=body, headers=HEADERS)
    answer = await client().send(upstream, stream=True)
    return StreamingResponse(lines(answer), media_type=plain.EVENT_STREAM)
