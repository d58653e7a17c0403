"""The customer's side channel: tokens for one conversation, its events, and what became of a hold.

Owns the paths and who may use them. What is told is the customer channel's, how in
`customer_events.py`.
"""

import msgspec
from fastapi import APIRouter, Request
from msgspec import Struct
from starlette.responses import Response
from starlette.websockets import WebSocket

from hitl_chat.errors import BadRequest, Forbidden
from hitl_chat.runner.customer import Batches, CustomerChannel
from hitl_chat.runner.identity import LEGAL
from hitl_chat.server.auth import Caller, Keys
from hitl_chat.server.body import require_json
from hitl_chat.server.customer_events import EventSocket, EventStream, Hello, Still
from hitl_chat.server.errors import Scope
from hitl_chat.server.limits import Limiter
from hitl_chat.server.proxy import about

PATH = "/v1/conversations"
HELLO_WITHIN = 10.0


class Wanted(Struct, frozen=True, forbid_unknown_fields=True):
    """What POST takes; without an id a new conversation begins."""

    conversation_id: str | None = None


class Granted(Struct, frozen=True):
    """A token that is good for this conversation, and where to follow it."""

    id: str
    token: str
    expires_at: int
    events: str
    socket: str
    object: str = "conversation"


def conversations(
    keys: Keys, channel: CustomerChannel, limiter: Limiter, *, patience: float = HELLO_WITHIN
) -> APIRouter:
    """The routes. `patience`: for the hello of a WebSocket."""
    router = APIRouter()
    desk = _Door(keys, channel, limiter)

    @router.post(PATH)
    async def begin(request: Request) -> Response:
        caller = await keys.authorise(request.scope)
        limiter.take(caller.key, caller.tenant)
        wanted = await _wanted(request)
        ident = await channel.begin(caller.tenant, wanted.conversation_id or "")
        token, expires = keys.token(caller, ident, *about(request.headers))
        here = f"{PATH}/{ident}"
        return _json(Granted(ident, token, int(expires), f"{here}/events", f"{here}/socket"))

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


class _Door:
    """Who may follow what."""

    def __init__(self, keys: Keys, channel: CustomerChannel, limiter: Limiter) -> None:
        self._keys, self._channel, self._limiter = keys, channel, limiter

    async def enter(self, scope: Scope, conv: str, last_id: str) -> tuple[Batches, Still]:
        """What follows, and the question whether it still may be followed."""
        caller = await self._keys.authorise(scope, token_ok=True)
        self._limiter.take(caller.key, caller.tenant)
        _own(caller, conv)
        await self._channel.find(caller.tenant, conv)
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
        raise _unreadable(str(error)) from None
    if wanted.conversation_id is not None and not LEGAL.fullmatch(wanted.conversation_id):
        raise _unreadable("This is no conversation id")
    return wanted


def _unreadable(why: str) -> BadRequest:
    msg = (
        f"{why}; send {{}} or {{'conversation_id': '...'}} with 1 to 128 letters, digits or any of "
        "._:@/+=-."
    )
    return BadRequest(msg, param="conversation_id")


def _json(view: Struct) -> Response:
    return Response(msgspec.json.encode(view), media_type="application/json")
