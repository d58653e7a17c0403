"""The customer's side channel: tokens for one conversation, its events, and what became of a hold.

Owns the paths and who may use them. What is told is the customer channel's, how in
`customer_events.py`.
"""

from collections.abc import Callable
from typing import Annotated

import msgspec
from fastapi import APIRouter, Request
from msgspec import Meta, Struct
from msgspec.structs import replace
from starlette.responses import Response
from starlette.websockets import WebSocket

from hitl_chat.errors import BadRequest, Forbidden, NotFound
from hitl_chat.runner import customer_facts
from hitl_chat.runner.customer import Batches, CustomerChannel
from hitl_chat.runner.identity import LEGAL
from hitl_chat.runner.instructions import Instructions
from hitl_chat.server.auth import Caller, Keys
from hitl_chat.server.body import require_json
from hitl_chat.server.customer_events import EventSocket, EventStream, Hello, Still
from hitl_chat.server.errors import Scope
from hitl_chat.server.limits import Limiter
from hitl_chat.server.proxy import about

PATH = "/v1/conversations"
HELLO_WITHIN = 10.0

Name = Annotated[str, Meta(min_length=1, max_length=100)]
Models = Annotated[tuple[Name, ...], Meta(max_length=8)]
Told = Annotated[str, Meta(max_length=32_000)]


class Wanted(Struct, frozen=True, forbid_unknown_fields=True):
    """What POST takes; without an id a new conversation begins.

    `models` may answer who holds the token (without any it is good for the events only);
    `instructions` are what they are told first, `customer` is what agents are shown of its holder.
    """

    conversation_id: str | None = None
    models: Models = ()
    instructions: Told = ""
    customer: dict[str, object] | None = None

    def about(self) -> dict[str, str] | None:
        """The customer; None where nothing was said of them."""
        return None if self.customer is None else customer_facts.facts(self.customer, "customer")


class Granted(Struct, frozen=True):
    """A token that is good for this conversation and these models, and where to follow it."""

    id: str
    token: str
    expires_at: int
    models: tuple[str, ...]
    events: str
    socket: str
    object: str = "conversation"


def conversations(
    keys: Keys,
    channel: CustomerChannel,
    limiter: Limiter,
    instructions: Instructions,
    known: Callable[[str], object],
    *,
    patience: float = HELLO_WITHIN,
) -> APIRouter:
    """The routes. `known` refuses what is no model; `patience`: for the hello of a WebSocket."""
    router = APIRouter()
    desk = Door(keys, channel, limiter)

    @router.post(PATH)
    async def begin(request: Request) -> Response:
        caller = await keys.authorise(request.scope)
        limiter.take(caller.key, caller.tenant)
        wanted = await _wanted(request)
        _refuse_unknown(wanted.models, known)
        ident = await channel.begin(caller.tenant, wanted.conversation_id or "", wanted.about())
        rules, tags = about(request.headers)
        holder = replace(
            caller,
            conversation=ident,
            channel=rules,
            tags=tags,
            models=wanted.models,
            instructions=await instructions.keep(caller.tenant, wanted.instructions),
        )
        return _json(granted(keys, holder))

    @router.get(PATH + "/{conv:path}/events")
    async def follow(conv: str, request: Request) -> Response:
        last_id = request.headers.get("last-event-id", "")
        batches, still = await desk.enter(request.scope, conv, last_id)
        return EventStream(batches, still, conv)

    @router.websocket(PATH + "/{conv:path}/socket")
    async def connect(conv: str, socket: WebSocket) -> None:
        async def enter(hello: Hello) -> tuple[Batches, Still]:
            return await desk.enter(_as(socket.scope, hello.token), conv, hello.last_event_id)

        await EventSocket(socket, enter, patience).run()

    @router.get("/v1/holds/{hold}")
    async def hold(hold: str, request: Request) -> Response:
        caller = await keys.authorise(request.scope)
        limiter.take(caller.key, caller.tenant)
        return _json(await channel.hold(caller.tenant, hold))

    return router


def granted(keys: Keys, holder: Caller) -> Granted:
    """A token for who is to hold it, and where it is good."""
    token, expires = keys.token(holder)
    here = f"{PATH}/{holder.conversation}"
    return Granted(
        id=holder.conversation,
        token=token,
        expires_at=int(expires),
        models=holder.models,
        events=f"{here}/events",
        socket=f"{here}/socket",
    )


def _refuse_unknown(models: Models, known: Callable[[str], object]) -> None:
    for name in models:
        try:
            known(name)
        except NotFound as error:
            raise BadRequest(error.message, code=error.code, param="models") from None


class Door:
    """Who may follow what."""

    def __init__(self, keys: Keys, channel: CustomerChannel, limiter: Limiter) -> None:
        self._keys, self._channel, self._limiter = keys, channel, limiter

    async def caller(self, scope: Scope, conv: str) -> Caller:
        """Whoever may speak for the customer of this conversation."""
        caller = await self._keys.authorise(scope, token_ok=True)
        self._limiter.take(caller.key, caller.tenant)
        _own(caller, conv)
        await self._channel.find(caller.tenant, conv)
        return caller

    async def enter(self, scope: Scope, conv: str, last_id: str) -> tuple[Batches, Still]:
        """What follows, and the question whether it still may be followed."""
        caller = await self.caller(scope, conv)
        follow = self._channel.follow(caller.tenant, conv, last_id)
        return follow, lambda: self._keys.authorise(scope, token_ok=True)


def _own(caller: Caller, conv: str) -> None:
    if caller.conversation and caller.conversation != conv:
        msg = "This token is good for one conversation only, and not for this one."
        raise Forbidden(msg)


def _as(scope: Scope, token: str) -> Scope:
    """A WebSocket's handshake with the token of its first frame, as if it had been in the head."""
    if not token:
        return scope
    rest = [header for header in scope["headers"] if header[0] != b"authorization"]
    said = (b"authorization", b"Bearer " + token.encode())
    return {**scope, "headers": [*rest, said]}


async def _wanted(request: Request) -> Wanted:
    body = await request.body()
    if not body:
        return Wanted()
    require_json(request.scope)
    try:
        wanted = msgspec.json.decode(body, type=Wanted)
    except msgspec.MsgspecError as error:
        raise _unreadable(str(error), _named(str(error))) from None
    if wanted.conversation_id is not None and not LEGAL.fullmatch(wanted.conversation_id):
        raise _unreadable("This is no conversation id")
    return wanted


def _named(complaint: str) -> str:
    """The field that msgspec complains of: "… - at `$.models[0]`"."""
    field = complaint.rpartition("`$.")[2].strip("`").partition("[")[0]
    return field if "`$." in complaint else "conversation_id"


def _unreadable(why: str, param: str = "conversation_id") -> BadRequest:
    msg = (
        f"{why}; send {{}} or {{'conversation_id': '...'}} with 1 to 128 letters, digits or any of "
        "._:@/+=-, and with it, if you like, 'models': ['...'], 'instructions': '...' and "
        "'customer': {'name': '...'}."
    )
    return BadRequest(msg, param=param)


def _json(view: Struct) -> Response:
    return Response(msgspec.json.encode(view), media_type="application/json")
