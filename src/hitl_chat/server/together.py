"""`GET /console/holds/{id}/alike?of=…`: which of these holds are nearly the same."""

from collections.abc import Awaitable, Callable

import msgspec
from fastapi import APIRouter, Request, Response

from hitl_chat.core.roles import Act
from hitl_chat.runner.orders import Agent
from hitl_chat.runner.together import Together

Who = Callable[[Request, Act | None], Awaitable[Agent]]


def together(alike: Together, who: Who) -> APIRouter:
    router = APIRouter(prefix="/console")

    @router.get("/holds/{ident}/alike")
    async def others(ident: str, request: Request) -> Response:
        agent = await who(request, "read")
        found = await alike.alike(agent.tenant, ident, request.query_params.getlist("of"))
        return Response(msgspec.json.encode(found), media_type="application/json")

    return router
