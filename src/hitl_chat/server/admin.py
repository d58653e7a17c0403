"""The desk over HTTP, for scripts: the same commands and the same views as the console's socket.

Owns the paths. Who asks is found out by `who`, which is handed in; what may be done is the desk's.
"""

from collections.abc import Awaitable, Sequence
from typing import Protocol

import msgspec
from fastapi import APIRouter, Request, Response

from hitl_chat.core.roles import Act
from hitl_chat.errors import BadRequest
from hitl_chat.runner import blind
from hitl_chat.runner.agents import Agents
from hitl_chat.runner.commands import AnyCommand
from hitl_chat.runner.desk import Desk
from hitl_chat.runner.orders import Agent
from hitl_chat.runner.overview import Overview
from hitl_chat.runner.views import StopView


class Who(Protocol):
    """Who asks, if their role allows the act."""

    def __call__(self, request: Request, act: Act | None = None) -> Awaitable[Agent]: ...


KEY = "idempotency-key"
KEY_LENGTH = 200

_command: msgspec.json.Decoder[AnyCommand] = msgspec.json.Decoder(AnyCommand)


def admin(desk: Desk, agents: Agents, overview: Overview, who: Who) -> APIRouter:
    """GET what is to be seen; POST /console/commands to do something about it."""
    router = APIRouter(prefix="/console")

    @router.get("/queue")
    async def queue(request: Request) -> Response:
        agent = await who(request)
        waiting, _ = await overview.queue(agent.tenant)
        return json(blind.queue(waiting, agent.person.id))

    @router.get("/holds/{ident}")
    async def card(ident: str, request: Request) -> Response:
        agent = await who(request)
        return json(blind.card(await overview.card(agent.tenant, ident), agent.person.id))

    @router.get("/holds/{ident}/track")
    async def track(ident: str, request: Request) -> Response:
        agent = await who(request)
        return json(await overview.track(agent.tenant, ident))

    @router.get("/conversations/{ident}")
    async def talk(ident: str, request: Request) -> Response:
        agent = await who(request)
        found, _ = await overview.talk(agent.tenant, ident, agent.person.id)
        return json(found)

    @router.get("/stop")
    async def stop(request: Request) -> Response:
        agent = await who(request)
        return json(StopView(desk.switch.mode(agent.tenant) or "off"))

    @router.post("/commands")
    async def perform(request: Request) -> Response:
        agent = await who(request, "read")  # which act the command is, the desk finds out
        key = request.headers.get(KEY, "")
        if len(key) > KEY_LENGTH:
            msg = f"an idempotency key has at most {KEY_LENGTH} characters"
            raise BadRequest(msg, param="Idempotency-Key")
        answer = await agents.perform(agent, _decoded(await request.body()), key)
        return Response(answer, media_type="application/json")

    return router


def _decoded(body: bytes) -> AnyCommand:
    try:
        return _command.decode(body)
    except (msgspec.MsgspecError, RecursionError) as error:
        # "Expected `int`, got `str` - at `$.version`" names the field; values are not repeated.
        where = str(error).rpartition("`$")[2].strip("`.") if "`$" in str(error) else None
        msg = f"{error}: see docs/console-protocol.md for the commands"
        raise BadRequest(msg, param=where or None) from None


def json(view: msgspec.Struct | Sequence[msgspec.Struct]) -> Response:
    return Response(msgspec.json.encode(view), media_type="application/json")
