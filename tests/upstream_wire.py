"""What a scripted model server says: the steps of an answer and how they look on the wire."""

import asyncio
from collections.abc import Callable, Iterable
from itertools import count
from typing import Any

import msgspec

from hitl_chat.core.types import Value
from hitl_chat.errors import UpstreamError
from hitl_chat.models.scripted import Reply, asked, play
from hitl_chat.models.scripted.reply import Sheet, chunks, whole
from hitl_chat.ports import ModelCall

NUMBERS = count(1)


class Seen(Value, frozen=True):
    """One request as it came in."""

    method: str
    path: str
    headers: dict[str, str]
    body: dict[str, Any]
    attempt: int  # the how manieth request for this model, from 1

    @property
    def model(self) -> str:
        return str(self.body.get("model", ""))

    @property
    def asked(self) -> str:
        return asked(self.body)


class Until(Value, frozen=True):
    """Wait for the test to set this event."""

    event: asyncio.Event


class Stall(Value, frozen=True):
    """Say nothing more until the client hangs up."""


class Reset(Value, frozen=True):
    """Drop the connection with RST."""


class Close(Value, frozen=True):
    """Close the connection with FIN, whatever was promised."""


class Raw(Value, frozen=True):
    """These bytes as they are, outside the chunked framing of the body."""

    data: bytes


Step = bytes | Raw | Until | Stall | Reset | Close
Script = Callable[[Seen], Iterable[Step]]


# --- what a script is made of ------------------------------------------------------------------

DONE = b"data: [DONE]\n\n"
END = Raw(b"0\r\n\r\n")


def head(status: int = 200, kind: str = "text/event-stream", **headers: str) -> Raw:
    """The head of an answer whose body is chunked: the bytes after it, until END."""
    lines = [f"HTTP/1.1 {status} Scripted", f"content-type: {kind}", "transfer-encoding: chunked"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return Raw("\r\n".join([*lines, "", ""]).encode())


def event(document: object) -> bytes:
    return b"data: " + msgspec.json.encode(document) + b"\n\n"


def chunk(text: str = "", *, finish: str | None = None, index: int = 0, **more: object) -> bytes:
    """One chunk event; `more` are further fields of the chunk."""
    delta = {"content": text} if text else {}
    choice = {"index": index, "delta": delta, "finish_reason": finish}
    envelope = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": "m"}
    return event(envelope | {"choices": [choice]} | more)


def answer(*texts: str) -> list[bytes]:
    """The events of a plain, complete stream."""
    return [*map(chunk, texts), chunk(finish="stop"), DONE]


def body(document: object, status: int = 200, **headers: str) -> list[Step]:
    """A JSON answer."""
    return [head(status, "application/json", **headers), msgspec.json.encode(document), END]


def wire(steps: Iterable[Step]) -> bytes:
    """The bytes on the wire of steps that are only bytes."""
    return b"".join(step.data if isinstance(step, Raw) else framed(step) for step in steps)


def framed(step: Step) -> bytes:
    if not isinstance(step, bytes):
        message = f"{step!r} has no bytes: cut the script before it"
        raise TypeError(message)
    return b"%x\r\n%s\r\n" % (len(step), step) if step else b""


def usual(seen: Seen) -> list[Step]:
    """The scripted model's answer over HTTP."""
    call = ModelCall(seen.model, seen.body, bool(seen.body.get("stream")))
    try:
        reply = play(call)
    except UpstreamError as error:
        return body({"error": {"message": error.message, "code": error.code}}, error.status)
    return said(reply, seen)


def said(reply: Reply, seen: Seen) -> list[Step]:
    sheet = Sheet(f"chatcmpl-{next(NUMBERS)}", 1_760_000_000, reply.model or seen.model)
    if not seen.body.get("stream"):
        raw = whole(reply, seen.body, sheet)
        return [head(kind="application/json"), raw, END]
    events = [b"data: " + raw + b"\n\n" for raw in chunks(reply, seen.body, sheet)]
    return [head(), *events, DONE, END]
