"""Whatever a scope holds, the guard answers it once, never with a 5xx, in OpenAI's shape."""

import asyncio
import json
from typing import Any

from fastapi import APIRouter
from hypothesis import given
from hypothesis import strategies as st

from hitl_chat.server.asgi import Edge, Guard, Route
from hitl_chat.server.body import json_object, read_body
from hitl_chat.server.errors import Message, Receive, Scope, Send
from hitl_chat.server.head import HeadLimits
from hitl_chat.server.rest import rest

CHAT = "/v1/chat/completions"
router = APIRouter()


@router.post("/v1/conversations")
async def conversation(asked: dict[str, Any]) -> dict[str, Any]:
    return asked


async def chat(scope: Scope, receive: Receive, send: Send) -> None:
    json_object(await read_body(receive, limit=2000, seconds=1.0))
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"{}"})


FAULTS: list[Exception] = []
GUARD = Guard(
    {CHAT: Route(chat, json=True)},
    rest([router]),
    Edge(HeadLimits(hosts=("a",)), body_bytes=2000, small_body_bytes=1000),
    seen=lambda route, status: None,
    fault=lambda request, error: FAULTS.append(error),
)

NAMES = (
    "host content-length transfer-encoding content-type content-encoding origin authorization"
    " access-control-request-method cookie x-a"
)
name = st.sampled_from(NAMES.encode().split())
value = st.sampled_from([b"a", b"0", b"12", b"chunked", b"application/json", b"POST", b"null"])
headers = st.lists(st.tuples(name, value | st.binary(max_size=20)), max_size=8)
usual = [(b"host", b"a"), (b"content-type", b"application/json")]
path = st.sampled_from([CHAT, "/v1/conversations", "/", "/v1/", "/in/x"]) | st.text(max_size=20)
method = st.sampled_from(["GET", "POST", "OPTIONS", "HEAD", "TRACE"]) | st.text(max_size=8)
whole = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
)
body = st.binary(max_size=3000) | whole.map(lambda value: json.dumps(value).encode())


@given(method, path, headers, st.booleans(), body, st.integers(1, 1000))
def test_every_request_gets_one_clear_answer(
    method: str,
    path: str,
    headers: list[tuple[bytes, bytes]],
    proper: bool,
    body: bytes,
    cut: int,
) -> None:
    given = [*usual, (b"content-length", b"%d" % len(body))] if proper else headers
    scope: Scope = {"type": "http", "method": method, "path": path, "headers": given}
    scope["raw_path"] = path.encode("utf-8", "replace")
    scope["query_string"] = b""
    scope["http_version"] = "1.1"
    parts = [body[at : at + cut] for at in range(0, len(body), cut)] or [b""]
    sent = asyncio.run(asked(scope, parts))
    starts = [message for message in sent if message["type"] == "http.response.start"]
    assert [FAULTS, len(starts), sent[-1].get("more_body", False)] == [[], 1, False]
    assert starts[0]["status"] < 500
    if starts[0]["status"] >= 400:
        text = b"".join(message.get("body", b"") for message in sent)
        assert set(json.loads(text)["error"]) == {"message", "type", "param", "code"}


async def asked(scope: Scope, parts: list[bytes]) -> list[Message]:
    sent: list[Message] = []

    async def receive() -> Message:
        if not parts:
            return {"type": "http.disconnect"}
        part = parts.pop(0)
        return {"type": "http.request", "body": part, "more_body": bool(parts)}

    async def send(message: Message) -> None:
        sent.append(message)

    await GUARD(scope, receive, send)
    return sent
