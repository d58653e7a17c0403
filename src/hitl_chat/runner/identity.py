"""Which conversation does a request belong to? First hit wins, and how sure we are is kept.

1. the client says so   2. a header that many front ends send, if the history fits
3. the history itself: it repeats text we sent, which only this conversation knows
Pure: `known` looks up what earlier turns left behind. Two strangers must never meet: where the
history does not prove it, a request is a new conversation.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Any

import orjson

from hitl_chat.checks.transcript import text_of
from hitl_chat.core.types import Value
from hitl_chat.errors import BadRequest

IN_METADATA = ("conversation_id", "session_id", "thread_id", "chat_id")
KNOWN_HEADERS = (
    "x-conversation-id",
    "x-thread-id",
    "x-chat-id",
    "x-session-id",
    "x-session-affinity",
    "x-openwebui-chat-id",
    "x-litellm-trace-id",
    "x-litellm-session-id",
    "session-id",
    "helicone-session-id",
    "x-topic-id",
)
VENDOR = re.compile(r"x-[a-z0-9-]{1,40}-session-id")
USERS = ("user", "safety_identifier", "prompt_cache_key")
OWN_HEADER = "x-hitl-conversation-id"
LEGAL = re.compile(r"[A-Za-z0-9._:@/+=-]{1,128}")
SKIPPED = frozenset({"system", "developer"})
LONGEST_SCOPE = 200


class Place(Value, frozen=True):
    """A conversation and how it was found: explicit | header | history | new."""

    id: str
    source: str
    scope: str = ""


def explicit(headers: Mapping[str, str], body: Mapping[str, Any]) -> str:
    """The id the client gave, or ""."""
    named: list[tuple[str, Any]] = [(OWN_HEADER, headers.get(OWN_HEADER))]
    for part, keys in (("hitl", IN_METADATA[:1]), ("metadata", IN_METADATA)):
        inner = body.get(part)
        if isinstance(inner, Mapping):
            named += [(f"{part}.{key}", inner.get(key)) for key in keys]
    named.append(("litellm_session_id", body.get("litellm_session_id")))
    for name, value in named:
        if value is not None and value != "":
            return _legal(name, value)
    return ""


def _legal(name: str, value: object) -> str:
    if isinstance(value, str) and LEGAL.fullmatch(value):
        return value
    msg = (
        f"{name} is no conversation id: send 1 to 128 letters, digits or any of ._:@/+=-, "
        f"not {str(value)[:60]!r}"
    )
    raise BadRequest(msg, param=name)


def scope(headers: Mapping[str, str], body: Mapping[str, Any], channel: str) -> str:
    """Where a history may be looked for: never across channels, users or sessions."""
    for name in KNOWN_HEADERS:
        if value := headers.get(name):
            return _short(f"{channel}|{name}|{value}")
    for name, value in headers.items():
        if value and name != OWN_HEADER and VENDOR.fullmatch(name):
            return _short(f"{channel}|{name}|{value}")
    users = (str(body[key]) for key in USERS if isinstance(body.get(key), str))
    return _short(f"{channel}|{'|'.join(users)}")


def _short(scope: str) -> str:
    """Long ones are told apart by their hash: cut off, two customers' might become one."""
    return scope if len(scope) <= LONGEST_SCOPE else sha256(scope.encode()).hexdigest()


def said_before(messages: Sequence[Mapping[str, Any]]) -> Sequence[Mapping[str, Any]]:
    """The history up to the assistant's last word; () at the start of a conversation."""
    for at in range(len(messages) - 1, -1, -1):
        if messages[at].get("role") == "assistant":
            return messages[: at + 1]
    return ()


def fingerprint(messages: Iterable[Mapping[str, Any]]) -> str:
    """What clients replay exactly, hashed: roles and texts, without instructions."""
    seen = [
        (message["role"], text_of(message), _calls(message))
        for message in messages
        if message.get("role") not in SKIPPED
    ]
    return sha256(orjson.dumps(seen)).hexdigest()


def answered(
    messages: Sequence[Mapping[str, Any]], text: str, calls: Sequence[tuple[str, str]] = ()
) -> str:
    """The fingerprint of the history that the next request of this conversation will begin with."""
    answer = {
        "role": "assistant",
        "content": text,
        "tool_calls": [{"function": {"name": name, "arguments": args}} for name, args in calls],
    }
    return fingerprint([*messages, answer])


def _calls(message: Mapping[str, Any]) -> list[tuple[str, str]]:
    functions = [call.get("function") or {} for call in message.get("tool_calls") or ()]
    return [(str(f.get("name", "")), str(f.get("arguments", ""))) for f in functions]
