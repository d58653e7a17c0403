"""Reading a request's body: bounded in bytes and time, then JSON without ambiguity.

Owns what counts as readable. Must not know what the body asks for.
"""

import asyncio
import json
from collections import Counter
from typing import Any

import orjson

from hitl_chat.errors import BadRequest, TooLarge
from hitl_chat.server.errors import BadMediaType, ClientGone, Receive, Scope, TooSlow


async def read_body(receive: Receive, *, limit: int, seconds: float) -> bytes:
    """The whole body. Raises TooLarge, TooSlow, or ClientGone when nobody is left to answer."""
    parts: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(seconds):
            more = True
            while more:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise ClientGone
                part: bytes = message.get("body", b"")
                parts.append(part)
                size += len(part)
                more = message.get("more_body", False)
                if size > limit:
                    raise too_large(limit)
    except TimeoutError:
        msg = f"The request body did not arrive within {seconds:g} s."
        raise TooSlow(msg) from None
    return parts[0] if len(parts) == 1 else b"".join(parts)


def too_large(limit: int) -> TooLarge:
    return TooLarge(f"The request body is larger than {limit} bytes; send less.")


def says_json(scope: Scope) -> bool:
    kinds = [value for name, value in scope["headers"] if name == b"content-type"]
    return len(kinds) == 1 and kinds[0].partition(b";")[0].strip().lower() == b"application/json"


def require_json(scope: Scope) -> None:
    """A body that says it is JSON; a web form or plain text is how other sites forge requests."""
    if not says_json(scope):
        msg = "Send the body as JSON, with exactly one header 'Content-Type: application/json'."
        raise BadMediaType(msg, param="content-type")


def json_object(body: bytes) -> dict[str, Any]:
    """The JSON object in a body."""
    parsed = json_value(body)
    if not isinstance(parsed, dict):
        msg = f"The body must be a JSON object, not {_kind(parsed)}."
        raise BadRequest(msg, code="invalid_json")
    return parsed


def json_value(body: bytes) -> Any:  # noqa: ANN401 - JSON
    """The JSON in a body. Refuses what two parsers could read in two ways.

    orjson is strict about encoding, numbers, surrogates and depth; the second look is only for
    keys given twice.
    """
    try:
        parsed = orjson.loads(body)
        DUPLICATES.decode(body.decode())
    except orjson.JSONDecodeError as problem:
        msg = f"The body is not valid JSON: {problem}."
        raise BadRequest(msg, code="invalid_json") from None
    except RecursionError:
        msg = "The body is not valid JSON: it is nested too deeply."
        raise BadRequest(msg, code="invalid_json") from None
    return parsed


def _once(pairs: list[tuple[str, Any]]) -> None:
    seen = {key for key, _ in pairs}
    if len(seen) == len(pairs):
        return
    twice = next(key for key, times in Counter(key for key, _ in pairs).items() if times > 1)
    msg = f"The body has the key {twice[:100]!r} twice in one object; send it once."
    raise BadRequest(msg, code="duplicate_key", param=twice[:100])


DUPLICATES = json.JSONDecoder(object_pairs_hook=_once)


def _kind(value: object) -> str:
    kinds: dict[type, str] = {list: "an array", str: "a string", bool: "a boolean"}
    return kinds.get(type(value), "null" if value is None else "a number")
