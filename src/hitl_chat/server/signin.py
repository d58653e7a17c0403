"""The pages around signing in at the console: by a link, or by name and password.

A link shows a page with buttons; only they use the link up, because mail scanners and chat
previews open every link they see. Owns no credential logic (`sessions.py`, `passwords.py`).
"""

from collections.abc import Callable
from contextlib import suppress
from http import HTTPStatus

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from hitl_chat.errors import BadRequest, Conflict, HitlError, Unauthorized
from hitl_chat.server.door import Door, speaking
from hitl_chat.server.errors import Scope
from hitl_chat.server.forms import form
from hitl_chat.server.passwords import Passwords
from hitl_chat.server.sessions import ABOUT, Sessions, Signed, cookie, from_our_page

HOME = "/console/"
Address = Callable[[Scope], str]


def signin(
    sessions: Sessions,
    passwords: Passwords,
    address: Address = lambda scope: "",
    provider: str = "",
) -> APIRouter:
    """`address` tells where a request comes from, `provider` what the identity provider is called,
    if there is one."""
    pages = _Pages(sessions, passwords, address, provider)
    router = APIRouter()
    router.add_api_route("/in/{secret}", pages.ask, methods=["GET"])
    router.add_api_route("/in/{secret}", pages.confirm, methods=["POST"])
    router.add_api_route("/in/{secret}/password", pages.choose, methods=["POST"])
    router.add_api_route("/sign-in", pages.form, methods=["GET"])
    router.add_api_route("/sign-in", pages.check, methods=["POST"])
    return router


class _Pages:
    def __init__(
        self, sessions: Sessions, passwords: Passwords, address: Address, provider: str
    ) -> None:
        self.sessions, self.passwords = sessions, passwords
        self.address, self.provider = address, provider

    # --- by a link ----------------------------------------------------------------------------

    async def ask(self, secret: str, request: Request) -> Response:
        door = door_of(request)
        person = await self.sessions.invited(secret)
        return door.used_up() if person is None else _by_link(door, person, secret)

    async def confirm(self, secret: str, request: Request) -> Response:
        door = door_of(request)
        if not from_our_page(request.scope):
            return door.from_elsewhere()
        found = await self.sessions.sign_in(secret, _about(request))
        if found is None:
            return door.used_up()
        return await _entered(self.sessions, request, found[1])

    async def choose(self, secret: str, request: Request) -> Response:
        """The link is used up only when the password will do."""
        door = door_of(request)
        if not from_our_page(request.scope):
            return door.from_elsewhere()
        fields = await form(request)
        password = fields.get("password", "")
        person = await self.sessions.invited(secret)
        if person is None:
            return door.used_up()
        if password != fields.get("again"):
            return _by_link(door, person, secret, door.texts.differ)
        try:
            chosen = await self.passwords.choose(person, password, secret)
        except BadRequest as problem:
            return _by_link(door, person, secret, door.told(problem))
        except Conflict:  # somebody else used it, or it was taken back
            return door.used_up()
        self.sessions.forget(person.id)
        return await come_in(self.sessions, request, person, chosen)

    # --- by name and password -----------------------------------------------------------------

    async def form(self, request: Request) -> Response:
        return door_of(request).by_name(self.provider)

    async def check(self, request: Request) -> Response:
        door = door_of(request)
        if not from_our_page(request.scope):
            return door.from_elsewhere()
        fields = await form(request)
        name = fields.get("name", "")
        try:
            person, password = await self.passwords.check(
                name, fields.get("password", ""), self.address(request.scope)
            )
            return await come_in(self.sessions, request, person, password)
        except HitlError as problem:
            if problem.status >= HTTPStatus.INTERNAL_SERVER_ERROR and not problem.retry_after:
                raise
            answer = door.by_name(self.provider, name, door.told(problem), problem.status)
            if problem.retry_after:
                answer.headers["retry-after"] = f"{problem.retry_after:.0f}"
            return answer


async def come_in(
    sessions: Sessions, request: Request, person: Signed, password: str | None = None
) -> Response:
    """A new session, whatever this browser had before; that one ends."""
    return await _entered(sessions, request, await sessions.open(person, _about(request), password))


async def _entered(sessions: Sessions, request: Request, value: str) -> Response:
    with suppress(Unauthorized):
        await sessions.sign_out(await sessions.find(request.scope))
    response = RedirectResponse(HOME, HTTPStatus.SEE_OTHER)
    response.headers["set-cookie"] = cookie(value, sessions.life)
    return response


def _about(request: Request) -> str:
    return request.headers.get("user-agent", "")[:ABOUT]


def door_of(request: Request) -> Door:
    """The pages in the language of whoever asks."""
    return speaking(request.headers.get("accept-language", ""))


def _by_link(door: Door, person: Signed, secret: str, problem: str = "") -> Response:
    return door.by_link(person.name, person.role, secret, problem, has_password=person.has_password)
