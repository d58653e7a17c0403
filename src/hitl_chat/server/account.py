"""What a signed-in person asks about themselves, over HTTP: who they are, tickets, their sessions,
another password, and the way out.

Every change needs the CSRF token of the session it is asked from.
"""

from collections.abc import Callable
from typing import Annotated, Any, Literal, TypeVar

import msgspec
from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from msgspec import Meta, Struct

from hitl_chat.core.roles import MAY, NOTHING
from hitl_chat.errors import BadRequest
from hitl_chat.server.passwords import Passwords
from hitl_chat.server.sessions import Session, Sessions, cookie
from hitl_chat.server.signin import Address

T = TypeVar("T", bound=Struct)
Secret = Annotated[str, Meta(max_length=1000)]


class NewPassword(Struct, frozen=True, forbid_unknown_fields=True):
    """The body of POST /console/password."""

    old: Secret
    new: Secret


class Which(Struct, frozen=True, forbid_unknown_fields=True):
    """The body of POST /console/sessions/end."""

    which: Literal["others", "all"]


def account(
    sessions: Sessions,
    passwords: Passwords,
    address: Address = lambda scope: "",
    mode: Callable[[str], str] = lambda tenant: "pull",
) -> APIRouter:
    """`mode`: how work comes to the people of a tenant."""
    router = APIRouter(prefix="/console")

    @router.get("/me")
    async def me(request: Request) -> dict[str, Any]:
        session = await sessions.who(request.scope)
        return described(session) | {"mode": mode(session.person.tenant)}

    @router.post("/ticket")
    async def ticket(request: Request) -> dict[str, str]:
        session = await sessions.who_changes(request.scope)
        return {"ticket": await sessions.ticket(session)}

    @router.post("/sign-out")
    async def leave(request: Request) -> Response:
        await sessions.sign_out(await sessions.who_changes(request.scope, counted=False))
        return _out()

    @router.get("/sessions")
    async def open_sessions(request: Request) -> list[dict[str, Any]]:
        return await sessions.described(await sessions.who(request.scope))

    @router.post("/sessions/end")
    async def end(request: Request) -> Response:
        session = await sessions.who_changes(request.scope)
        everywhere = decoded(await request.body(), Which).which == "all"
        await sessions.shut(session.person.id, "" if everywhere else session.digest)
        return _out() if everywhere else JSONResponse({"signed_in": True})

    @router.post("/password")
    async def change(request: Request) -> dict[str, bool]:
        session = await sessions.who_changes(request.scope)
        asked = decoded(await request.body(), NewPassword)
        await passwords.change(
            session.person, asked.old, asked.new, session.digest, address(request.scope)
        )
        sessions.forget(session.person.id)
        return {"changed": True}

    return router


def described(session: Session) -> dict[str, Any]:
    person = session.person
    return {
        "person": person.id,
        "tenant": person.tenant,
        "name": person.name,
        "role": person.role,
        "may": sorted(MAY.get(person.role, NOTHING)),
        "skills": person.skills,
        "languages": person.languages,
        "has_password": person.has_password,
        "csrf": session.csrf,
    }


def decoded(body: bytes, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise BadRequest(str(error)) from None


def _out() -> Response:
    response = JSONResponse({"signed_in": False})
    response.headers["set-cookie"] = cookie("", 0)
    return response
