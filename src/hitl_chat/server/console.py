"""The agents' WebSocket, and the same over HTTP for scripts: routes only.

Owns the paths and who may come in. A connection's life is in `connection.py`, the frames are in
`messages.py`, commands are the desk's.
"""

from collections import Counter
from collections.abc import Callable

from fastapi import APIRouter
from starlette.websockets import WebSocket

from hitl_chat.runner.agents import Agents
from hitl_chat.runner.desk import Desk
from hitl_chat.runner.overview import Overview
from hitl_chat.server.connection import Connection, Limits, Parts, Sessions
from hitl_chat.server.errors import Scope
from hitl_chat.server.fanout import Fanout
from hitl_chat.server.head import same_origin
from hitl_chat.server.messages import BAD_FRAME

PATH = "/console/ws"


def console(
    desk: Desk,
    agents: Agents,
    overview: Overview,
    sessions: Sessions,
    *,
    allowed: Callable[[Scope], bool] = same_origin,
    limits: Limits | None = None,
) -> APIRouter:
    """The WebSocket's route. `allowed` sees the handshake: may a page of that origin connect?"""
    fanout = Fanout(desk, overview)
    parts = Parts(desk, agents, overview, fanout, sessions, limits or Limits(), Counter())
    router = APIRouter()

    @router.websocket(PATH)
    async def connect(socket: WebSocket) -> None:
        if not allowed(socket.scope):
            await socket.close(BAD_FRAME)
            return
        await socket.accept()
        await Connection(parts, socket).run()

    return router
