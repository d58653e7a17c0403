"""A server that only holds: enough of a proxy and its desk to try ``bench/held.py`` against.

Holds survive a kill -9 in the file HOLDS. FAULT makes it worse: ``forget`` loses the last hold at a
start, ``leak`` sends what should be held.
"""

import asyncio
import json
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from bench.desk import COMMANDS, HOLD, ME, QUEUE
from bench.load.answers import RISKY_PHRASE, behaviour, whole_answer
from bench.load.tokens import now_us, tokens

FILE = Path(os.environ.get("HOLDS", "holds.txt"))
FAULT = os.environ.get("FAULT", "")
COOKIE = "__Host-hitl"
CSRF = "not-forged"
decided: dict[str, asyncio.Event] = {}


def remembered() -> list[str]:
    known = FILE.read_text().split() if FILE.exists() else []
    return known[:-1] if FAULT == "forget" else known


def remember(ident: str) -> None:
    with FILE.open("a") as file:
        file.write(ident + "\n")


def event(text: str, **more: object) -> bytes:
    document = {"choices": [{"index": 0, "delta": {"content": text}}], **more}
    return f"data: {json.dumps(document)}\n\n".encode()


async def held(text: str) -> AsyncIterator[bytes]:
    ident = f"hold_{len(decided)}"
    decided[ident] = asyncio.Event()
    remember(ident)
    yield event(text)
    yield event(RISKY_PHRASE if FAULT == "leak" else "", hitl={"state": "held", "hold_id": ident})
    await decided[ident].wait()
    yield event(RISKY_PHRASE) + b"data: [DONE]\n\n"


async def waiting() -> AsyncIterator[bytes]:
    yield event(tokens(1, now_us()))
    await asyncio.Event().wait()


async def chat(request: Request) -> Response:
    body = await request.json()
    how = behaviour(body["model"])
    if not body.get("stream"):
        raw = whole_answer(body["model"], how, now_us())
        return Response(raw.split(b"\r\n\r\n", 1)[1], media_type="application/json")
    answer = held(tokens(how.tokens, now_us())) if how.risky else waiting()
    return StreamingResponse(answer, media_type="text/event-stream")


async def sign_in(_: Request) -> Response:
    response = Response()
    response.set_cookie(COOKIE, "agent", secure=True)
    return response


def known(request: Request) -> bool:
    return request.cookies.get(COOKIE) == "agent"


async def me(request: Request) -> Response:
    return JSONResponse({"csrf": CSRF if known(request) else ""})


async def queue(request: Request) -> Response:
    if not known(request):
        return JSONResponse({"error": "who are you?"}, 401)
    open_holds = [ident for ident, event in decided.items() if not event.is_set()]
    return JSONResponse({"holds": [{"id": ident, "state": "open"} for ident in open_holds]})


async def card(_: Request) -> Response:
    hold: dict[str, Any] = {"version": 3, "obstacles": {}}
    return JSONResponse({"hold": hold, "draft_sha256": "5ea1"})


async def command(request: Request) -> Response:
    body = await request.json()
    right = body["do"] == "decide" and body["version"] == 3 and body["draft_sha256"] == "5ea1"
    if not (known(request) and right and request.headers.get("x-csrf-token") == CSRF):
        return JSONResponse({"error": "no"}, 409)
    decided[body["hold"]].set()
    return JSONResponse({"ok": True})


app = Starlette(
    routes=[
        Route("/v1/chat/completions", chat, methods=["POST"]),
        Route("/in/once", sign_in, methods=["POST"]),
        Route(ME, me),
        Route(QUEUE, queue),
        Route(HOLD, card),
        Route(COMMANDS, command, methods=["POST"]),
    ]
)

if __name__ == "__main__":
    decided.update((ident, asyncio.Event()) for ident in remembered())
    uvicorn.run(app, port=int(os.environ["PORT"]), log_level="warning")
