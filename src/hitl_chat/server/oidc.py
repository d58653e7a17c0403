"""Signing in through an identity provider: to it, back from it, and who that is here.

What an attempt must remember is in a signed cookie of the browser that began it, so that nobody
can finish an attempt in another's browser. Who may come in, in which role, is the settings' list.
"""

import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import Any, Protocol

import msgspec
from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from hitl_chat.core.types import Value
from hitl_chat.errors import HitlError, Unauthorized
from hitl_chat.ports import Clock
from hitl_chat.server.provider import Asked, Provider
from hitl_chat.server.sessions import Sessions, Signed, cookies
from hitl_chat.server.signin import come_in, door_of

START, BACK = "/sign-in/with", "/sign-in/back"
# Lax: the provider's page sends the browser back, and Strict would leave the cookie at home.
COOKIE = "__Host-hitl-oidc"
LASTS = 600.0
LONGEST_NAME = 100


class Known(Value, frozen=True):
    """Who the provider says somebody is. `subject` is theirs for ever, a name or address is not."""

    subject: str
    names: tuple[str, ...]
    role: str


class Rules(Protocol):
    """What the settings say about the provider's people."""

    @property
    def groups_claim(self) -> str: ...

    @property
    def roles(self) -> Mapping[str, str]: ...


Find = Callable[[Known], Awaitable[Signed]]
Told = Callable[[str], None]


class Oidc:
    """`find` is who that is here, perhaps from now on; `told` hears why somebody was refused."""

    def __init__(
        self,
        provider: Provider,
        rules: Rules,
        sessions: Sessions,
        clock: Clock,
        *,
        find: Find,
        told: Told,
        public: str = "",
    ) -> None:
        self._provider, self._rules, self._sessions = provider, rules, sessions
        self._clock, self._find, self._told = clock, find, told
        self._public = public.rstrip("/")

    def router(self) -> APIRouter:
        router = APIRouter()
        router.add_api_route(START, self.start, methods=["GET"])
        router.add_api_route(BACK, self.back, methods=["GET"])
        return router

    async def start(self, request: Request) -> Response:
        asked = Asked(
            state=secrets.token_urlsafe(32),
            nonce=secrets.token_urlsafe(32),
            verifier=secrets.token_urlsafe(48),
            until=self._clock.now() + LASTS,
        )
        try:
            address = await self._provider.address(asked, self._here(request))
        except HitlError as error:
            return self._refused(request, error)
        response = RedirectResponse(address, HTTPStatus.SEE_OTHER)
        response.headers["set-cookie"] = _cookie(self._signed(asked), LASTS)
        return response

    async def back(self, request: Request) -> Response:
        try:
            asked = self._asked(request)
            claims = await self._provider.claims(
                _code(request, asked.state), asked, self._here(request)
            )
            person = await self._find(self._known(claims))
            response = await come_in(self._sessions, request, person)
        except HitlError as error:
            return self._refused(request, error)
        response.headers.append("set-cookie", _cookie("", 0))
        return response

    def _here(self, request: Request) -> str:
        public = self._public or f"http://{request.headers['host']}"
        return public + BACK

    def _refused(self, request: Request, error: HitlError) -> Response:
        self._told(error.code)
        response = door_of(request).refused(error)
        response.headers["set-cookie"] = _cookie("", 0)
        return response

    # --- what the browser keeps ---------------------------------------------------------------

    def _signed(self, asked: Asked) -> str:
        payload = urlsafe_b64encode(msgspec.json.encode(asked)).decode()
        return f"{payload}.{self._mac(payload)}"

    def _mac(self, payload: str) -> str:
        return hmac.digest(
            self._sessions.pepper, b"oidc attempt\0" + payload.encode(), "sha256"
        ).hex()

    def _asked(self, request: Request) -> Asked:
        """The attempt that this browser began, if it did."""
        given = cookies(request.scope, COOKIE)
        payload, _, mac = given[0].partition(".") if len(given) == 1 else ("", "", "")
        if not payload or not hmac.compare_digest(mac.encode(), self._mac(payload).encode()):
            raise _not_here()
        asked = msgspec.json.decode(urlsafe_b64decode(payload), type=Asked)
        if asked.until <= self._clock.now():
            raise _not_here()
        return asked

    # --- who that is --------------------------------------------------------------------------

    def _known(self, claims: Mapping[str, Any]) -> Known:
        email = _email(claims)
        groups = claims.get(self._rules.groups_claim)
        mine = {str(group) for group in groups} if isinstance(groups, list) else set()
        mine -= {group for group in mine if "@" in group}  # an address is no group
        if email:
            mine |= {email, email[email.rindex("@") :]}
        role = next((role for name, role in self._rules.roles.items() if name in mine), "")
        if not role:
            msg = "You are known there, but not on the list of who may sign in here."
            raise Unauthorized(msg, code="not_listed")
        shown = [claims.get("name"), email, claims.get("preferred_username"), claims["sub"]]
        names = [str(name).strip() for name in shown if name]
        fit = [name for name in names if name.isprintable() and 0 < len(name) <= LONGEST_NAME]
        return Known(f"{self._provider.client.issuer}#{claims['sub']}", tuple(fit), role)


def _email(claims: Mapping[str, Any]) -> str:
    """An address counts only if the provider has seen that it is theirs."""
    email = claims.get("email")
    if not isinstance(email, str) or claims.get("email_verified") is not True:
        return ""
    return email.lower() if email.count("@") == 1 else ""


def _code(request: Request, state: str) -> str:
    """The code, of an answer to our question."""
    given = request.query_params
    if any(len(given.getlist(name)) > 1 for name in given):
        raise _not_here()
    if not hmac.compare_digest(given.get("state", "").encode(), state.encode()):
        raise _not_here()
    if "error" in given or not given.get("code"):
        msg = "You did not finish signing in there."
        raise Unauthorized(msg, code="provider_refused")
    return given["code"]


def _cookie(value: str, seconds: float) -> str:
    return f"{COOKIE}={value}; Path=/; Max-Age={seconds:.0f}; Secure; HttpOnly; SameSite=Lax"


def _not_here() -> Unauthorized:
    msg = "This sign-in was not begun in this browser, or too long ago: begin again."
    return Unauthorized(msg, code="sign_in_expired")
