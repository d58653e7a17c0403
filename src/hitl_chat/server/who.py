"""On whose behalf the desk is called over HTTP: a signed-in person, or a key with the scope `desk`.

Owns how they show who they are. What their role may do is in `core.roles`.
"""

from collections.abc import Callable

from starlette.requests import HTTPConnection

from hitl_chat.core.command import Person
from hitl_chat.core.roles import Act, allow
from hitl_chat.errors import Forbidden
from hitl_chat.runner.asides import SCRIPT
from hitl_chat.runner.customer_news import SOMEBODY
from hitl_chat.runner.orders import Agent
from hitl_chat.server.auth import Keys
from hitl_chat.server.sessions import Sessions, able

READING = frozenset({"GET", "HEAD"})
SCOPE = "desk"


class Who:
    """`await who(request, act)`; raises Unauthorized or Forbidden. `denied` is told of the latter,
    `limit` of every request with a key: it may refuse it.

    A key with the scope `desk` is an agent. Without an `act`, GET reads and the rest decides.
    """

    def __init__(
        self,
        sessions: Sessions,
        keys: Keys,
        *,
        undo: float = 0.0,
        limit: Callable[[str, str], None] = lambda key, tenant: None,
        denied: Callable[[str, str], None] = lambda who, path: None,
    ) -> None:
        self.sessions = sessions
        self.keys = keys
        self.undo = undo
        self.limit = limit
        self.denied = denied

    async def __call__(self, request: HTTPConnection, act: Act | None = None) -> Agent:
        if act is None:
            act = "read" if _reads(request) else "decide"
        by_key = "authorization" in request.headers
        agent = await (self._by_key(request) if by_key else self._by_session(request))
        try:
            allow(agent.person.role, act)
        except Forbidden:
            self.denied(agent.person.id, request.scope["path"])
            raise
        return agent

    async def _by_key(self, request: HTTPConnection) -> Agent:
        caller = await self.keys.authorise(request.scope)
        self.limit(caller.key, caller.tenant)
        name = f"{SCRIPT}{caller.key}"
        if SCOPE not in caller.scopes:
            self.denied(name, request.scope["path"])
            msg = f"This key may not decide holds; make one with --scope {SCOPE}."
            raise Forbidden(msg)
        # Its id is for the record; customers read the display.
        return Agent(Person(name, SOMEBODY), caller.tenant, self.undo)

    async def _by_session(self, request: HTTPConnection) -> Agent:
        find = self.sessions.who if _reads(request) else self.sessions.who_changes
        person = (await find(request.scope)).person
        by = Person(person.id, person.name, person.role)
        return Agent(by, person.tenant, self.undo, able(person))


def _reads(request: HTTPConnection) -> bool:
    return request.scope.get("method", "GET") in READING
