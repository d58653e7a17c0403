"""What every plain ASGI baseline shares: where the model is, requests in, small answers out."""

import os
from urllib.parse import urlsplit

from starlette.types import Message, Receive, Scope, Send

UPSTREAM = os.environ.get("UPSTREAM", "http://127.0.0.1:18000/v1") + "/chat/completions"
_PARTS = urlsplit(UPSTREAM)
ADDRESS = (_PARTS.hostname or "127.0.0.1", _PARTS.port or 80)
KEY = "sk-test"
EVENT_STREAM = "text/event-stream"
STREAM_START: Message = {
    "type": "http.response.start",
    "status": 200,
    "headers": [
        (b"content-type", b"text/event-stream; charset=utf-8"),
        (b"cache-control", b"no-cache"),
    ],
}
STREAM_END: Message = {"type": "http.response.body", "body": b""}


def request_bytes(body: bytes) -> bytes:
    """A whole HTTP request to the model."""
    return (
        f"POST {_PARTS.path} HTTP/1.1\r\nhost: {_PARTS.netloc}\r\n"
        f"content-type: application/json\r\nauthorization: Bearer {KEY}\r\n"
        f"content-length: {len(body)}\r\n\r\n"
    ).encode() + body


def part(body: bytes) -> Message:
    return {"type": "http.response.body", "body": body, "more_body": True}


async def read_body(receive: Receive) -> bytes:
    message = await receive()
    body: bytes = message.get("body", b"")
    while message.get("more_body"):
        message = await receive()
        body += message.get("body", b"")
    return body


async def send_json(send: Send, body: bytes, status: int = 200) -> None:
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def not_chat(scope: Scope, receive: Receive, send: Send) -> bool:
    """Answer what is not a chat request: start, stop, and any GET."""
    if scope["type"] == "lifespan":
        stopped = False
        while not stopped:
            message = await receive()
            await send({"type": message["type"] + ".complete"})
            stopped = message["type"] == "lifespan.shutdown"
        return True
    if scope["method"] == "GET":
        await send_json(send, b'{"ok":true}')
        return True
    return False
