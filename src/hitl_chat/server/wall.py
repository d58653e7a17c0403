"""The wall over HTTP: figures for whoever may see who works here and how much they have to do.

Owns the path. Cheap to ask again and again: what is shown is made once for all who look.
"""

from fastapi import APIRouter, Request, Response

from hitl_chat.runner.wall import Wall
from hitl_chat.server.admin import Who, json


def wall(figures: Wall, who: Who) -> APIRouter:
    router = APIRouter(prefix="/console")

    @router.get("/wall")
    async def look(request: Request) -> Response:
        agent = await who(request, "colleagues")
        return json(await figures.view(agent.tenant))

    return router
