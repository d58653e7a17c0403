"""Who sits at the console: sign-in links, sessions, CSRF tokens, tickets for the WebSocket.

Owns the cookie and what a request must show. Links, sessions and tickets are random; the store
keeps their SHA-256 only, behind a port. What was found is believed for `cache` seconds at most.
"""

import hmac
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import Protocol

from hitl_chat.core.staffing import Able
from hitl_chat.core.types import Value
from hitl_chat.errors import Forbidden, Unauthorized
from hitl_chat.ports import Clock
from hitl_chat.server.errors import Scope
from hitl_chat.server.head import same_origin

# Chromium accepts Secure and __Host- over plain http on 127.0.0.1 and localhost too.
COOKIE = "__Host-hitl"
CSRF = b"x-csrf-token"
REMEMBERED = 10_000
SEEN_EVERY = 60.0  # once a minute is often enough to know when a session was last used
ABOUT = 200  # characters of what a browser calls itself


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

    @property
    def has_password(self) -> bool: ...

    @property
    def skills(self) -> tuple[str, ...]: ...

    @property
    def languages(self) -> tuple[str, ...]: ...

    @property
    def capacity(self) -> int: ...


class Seat(Protocol):
    """One of a person's sessions."""

    @property
    def digest(self) -> str: ...

    @property
    def about(self) -> str: ...

    @property
    def created_at(self) -> float: ...

    @property
    def seen_at(self) -> float: ...


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

    async def sign_in(
        self, link: str, digest: str, expires: float, about: str = ""
    ) -> Signed | None: ...

    async def open_session(
        self, digest: str, person: str, expires: float, about: str = "", password: str | None = None
    ) -> bool: ...

    async def session(self, digest: str, now: float) -> Signed | None: ...

    async def seen(self, digest: str, now: float) -> None: ...

    async def close_session(self, digest: str, now: float) -> None: ...

    async def seats(self, person: str) -> Sequence[Seat]: ...

    async def shut(self, person: str, but: str = "") -> None: ...


class Sessions:
    """See the module. `limit` is told of every request of a person, and may refuse it."""

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
        seen_every: float = SEEN_EVERY,
        limit: Callable[[str], None] = lambda person: None,
    ) -> None:
        self.people, self.pepper, self.clock = people, pepper, clock
        self.life, self.link_life, self.ticket_life = life, link, ticket
        self.cache, self.seen_every = cache, seen_every
        self._limit = limit
        self._known: dict[str, tuple[float, Signed]] = {}
        self._seen: dict[str, float] = {}

    # --- signing in -------------------------------------------------------------------------

    async def link(self, person: Signed) -> str:
        """The secret part of a sign-in link; good once."""
        return await self._put("link", person.id, self.link_life)

    async def invited(self, secret: str) -> Signed | None:
        """Who a link is for. Looking does not use it up: programs look at links before people."""
        ident = await self.people.peek_token(digest(secret), "link", self.clock.now())
        return await self.people.person(ident) if ident else None

    async def sign_in(self, secret: str, about: str = "") -> tuple[Signed, str] | None:
        """Whose link this was, and the cookie's value: it is used up. None if it was already."""
        value, expires = secrets.token_urlsafe(32), self.clock.now() + self.life
        person = await self.people.sign_in(digest(secret), digest(value), expires, about)
        return None if person is None else (person, value)

    async def open(self, person: Signed, about: str = "", password: str | None = None) -> str:
        """A session for somebody who showed who they are; `password`: the hash of what they showed.
        The value of the cookie is new, whatever the browser had before."""
        value, expires = secrets.token_urlsafe(32), self.clock.now() + self.life
        if not await self.people.open_session(digest(value), person.id, expires, about, password):
            raise signed_out()
        return value

    async def sign_out(self, session: Session) -> None:
        await self.people.close_session(session.digest, self.clock.now())
        self.forget(session.person.id)

    async def described(self, session: Session) -> list[dict[str, object]]:
        """All sessions of the person; `here` is the one they ask from."""
        return [
            {
                "about": seat.about,
                "since": seat.created_at,
                "seen": seat.seen_at,
                "here": seat.digest == session.digest,
            }
            for seat in await self.people.seats(session.person.id)
        ]

    async def shut(self, person: str, but: str = "") -> None:
        """End all sessions and links of a person, but perhaps the one they ask from."""
        await self.people.shut(person, but)
        self.forget(person)

    def forget(self, person: str) -> None:
        """What is known of a person is looked up again: it has changed."""
        self._known = {name: each for name, each in self._known.items() if each[1].id != person}

    # --- requests ---------------------------------------------------------------------------

    async def find(self, scope: Scope) -> Session:
        """The session of a request that ends it, which is refused to nobody who asks too often."""
        values = cookies(scope)
        if len(values) != 1:
            raise signed_out()
        return await self._session(digest(values[0]))

    async def who(self, scope: Scope) -> Session:
        """The session of a request that only reads."""
        session = await self.find(scope)
        self._limit(session.person.id)
        return await self._acts(session)

    async def who_changes(self, scope: Scope, *, counted: bool = True) -> Session:
        """The session of a request that changes something: sent by our page, not by another."""
        session = await (self.who(scope) if counted else self.find(scope))
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
        found = await self.people.take_token(digest(secret), "ticket", self.clock.now())
        if found is None:
            msg = "This ticket was used or has expired; ask for a new one."
            raise Unauthorized(msg, code="bad_ticket")
        return await self._session(found)

    async def still(self, session: Session) -> Session:
        """The session as it is now, for an open WebSocket: that it is open is no sign of life."""
        return await self._session(session.digest)

    async def acts(self, session: Session) -> Session:
        """The same, for every command: its person did something."""
        return await self._acts(await self._session(session.digest))

    async def _acts(self, session: Session) -> Session:
        now = self.clock.monotonic()
        if now - self._seen.get(session.digest, -self.seen_every) >= self.seen_every:
            if len(self._seen) >= REMEMBERED:
                self._seen.clear()
            self._seen[session.digest] = now
            await self.people.seen(session.digest, self.clock.now())
        return session

    async def _session(self, digest: str) -> Session:
        now, known = self.clock.monotonic(), self._known
        until, person = known.get(digest, (0.0, None))
        if person is None or until <= now:
            known.pop(digest, None)
            person = await self.people.session(digest, self.clock.now())
            if person is None:
                raise signed_out()
            if self._known is known:  # else what was read may be what was forgotten since
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
        await self.people.put_token(digest(secret), kind, subject, self.clock.now() + life)
        return secret


def able(person: Signed) -> Able:
    return Able(person.skills, person.languages, person.capacity)


def cookies(scope: Scope, wanted: str = COOKIE) -> Sequence[str]:
    """Every value our cookie is sent with; one is right, two are an attack."""
    pairs = [
        pair.strip().partition("=")
        for name, value in scope["headers"]
        if name == b"cookie"
        for pair in value.decode("latin-1").split(";")
    ]
    return [value for name, _, value in pairs if name == wanted]


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


def digest(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()
