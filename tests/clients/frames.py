"""The frames of the wire protocol, as bytes, one function each.

Pure: it builds what a stream or a plain answer consists of, and knows neither the order in which
they come (scripts.py) nor who plays them (scripted_server.py). Written by hand, not with the
product's own encoders: these bytes are the reference that both are held against.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.clients.contract import Json

CREATED = 1763628000
USAGE: Json = {"prompt_tokens": 5, "completion_tokens": 7, "total_tokens": 12}
DONE = b"data: [DONE]\n\n"


def encode(value: Json) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def envelope(kind: str) -> Json:
    return {"id": "chatcmpl-1", "object": kind, "created": CREATED, "model": "m"}


def chunk(delta: Json, finish_reason: str | None = None, hitl: Json | None = None) -> bytes:
    """One `chat.completion.chunk`: one choice, and the hold's news beside it."""
    body = envelope("chat.completion.chunk") | {
        "choices": [{"index": 0, "delta": delta, "finish_reason": finish_reason}]
    }
    return b"data: " + encode(body | ({"hitl": hitl} if hitl else {})) + b"\n\n"


def text(content: str, hitl: Json | None = None) -> bytes:
    return chunk({"role": "assistant", "content": content}, hitl=hitl)


def waiting(*, first: bool = False, text_sent: bool = False) -> Json:
    """The delta of a chunk that brings no text. The first chunk of a stream names the role:
    without it LangChain JS takes the answer for no assistant's and drops its tool calls."""
    if first:
        return {"role": "assistant"}
    return {"content": ""} if text_sent else {}


def check() -> bytes:
    return chunk(waiting(first=True), hitl={"v": 1, "state": "checking", "seq": 1})


def held(*, first: bool = True) -> bytes:
    return chunk(
        waiting(first=first, text_sent=not first),
        hitl={
            "v": 1,
            "state": "held",
            "hold_id": "hold_1",
            "conversation_id": "conv_1",
            "seq": 1,
            "since": CREATED,
            "expires": CREATED + 120,
            "notice": "A colleague is checking this answer.",
        },
    )


def beat(state: str, seq: int, *, text_sent: bool = False) -> bytes:
    hitl = {"v": 1, "state": state, "seq": seq}
    if state == "held":
        hitl["hold_id"] = "hold_1"
    return chunk(waiting(text_sent=text_sent), hitl=hitl)


def released(decision: str, author: str) -> Json:
    return {
        "v": 1,
        "state": "released",
        "decision": decision,
        "author": author,
        "hold_id": "hold_1",
    }


def corrected(whole: str) -> Json:
    return {"v": 1, "state": "corrected", "replace": {"from": 0, "text": whole}}


def takeover() -> bytes:
    hitl = {"v": 1, "state": "human", "agent": {"display": "Ann"}, "typing": True}
    return chunk(waiting(first=True), hitl=hitl)


def human(message_id: str) -> Json:
    return {"v": 1, "state": "human", "author": "human", "message_id": message_id}


HANDED_BACK: Json = {"v": 1, "state": "ai", "reason": "handed_back"}
FAILED: Json = {"v": 1, "state": "error"}


def final(author: str) -> Json:
    return {"v": 1, "state": "final", "author": author}


def end(author: str, finish_reason: str = "stop") -> bytes:
    return chunk({}, finish_reason, final(author))


def usage() -> bytes:
    """Only for a request with `stream_options.include_usage`."""
    body = envelope("chat.completion.chunk") | {"choices": [], "usage": USAGE}
    return b"data: " + encode(body) + b"\n\n"


def completion(message: Json, hitl: Json, finish_reason: str = "stop") -> bytes:
    """The plain answer; beats of white space may stand before it."""
    choice = {
        "index": 0,
        "message": {"role": "assistant", "content": None, "refusal": None} | message,
        "logprobs": None,
        "finish_reason": finish_reason,
    }
    body = envelope("chat.completion") | {"choices": [choice], "usage": USAGE, "hitl": hitl}
    return encode(body)


def error(message: str, kind: str, code: str) -> bytes:
    return encode({"error": {"message": message, "type": kind, "param": None, "code": code}})
