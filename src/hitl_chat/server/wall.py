"""The wall over HTTP: figures for whoever may see who works here, and what supervisors do there.

Owns the paths. Cheap to ask again and again: what is shown is made once for all who look.
"""

from typing import Annotated

import msgspec
from fastapi import APIRouter, Request, Response
from msgspec import Meta, Struct

from hitl_chat.core.adjusting import LONGEST
from hitl_chat.runner.commands import Ident
from hitl_chat.runner.directing import Directing, ThresholdView
from hitl_chat.runner.people_views import View
from hitl_chat.runner.wall import Wall
from hitl_chat.server.account import decoded
from hitl_chat.server.admin import Who, json


class Call(Struct, frozen=True, forbid_unknown_fields=True):
    """Ask `to` to come; without it, tell everybody."""

    text: Annotated[str, Meta(max_length=1_000)] = ""
    to: Annotated[str, Meta(max_length=200)] = ""


class Move(Struct, frozen=True, forbid_unknown_fields=True):
    """A threshold, for so many seconds."""

    rule: Ident
    check: Ident
    above: Annotated[float, Meta(ge=0, le=1)]
    seconds: Annotated[float, Meta(ge=1, le=LONGEST)]


class End(Struct, frozen=True, forbid_unknown_fields=True):
    """The threshold stands where its rule says again."""

    id: Ident


class Thresholds(View, frozen=True):
    """All that can be moved."""

    thresholds: tuple[ThresholdView, ...]


def wall(figures: Wall, directing: Directing, who: Who) -> APIRouter:
    router = APIRouter(prefix="/console/wall")

    @router.get("")
    async def look(request: Request) -> Response:
        agent = await who(request, "colleagues")
        return json(await figures.view(agent.tenant))

    @router.get("/thresholds")
    async def thresholds(request: Request) -> Response:
        agent = await who(request, "colleagues")
        return json(Thresholds(directing.thresholds(agent.tenant)))

    @router.post("/call")
    async def call(request: Request) -> Response:
        agent = await who(request, "direct")
        said = decoded(await request.body(), Call)
        await directing.call(agent, said.to, said.text)
        return _done()

    @router.post("/thresholds")
    async def move(request: Request) -> Response:
        agent = await who(request, "direct")
        wanted = decoded(await request.body(), Move)
        await directing.move(agent, wanted.rule, wanted.check, wanted.above, wanted.seconds)
        return json(Thresholds(directing.thresholds(agent.tenant)))

    @router.post("/thresholds/end")
    async def end(request: Request) -> Response:
        agent = await who(request, "direct")
        await directing.end(agent, decoded(await request.body(), End).id)
        return json(Thresholds(directing.thresholds(agent.tenant)))

    return router


def _done() -> Response:
    return Response(msgspec.json.encode({}), media_type="application/json")
