"""The review-after lane over HTTP. What is done about it is a command, like all others."""

from fastapi import APIRouter, Request, Response
from sqlalchemy import Connection

from hitl_chat.ports import Database
from hitl_chat.runner import review_views
from hitl_chat.runner.lanes import Lanes
from hitl_chat.server.admin import Who, json


def lane(db: Database, who: Who) -> APIRouter:
    """GET what waits, what was decided, and one answer of either."""
    router, lanes = APIRouter(prefix="/console/lane"), Lanes(db)

    @router.get("")
    async def waiting(request: Request) -> Response:
        agent = await who(request)
        return json(await lanes.view(agent.tenant))

    @router.get("/{ident}")
    async def card(ident: str, request: Request) -> Response:
        agent = await who(request)

        def read(conn: Connection) -> review_views.ReviewCard:
            return review_views.card(conn, agent.tenant, ident)

        return json(await db.read(read))

    return router
