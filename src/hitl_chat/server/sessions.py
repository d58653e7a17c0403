"""Who sits at the console: sign-in links, sessions, CSRF tokens, tickets for the WebSocket.

Owns the cookie and what a request must show. Links, sessions and tickets are random; the store
keeps their SHA-256 only, behind a port. What was found is believed for `cache` seconds, so that
signing out, or a revoked person, takes effect within that.
"""

import hmac
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from hashlib import sha256
from typing import Protocol

from hitl_chat.core.types import Value
from hitl_chat.errors import Forbidden, Unauthorized
from hitl_chat.ports import Clock
from hitl_chat.server.errors import Scope
from hitl_chat.server.head import same_origin

# Chromium accepts Secure and __Host- over plain http on 127.0.0.1 and localhost too.
COOKIE = "__Host-hitl"
CSRF = b"x-csrf-token"
REMEMBERED = 10_000


class Signed(Protocol):
    """A person who may sign in, as the store describes one."""

    @property
    def id(self) -> str: ...

    @property
    def tenant(self) -> str: ...

    @property
    def name(self) -> str: ...

    @property
    def role(self) -> str: ...


class Session(Value, frozen=True):
    """A signed-in person. `digest` names the session; `csrf` is what its page must send along."""

    person: Signed
    digest: str
    csrf: str


class People(Protocol):
    """What the store keeps. Digests are hex. A revoked person, session or key is None."""

    async def put_token(self, digest: str, kind: str, subject: str, expires: float) -> None: ...

    async def peek_token(self, digest: str, kind: str, now: float) -> str | None: ...

    async def take_token(self, digest: str, kind: str, now: float) -> str | None: ...

    async def person(self, ident: str) -> Signed | None: ...

    async def open_session(self, digest: str, person: str, expires: float) -> None: ...

    async def session(self, digest: str, now: float) -> Signed | None: ...

    async def close_session(self, digest: str, now: float) -> None: ...


class Sessions:
    """See the module."""

    def __init__(
        self,
        people: People,
        pepper: bytes,
        clock: Clock,
        *,
        life: float = 43_200.0,
        link: float = 86_400.0,
        ticket: float = 30.0,
        cache: float = 3.0,
    ) -> None:
        self.people = people
        self.pepper = pepper
        self.clock = clock
        self.life = life
        self.link_life = link
        self.ticket_life = ticket
        self.cache = cache
        self._known: dict[str, tuple[float, Signed]] = {}

    # --- signing in -------------------------------------------------------------------------

    async def link(self, person: Signed) -> str:
        """The secret part of a sign-in link; good once."""
        return await self._put("link", person.id, self.link_life)

    async def invited(self, secret: str) -> Signed | None:
        """Who a link is for. Looking does not use it up: programs look at links before people."""
        ident = await self.people.peek_token(_digest(secret), "link", self.clock.now())
        return await self.people.person(ident) if ident else None

    async def sign_in(self, secret: str) -> tuple[Signed, str] | None:
        """Use a link up. The value of the cookie is new, whatever the browser had before."""
        ident = await self.people.take_token(_digest(secret), "link", self.clock.now())
        person = await self.people.person(ident) if ident else None
        if person is None:
            return None
        value = secrets.token_urlsafe(32)
        expires = self.clock.now() + self.life
        await self.people.open_session(_digest(value), person.id, expires)
        return person, value

    async def sign_out(self, session: Session) -> None:
        self._known.pop(session.digest, None)
        await self.people.close_session(session.digest, self.clock.now())

    # --- requests ---------------------------------------------------------------------------

    async def who(self, scope: Scope) -> Session:
        """The session of a request that only reads."""
        values = cookies(scope)
        if len(values) != 1:
            raise signed_out()
        return await self._session(_digest(values[0]))

    async def who_changes(self, scope: Scope) -> Session:
        """The session of a request that changes something: sent by our page, not by another."""
        session = await self.who(scope)
        if not from_our_page(scope):
            msg = "This request does not come from a page of this server."
            raise Forbidden(msg, code="cross_site")
        given = [value for name, value in scope["headers"] if name == CSRF]
        if len(given) != 1 or not hmac.compare_digest(given[0], session.csrf.encode()):
            msg = "The x-csrf-token header is missing or wrong; reload the page."
            raise Forbidden(msg, code="csrf")
        return session

    async def ticket(self, session: Session) -> str:
        """A secret that opens one WebSocket, once, within seconds."""
        return await self._put("ticket", session.digest, self.ticket_life)

    async def by_ticket(self, secret: str) -> Session:
        digest = await self.people.take_token(_digest(secret), "ticket", self.clock.now())
        if digest is None:
            msg = "This ticket was used or has expired; ask for a new one."
            raise Unauthorized(msg, code="bad_ticket")
        return await self._session(digest)

    async def still(self, session: Session) -> Session:
        """The session as it is now, for every command on an open WebSocket."""
        return await self._session(session.digest)

    async def _session(self, digest: str) -> Session:
        now = self.clock.monotonic()
        until, person = self._known.get(digest, (0.0, None))
        if person is None or until <= now:
            self._known.pop(digest, None)
            person = await self.people.session(digest, self.clock.now())
            if person is None:
                raise signed_out()
            self._remember(digest, person, now)
        return Session(person, digest, self._csrf(digest))

    def _remember(self, digest: str, person: Signed, now: float) -> None:
        if len(self._known) >= REMEMBERED:
            self._known = {key: kept for key, kept in self._known.items() if kept[0] > now}
        if len(self._known) < REMEMBERED:
            self._known[digest] = (now + self.cache, person)

    def _csrf(self, digest: str) -> str:
        mac = hmac.digest(self.pepper, b"csrf\0" + digest.encode(), "sha256")
        return urlsafe_b64encode(mac).decode().rstrip("=")

    async def _put(self, kind: str, subject: str, life: float) -> str:
        secret = secrets.token_urlsafe(32)
        await self.people.put_token(_digest(secret), kind, subject, self.clock.now() + life)
        return secret


def cookies(scope: Scope) -> Sequence[str]:
    """Every value our cookie is sent with; one is right, two are an attack."""
    pairs = [
        pair.strip().partition("=")
        for name, value in scope["headers"]
        if name == b"cookie"
        for pair in value.decode("latin-1").split(";")
    ]
    return [value for name, _, value in pairs if name == COOKIE]


def from_our_page(scope: Scope) -> bool:
    """What browsers say themselves about where a request comes from, and pages cannot change."""
    sites = [value for name, value in scope["headers"] if name == b"sec-fetch-site"]
    return same_origin(scope) and sites in ([], [b"same-origin"])


def cookie(value: str, seconds: float) -> str:
    """The Set-Cookie header; no seconds: forget it."""
    return f"{COOKIE}={value}; Path=/; Max-Age={seconds:.0f}; Secure; HttpOnly; SameSite=Strict"


def signed_out() -> Unauthorized:
    msg = "You are not signed in, or no longer; ask for a new sign-in link."
    return Unauthorized(msg, code="signed_out")


def _digest(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()
