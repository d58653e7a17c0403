"""Who may call the desk over HTTP (security.md, bad inputs D: a viewer that decides)."""

import msgspec
import pytest
from starlette.requests import Request

from hitl_chat.errors import Forbidden, Unauthorized
from hitl_chat.server.auth import Keys
from hitl_chat.server.sessions import Sessions
from hitl_chat.server.who import Who
from tests.server.clock import Clock
from tests.server.test_auth import PEPPER, Cabinet
from tests.server.test_signin import ANA, Register, scope


class Door:
    """A desk's door: its register of people, its keys, and whom it turned away."""

    def __init__(self) -> None:
        self.register, self.cabinet, self.clock = Register(), Cabinet(), Clock()
        self.sessions = Sessions(self.register, PEPPER, self.clock)
        self.denied: list[tuple[str, str]] = []
        self.who = Who(
            self.sessions,
            Keys(self.cabinet.find, PEPPER, self.clock),
            undo=2.0,
            denied=lambda who, path: self.denied.append((who, path)),
        )

    def request(self, method: str = "GET", cookie: str = "", **headers: str) -> Request:
        asked = scope(cookie, **headers)
        return Request(dict(asked) | {"method": method, "path": "/v1/holds/h1/decide"})

    async def signed_in(self, role: str) -> tuple[str, str]:
        """The cookie and the CSRF token of somebody with this role."""
        self.register.people[ANA.id] = msgspec.structs.replace(ANA, role=role)
        found = await self.sessions.sign_in(await self.sessions.link(ANA))
        assert found is not None
        return found[1], (await self.sessions.who(scope(found[1]))).csrf

    def key(self, *scopes: str) -> str:
        plain = self.cabinet.add("moss")
        ident = plain.split("_")[1]
        stored = msgspec.structs.replace(self.cabinet.keys[ident], scopes=scopes)
        self.cabinet.keys[ident] = stored
        return f"Bearer {plain}"


@pytest.mark.parametrize("role", ["agent", "supervisor"])
async def test_a_signed_in_agent_may(role: str) -> None:
    door = Door()
    cookie, csrf = await door.signed_in(role)
    agent = await door.who(door.request("POST", cookie, x_csrf_token=csrf))
    assert (agent.person.id, agent.tenant, agent.undo) == (ANA.id, "moss", 2.0)
    assert agent.person.supervisor is (role == "supervisor")


@pytest.mark.parametrize(
    ("role", "method"),
    [("engineer", "POST"), ("auditor", "POST"), ("admin", "GET"), ("admin", "POST"), ("", "GET")],
)
async def test_other_roles_may_not_and_that_is_told(role: str, method: str) -> None:
    door = Door()
    cookie, csrf = await door.signed_in(role)
    with pytest.raises(Forbidden, match=repr(role)):
        await door.who(door.request(method, cookie, x_csrf_token=csrf))
    assert door.denied == [(ANA.id, "/v1/holds/h1/decide")]


@pytest.mark.parametrize("role", ["engineer", "auditor"])
async def test_who_only_looks_may_look(role: str) -> None:
    door = Door()
    cookie, _ = await door.signed_in(role)
    assert (await door.who(door.request("GET", cookie))).person.role == role


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
async def test_a_change_needs_the_csrf_token(method: str) -> None:
    door = Door()
    cookie, _ = await door.signed_in("agent")
    assert (await door.who(door.request("GET", cookie))).person.id == ANA.id
    with pytest.raises(Forbidden):
        await door.who(door.request(method, cookie))


async def test_a_key_with_the_scope_may_without_a_cookie() -> None:
    door = Door()
    agent = await door.who(door.request("POST", authorization=door.key("desk")))
    assert agent.tenant == "moss"
    assert agent.person.id.startswith("key:")
    assert agent.person.name == "A colleague"  # customers read it where a script takes over
    assert not agent.person.supervisor


async def test_a_key_without_the_scope_may_not_even_beside_a_cookie() -> None:
    door = Door()
    cookie, csrf = await door.signed_in("agent")
    with pytest.raises(Forbidden, match="--scope desk"):
        await door.who(door.request("POST", cookie, x_csrf_token=csrf, authorization=door.key()))
    assert len(door.denied) == 1


async def test_nobody_may_not() -> None:
    door = Door()
    for request in (door.request(), door.request("POST", "x"), door.request(authorization="x")):
        with pytest.raises(Unauthorized):
            await door.who(request)
