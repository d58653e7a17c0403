"""What a customer's page tells of an answer, and that its customer types.

Owns the paths and how often they may be used; who may is asked at the door of the side channel.
"""

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Annotated, TypeVar

import msgspec
from fastapi import APIRouter, Request, Response
from msgspec import Meta, Struct

from hitl_chat.errors import BadRequest
from hitl_chat.ports import Clock
from hitl_chat.runner.customer_says import CustomerSays, Rating
from hitl_chat.server.auth import Caller
from hitl_chat.server.body import require_json
from hitl_chat.server.limits import Limiter

PATH = "/v1/conversations/{conv:path}"
RATE = 5.0  # a second, of one conversation

Name = Annotated[str, Meta(max_length=200)]
T = TypeVar("T", bound=Struct)
Enter = Callable[[Request, str], Awaitable[Caller]]


class Said(Struct, frozen=True, forbid_unknown_fields=True):
    """What POST …/feedback takes; one of the two names says what it is about."""

    rating: Rating
    delivery_id: Name = ""
    message_id: Name = ""
    text: Annotated[str, Meta(max_length=1000)] = ""


class Types(Struct, frozen=True, forbid_unknown_fields=True):
    """What POST …/typing takes."""

    on: bool


def customer_says(says: CustomerSays, enter: Enter, clock: Clock) -> APIRouter:
    """The routes. `enter`: who it is, or an error."""
    router = APIRouter()
    limiter = Limiter(clock, key_rate=RATE)

    @router.post(PATH + "/feedback")
    async def rate(conv: str, request: Request) -> Response:
        caller = await enter(request, conv)
        limiter.take(f"{caller.tenant}\0{conv}", caller.tenant)
        said = await _read(request, Said)
        if bool(said.delivery_id) == bool(said.message_id):
            msg = "Say what it is about: send either 'delivery_id' or 'message_id'."
            raise BadRequest(msg, param="delivery_id")
        about = said.delivery_id or said.message_id
        await says.rate(caller.tenant, conv, about, said.rating, said.text)
        return Response(status_code=HTTPStatus.NO_CONTENT)

    @router.post(PATH + "/typing")
    async def types(conv: str, request: Request) -> Response:
        caller = await enter(request, conv)
        limiter.take(f"{caller.tenant}\0{conv}", caller.tenant)
        says.types(caller.tenant, conv, (await _read(request, Types)).on)
        return Response(status_code=HTTPStatus.NO_CONTENT)

    return router


async def _read(request: Request, kind: type[T]) -> T:
    require_json(request.scope)
    try:
        return msgspec.json.decode(await request.body(), type=kind)
    except msgspec.MsgspecError as error:
        field = str(error).rpartition("`$.")[2].strip("`") if "`$." in str(error) else None
        msg = f"{error}: see 'Feedback' in docs/wire-protocol.md"
        raise BadRequest(msg, param=field) from None
