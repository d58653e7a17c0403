"""Errors as the customer's client sees them: OpenAI's JSON, whatever went wrong.

Owns the encoding and the errors that only HTTP has. Must not know who raises them, and never puts
an exception's own words into an answer.
"""

from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from http import HTTPStatus
from math import ceil
from typing import Any

import orjson

from hitl_chat.errors import HitlError

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
Header = tuple[bytes, bytes]

JSON: Header = (b"content-type", b"application/json")


class MethodNotAllowed(HitlError):
    status, type, code = 405, "invalid_request_error", "method_not_allowed"


class TooSlow(HitlError):
    status, type, code = 408, "invalid_request_error", "request_timeout"


class BadMediaType(HitlError):
    status, type, code = 415, "invalid_request_error", "unsupported_media_type"


class HeadTooLarge(HitlError):
    status, type, code = 431, "invalid_request_error", "headers_too_large"


class ClientGone(Exception):
    """The client hung up before its request was read."""


def encode(error: HitlError) -> bytes:
    body: dict[str, Any] = {
        "message": error.message,
        "type": error.type,
        "param": error.param,
        "code": error.code,
    }
    if error.details:
        body["details"] = error.details
    return orjson.dumps({"error": body}, default=str)


def headers(error: HitlError) -> list[Header]:
    told = [JSON]
    if error.retry_after is not None:
        told.append((b"retry-after", str(max(1, ceil(error.retry_after))).encode()))
    if error.status == HTTPStatus.UNAUTHORIZED:
        told.append((b"www-authenticate", b"Bearer"))
    return told


async def respond(send: Send, error: HitlError, extra: Iterable[Header] = ()) -> None:
    """The whole response."""
    body = encode(error)
    length = (b"content-length", str(len(body)).encode())
    await send(
        {
            "type": "http.response.start",
            "status": error.status,
            "headers": [*headers(error), length, *extra],
        }
    )
    await send({"type": "http.response.body", "body": body})


def unexpected(request_id: str) -> HitlError:
    """Our own fault; the log has the details under this id."""
    return HitlError(f"Something went wrong on our side. If it stays, report request {request_id}.")
