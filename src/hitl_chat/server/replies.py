"""`GET /console/replies`: the prepared replies, for whoever may decide."""

from collections.abc import Awaitable, Callable, Sequence

import msgspec
from fastapi import APIRouter, Request, Response

from hitl_chat.core.roles import Act
from hitl_chat.runner.orders import Agent

Who = Callable[[Request, Act | None], Awaitable[Agent]]


def replies(read: Callable[[], Sequence[msgspec.Struct]], who: Who) -> APIRouter:
    router = APIRouter(prefix="/console")

    @router.get("/replies")
    async def prepared(request: Request) -> Response:
        await who(request, "decide")
        return Response(msgspec.json.encode(read()), media_type="application/json")

    return router
