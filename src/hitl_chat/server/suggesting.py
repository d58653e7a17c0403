"""`POST /console/suggestions`: what a model would write for an agent.

Apart from the commands, which are answered in their order: a model may take its time.
"""

from collections.abc import Awaitable, Callable

import msgspec
from fastapi import APIRouter, Request, Response

from hitl_chat.core.roles import Act
from hitl_chat.errors import BadRequest
from hitl_chat.runner.orders import Agent
from hitl_chat.runner.suggesting import Suggesting, Wish

Who = Callable[[Request, Act | None], Awaitable[Agent]]

_wish: msgspec.json.Decoder[Wish] = msgspec.json.Decoder(Wish)


def suggestions(suggesting: Suggesting, who: Who) -> APIRouter:
    router = APIRouter(prefix="/console")

    @router.post("/suggestions")
    async def suggest(request: Request) -> Response:
        agent = await who(request, "decide")
        found = await suggesting.suggest(agent, _decoded(await request.body()))
        return Response(msgspec.json.encode(found), media_type="application/json")

    return router


def _decoded(body: bytes) -> Wish:
    try:
        return _wish.decode(body)
    except (msgspec.MsgspecError, RecursionError) as error:
        msg = f"{error}: send conversation, and hold or instruction if there is one"
        raise BadRequest(msg) from None
