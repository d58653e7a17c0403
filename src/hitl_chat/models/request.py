"""The client's request: read, and reduced to what may go on to a model.

Owns the allow-lists. A field or header that is not listed here never reaches a provider: it
could redirect the call (api_base), spend other people's keys, or switch checks off. Pure. Knows
no provider; what a listed field must look like is in `validate.py`.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

import orjson

from hitl_chat.errors import BadRequest
from hitl_chat.models.validate import validate

__all__ = ["FIELDS", "HEADERS", "forwarded", "parse", "reduce", "validate"]

FIELDS = frozenset(
    {
        "frequency_penalty",
        "function_call",
        "functions",
        "logit_bias",
        "logprobs",
        "max_completion_tokens",
        "max_tokens",
        "messages",
        "model",
        "n",
        "parallel_tool_calls",
        "presence_penalty",
        "prompt_cache_key",
        "reasoning_effort",
        "response_format",
        "safety_identifier",
        "seed",
        "service_tier",
        "stop",
        "stream",
        "stream_options",
        "temperature",
        "tool_choice",
        "tools",
        "top_k",
        "top_logprobs",
        "top_p",
        "user",
        "verbosity",
        "web_search_options",
    }
)
MESSAGE_FIELDS = frozenset(
    {
        "content",
        "function_call",
        "name",
        "reasoning_content",
        "refusal",
        "role",
        "tool_call_id",
        "tool_calls",
    }
)
HEADERS = frozenset({"traceparent", "tracestate", "x-client-request-id"})
LONGEST_HEADER = 512
DEEPEST = 64
LONGEST_PATH = 200


def parse(data: bytes) -> dict[str, Any]:
    """The body as an object, or `BadRequest`. Numbers are finite, texts are whole Unicode."""
    if not data:
        raise BadRequest("The body is empty: send a JSON object.")
    try:
        body = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise BadRequest(f"The body is not valid JSON: {error}.", code="invalid_json") from error
    if not isinstance(body, dict):
        kind = type(body).__name__
        raise BadRequest(f"The body is a {kind}: send a JSON object.", code="invalid_json")
    if data.count(b"[") + data.count(b"{") > DEEPEST and _is_deep(body):
        message = f"The body is nested deeper than {DEEPEST} levels: flatten it."
        raise BadRequest(message, code="too_deep")
    if b"\\u0000" in data:
        for found in _nulls(body):
            path = found.removeprefix(".")[:LONGEST_PATH] or "the body"
            raise BadRequest(f"{path!r} contains a NUL character: remove it.", param=path)
    return body


def reduce(
    body: Mapping[str, Any], also: Collection[str] = ()
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The body, a valid one, with listed fields only, and the names of those dropped (`messages.x`
    for one of a message). `also`: fields that this model's configuration allows besides."""
    clean = {name: body[name] for name in body if name in FIELDS or name in also}
    dropped = dict.fromkeys(name for name in body if name not in clean)
    messages = body.get("messages") or ()
    for at, message in enumerate(messages):
        parts = type(message.get("content")) is list
        if parts or not message.keys() <= MESSAGE_FIELDS:
            if clean["messages"] is messages:
                clean["messages"] = list(messages)
            kept = {name: message[name] for name in message if name in MESSAGE_FIELDS}
            clean["messages"][at] = kept
            dropped |= dict.fromkeys(f"messages.{name}" for name in message if name not in kept)
            if parts:
                kept["content"] = [_part(part, dropped) for part in message["content"]]
    return clean, tuple(name[:80] for name in dropped)


def _part(part: Mapping[str, Any], dropped: dict[str, None]) -> dict[str, Any]:
    """Its kind and that kind's text: checks must not read one text, and the model another."""
    kind = part["type"]
    more = (name for name in part if name not in ("type", kind))
    dropped |= dict.fromkeys(f"messages.content.{name}" for name in more)
    return {"type": kind, kind: part[kind]}


def forwarded(headers: Mapping[str, str]) -> dict[str, str]:
    """Those of the client's headers (names in lower case) that may go on to a model."""
    return {
        name: headers[name]
        for name in HEADERS
        if name in headers and len(headers[name]) <= LONGEST_HEADER and headers[name].isprintable()
    }


def _is_deep(body: dict[str, Any]) -> bool:
    level: list[Any] = [body]
    for _ in range(DEEPEST):
        level = [
            below
            for value in level
            for below in (value.values() if isinstance(value, dict) else value)
            if isinstance(below, dict | list)
        ]
        if not level:
            return False
    return True


def _nulls(value: object) -> Iterator[str]:
    """Where a NUL is, the path's end first; the body is known not to be deep."""
    if isinstance(value, str):
        if "\0" in value:
            yield ""
    elif isinstance(value, list):
        for at, item in enumerate(value):
            yield from (f"[{at}]{below}" for below in _nulls(item))
    elif isinstance(value, dict):
        for name, item in value.items():
            if "\0" in name:
                yield ""
            yield from (f".{name}{below}" for below in _nulls(item))
