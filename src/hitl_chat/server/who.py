"""On whose behalf the desk is called over HTTP: a signed-in agent, or a key with the scope `desk`.

Owns who may decide at all. What they may decide is the desk's.
"""

from collections.abc import Callable

from starlette.requests import HTTPConnection

from hitl_chat.core.command import DECIDING, Person
from hitl_chat.errors import Forbidden
from hitl_chat.runner.customer_news import SOMEBODY
from hitl_chat.runner.orders import Agent
from hitl_chat.server.auth import Keys
from hitl_chat.server.sessions import Sessions

READING = frozenset({"GET", "HEAD"})
SCOPE = "desk"


class Who:
    """`await who(request)`; raises Unauthorized or Forbidden. `denied` is told of the latter."""

    def __init__(
        self,
        sessions: Sessions,
        keys: Keys,
        *,
        undo: float = 0.0,
        denied: Callable[[str, str], None] = lambda who, path: None,
    ) -> None:
        self.sessions = sessions
        self.keys = keys
        self.undo = undo
        self.denied = denied

    async def __call__(self, request: HTTPConnection) -> Agent:
        if "authorization" in request.headers:
            return await self._by_key(request)
        return await self._by_session(request)

    async def _by_key(self, request: HTTPConnection) -> Agent:
        caller = await self.keys.authorise(request.scope)
        name = f"key:{caller.key}"
        if SCOPE not in caller.scopes:
            self.denied(name, request.scope["path"])
            msg = f"This key may not decide holds; make one with --scope {SCOPE}."
            raise Forbidden(msg)
        # Its id is for the record; customers read the display.
        return Agent(Person(name, SOMEBODY), caller.tenant, self.undo)

    async def _by_session(self, request: HTTPConnection) -> Agent:
        reading = request.scope.get("method", "GET") in READING
        find = self.sessions.who if reading else self.sessions.who_changes
        person = (await find(request.scope)).person
        if person.role not in DECIDING:
            self.denied(person.id, request.scope["path"])
            msg = f"The role {person.role} may not decide holds; agents and supervisors may."
            raise Forbidden(msg)
        supervisor = person.role == "supervisor"
        return Agent(Person(person.id, person.name, supervisor), person.tenant, self.undo)
