"""The people page's calls: who works here, and what those who may can change about it.

Owns the paths and what a body must hold. What a change means is `runner.personnel`'s.
"""

from typing import Annotated

import msgspec
from fastapi import APIRouter, Request, Response
from msgspec import Meta, Struct

from hitl_chat.core.roles import MAY
from hitl_chat.core.staffing import Able
from hitl_chat.runner.personnel import Personnel, Row
from hitl_chat.server.account import decoded
from hitl_chat.server.admin import Who
from hitl_chat.server.sessions import Sessions, Signed

Words = Annotated[tuple[str, ...], Meta(max_length=30)]
Name = Annotated[str, Meta(max_length=200)]


class Invitation(Struct, frozen=True, forbid_unknown_fields=True):
    """The body of POST /console/people."""

    name: Name
    role: Name = "agent"
    skills: Words = ()
    languages: Words = ()
    capacity: int = 0


class Change(Struct, frozen=True, forbid_unknown_fields=True):
    """The body of POST /console/people/{id}. `role` may only be said by who may change roles."""

    skills: Words
    languages: Words
    capacity: int
    role: Name | None = None


class Page(Struct, frozen=True):
    """Everything the people page shows about others."""

    people: list[Row]
    roles: tuple[str, ...]
    usual: int  # holds and conversations at once, where nothing else was said


def people(personnel: Personnel, sessions: Sessions, who: Who, usual: int) -> APIRouter:
    router = APIRouter(prefix="/console/people")

    @router.get("/list")
    async def everyone(request: Request) -> Response:
        by = await who(request, "colleagues")
        return _json(Page(await personnel.everyone(by.tenant), tuple(MAY), usual))

    @router.post("")
    async def invite(request: Request) -> Response:
        by = await who(request, "people")
        asked = decoded(await request.body(), Invitation)
        able = Able(asked.skills, asked.languages, asked.capacity)
        new = await personnel.invite(by.tenant, asked.name, asked.role, able, by.person.id)
        return await _link(new)

    @router.post("/{ident}")
    async def change(ident: str, request: Request) -> Response:
        by = await who(request, "staff")
        asked = decoded(await request.body(), Change)
        if asked.role is not None:
            await who(request, "people")
        able = Able(asked.skills, asked.languages, asked.capacity)
        await personnel.change(by.tenant, ident, able, asked.role, by.person.id)
        return _json({"changed": True})

    @router.post("/{ident}/reset")
    async def reset(ident: str, request: Request) -> Response:
        by = await who(request, "people")
        person = await personnel.reset(by.tenant, ident, by.person.id)
        return await _link(person)

    @router.post("/{ident}/deactivate")
    async def deactivate(ident: str, request: Request) -> Response:
        by = await who(request, "people")
        await personnel.deactivate(by.tenant, ident, by.person.id)
        return _json({"shut_out": True})

    async def _link(person: Signed) -> Response:
        """A link is shown once: it is a secret."""
        secret = await sessions.link(person)
        return _json({"person": person.id, "name": person.name, "link": f"/in/{secret}"})

    return router


def _json(answer: object) -> Response:
    return Response(msgspec.json.encode(answer), media_type="application/json")
