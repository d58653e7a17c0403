"""Signing in by name and password, and choosing one.

Owns what is said and how long it takes: an unknown name, a wrong password and a person without one
get the same answer after the same work. Hashing and storing are handed in.
"""

from typing import Protocol

from hitl_chat.errors import BadRequest, Conflict, Unauthorized
from hitl_chat.server.attempts import Attempts
from hitl_chat.server.hashing import Hashing
from hitl_chat.server.sessions import Signed, digest
from hitl_chat.server.trivial import MOST, weakness

BETWEEN = "/"  # tenant/name, where a name is in several tenants
LONGEST_NAME = 200


class Cabinet(Protocol):
    """What the store keeps about passwords: hashes."""

    async def signing_in(self, tenant: str, name: str) -> tuple[Signed, str] | None: ...

    async def password_of(self, ident: str) -> str | None: ...

    async def choose_password(
        self, ident: str, password: str, old: str | None, stay: str = "", link: str = ""
    ) -> bool: ...


class Passwords:
    """See the module."""

    def __init__(self, cabinet: Cabinet, hashing: Hashing, attempts: Attempts) -> None:
        self._cabinet, self._hashing, self._attempts = cabinet, hashing, attempts

    async def check(self, name: str, password: str, address: str) -> tuple[Signed, str]:
        """Who this is, and the hash that says so. Raises Unauthorized, or TooMany."""
        tenant, _, plain = name.strip()[:LONGEST_NAME].rpartition(BETWEEN)
        tried = plain.casefold()  # however it is written, they are tries at the same name
        self._attempts.begin(tried, address)
        found = await self._cabinet.signing_in(tenant, plain)
        stored = found[1] if found else None
        if not await self._hashing.verify(stored, password[: MOST + 1]) or found is None:
            msg = "The name or the password is wrong."
            raise Unauthorized(msg, code="wrong_password")
        self._attempts.right(tried, address)
        return found

    async def choose(self, who: Signed, password: str, secret: str) -> str:
        """A first or a new password, for somebody who came by a link; its hash. The link is used
        up, sessions elsewhere end. Raises Conflict if the link was used up meanwhile."""
        old = await self._cabinet.password_of(who.id)
        return await self._store(who, password, old, link=digest(secret))

    async def change(self, who: Signed, old: str, new: str, stay: str, address: str) -> None:
        """Who knows the old one may change it; `stay` is the session that goes on."""
        self._attempts.begin(who.id, address)
        stored = await self._cabinet.password_of(who.id)
        if not await self._hashing.verify(stored, old[: MOST + 1]):
            msg = "The old password is wrong."
            raise Unauthorized(msg, code="wrong_password")
        self._attempts.right(who.id, address)
        await self._store(who, new, stored, stay)

    async def _store(
        self, who: Signed, password: str, old: str | None, stay: str = "", link: str = ""
    ) -> str:
        problem = weakness(password, who.name, who.tenant)
        if problem:
            raise BadRequest(problem, code="weak_password", param="password")
        made = await self._hashing.hash(password)
        if not await self._cabinet.choose_password(who.id, made, old, stay, link):
            msg = "The password was changed meanwhile: sign in with the new one."
            raise Conflict(msg, code="password_changed")
        return made
