"""Who sends a request: an API key, or a token that is good for one conversation.

Owns the shape of credentials and how they are compared. Keys are stored as HMAC(pepper, secret)
and looked up through a function that is handed in. A wrong, an unknown and a revoked key get the
same answer. What was found is believed for `cache` seconds, so that the hot path costs no query.
"""

import asyncio
import hmac
import re
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from collections.abc import Awaitable, Callable, Mapping
from hashlib import sha256

import msgspec

from hitl_chat.core.types import Value
from hitl_chat.errors import Forbidden, Unauthorized
from hitl_chat.ports import Clock
from hitl_chat.server.errors import Scope

BEARER = re.compile(rb"bearer +([\x21-\x7e]{1,4096}) *", re.IGNORECASE)
KEY = re.compile(r"hk_([a-z0-9]{4,32})_([A-Za-z0-9_-]{43})")
TOKEN = re.compile(r"ct_([A-Za-z0-9_-]+=*)\.([A-Za-z0-9_-]+=*)")
REMEMBERED = 10_000
USED_EVERY = 60.0
NOBODY = bytes(32)  # compared with when there is no such key, so that it takes as long


class StoredKey(Value, frozen=True):
    """What the store knows about a key; never the key."""

    id: str
    tenant: str
    digest: bytes
    aware: bool = False
    origins: tuple[str, ...] = ()
    scopes: tuple[str, ...] = ()
    revoked: bool = False


class Caller(Value, frozen=True):
    """Whose request this is. `conversation` is set when a token limits it to that one.

    `scopes`: what the key may do besides talking to models, e.g. "desk". The last four fields are
    a token's: which rules apply, which models may answer, and the name of its instructions.
    """

    tenant: str
    key: str
    aware: bool = False
    origins: tuple[str, ...] = ()
    scopes: tuple[str, ...] = ()
    conversation: str = ""
    channel: str = ""
    tags: frozenset[str] = frozenset()
    models: tuple[str, ...] = ()
    instructions: str = ""


class Grant(Value, frozen=True):
    """What is signed into a conversation token."""

    key: str
    tenant: str
    conversation: str
    expires: float
    channel: str = ""
    tags: frozenset[str] = frozenset()
    models: tuple[str, ...] = ()
    instructions: str = ""


FindKey = Callable[[str], Awaitable[StoredKey | None]]


class Keys:
    """Turns the Authorization header into a Caller."""

    def __init__(
        self,
        find: FindKey,
        pepper: bytes,
        clock: Clock,
        *,
        cache: float = 3.0,
        token_life: float = 900.0,
        used: Callable[[str], None] = lambda key: None,
    ) -> None:
        self.find = find
        self.pepper = pepper
        self.clock = clock
        self.cache = cache
        self.token_life = token_life
        self.used = used
        self._told: dict[str, float] = {}
        self._known: dict[bytes, tuple[float, Caller]] = {}
        self._asking: dict[bytes, asyncio.Future[tuple[Caller, float]]] = {}

    async def authorise(self, scope: Scope, *, token_ok: bool = False) -> Caller:
        """The caller, also noted in the scope. Conversation tokens only where the route says so."""
        credential, origin = _presented(scope)
        name = sha256(credential).digest()
        until, caller = self._known.get(name, (0.0, None))
        if caller is None or until <= self.clock.monotonic():
            caller = await self._found(name, credential.decode("ascii"))
        if caller.conversation and not token_ok:
            msg = "A conversation token is not accepted here; use the API key it was made with."
            raise Forbidden(msg)
        if origin is not None and caller.origins and origin not in caller.origins:
            msg = f"This key may not be used from the origin {origin[:200]!r}."
            raise Forbidden(msg, code="origin_not_allowed")
        scope["hitl.caller"] = caller
        return caller

    def token(self, caller: Caller) -> tuple[str, float]:
        """A token that stands for this caller in `caller.conversation`, and when it expires.

        It dies with its key. Who holds it can change none of what is signed into it.
        """
        expires = self.clock.now() + self.token_life
        grant = Grant(
            caller.key,
            caller.tenant,
            caller.conversation,
            expires,
            caller.channel,
            caller.tags,
            caller.models,
            caller.instructions,
        )
        payload = msgspec.json.encode(grant)
        signature = _sign(self.pepper, b"conversation token\0" + payload)
        return f"ct_{_base64(payload)}.{_base64(signature)}", expires

    async def _found(self, name: bytes, credential: str) -> Caller:
        """Looked up once for all that ask at the same time: customers come in crowds."""
        asking = self._asking.get(name)
        if asking is None:
            asking = self._asking[name] = asyncio.ensure_future(self._look_up(credential))
            asking.add_done_callback(lambda done: self._answered(name, done))
        caller, _ = await asyncio.shield(asking)
        return caller

    def _answered(self, name: bytes, asking: asyncio.Future[tuple[Caller, float]]) -> None:
        del self._asking[name]
        if not asking.cancelled() and asking.exception() is None:
            self._remember(name, *asking.result())

    async def _look_up(self, credential: str) -> tuple[Caller, float]:
        """The caller, and for how many seconds that may be believed."""
        if match := KEY.fullmatch(credential):
            return await self._by_key(match[1], match[2]), self.cache
        if match := TOKEN.fullmatch(credential):
            return await self._by_token(match[1], match[2])
        raise wrong_key()

    async def _by_key(self, ident: str, secret: str) -> Caller:
        stored = await self.find(ident)
        expected = stored.digest if stored else NOBODY
        right = hmac.compare_digest(digest(self.pepper, secret), expected)
        if stored is None or not right or stored.revoked or stored.id != ident:
            raise wrong_key()
        self._tell(ident)
        return Caller(stored.tenant, stored.id, stored.aware, stored.origins, stored.scopes)

    async def _by_token(self, payload: str, signature: str) -> tuple[Caller, float]:
        try:
            signed, given = urlsafe_b64decode(payload), urlsafe_b64decode(signature)
        except NotBase64:
            raise wrong_key() from None
        right = _sign(self.pepper, b"conversation token\0" + signed)
        if not hmac.compare_digest(right, given):
            raise wrong_key()
        grant = msgspec.json.decode(signed, type=Grant)
        left = grant.expires - self.clock.now()
        if left <= 0:
            msg = "This conversation token has expired; make a new one."
            raise Unauthorized(msg, code="token_expired")
        stored = await self.find(grant.key)
        if stored is None or stored.revoked or stored.tenant != grant.tenant:
            raise wrong_key()
        caller = Caller(
            tenant=stored.tenant,
            key=stored.id,
            aware=stored.aware,
            origins=stored.origins,
            conversation=grant.conversation,
            channel=grant.channel,
            tags=grant.tags,
            models=grant.models,
            instructions=grant.instructions,
        )
        return caller, min(self.cache, left)

    def _tell(self, ident: str) -> None:
        """Once a minute is often enough to know when a key was last used."""
        now = self.clock.monotonic()
        if now - self._told.get(ident, -USED_EVERY) >= USED_EVERY:
            self._told[ident] = now
            self.used(ident)

    def _remember(self, name: bytes, caller: Caller, seconds: float) -> None:
        now = self.clock.monotonic()
        if len(self._known) >= REMEMBERED:
            self._known = {name: kept for name, kept in self._known.items() if kept[0] > now}
        if len(self._known) < REMEMBERED:
            self._known[name] = (now + seconds, caller)


def new_key(pepper: bytes, ident: str = "") -> tuple[str, str, bytes]:
    """A key to show once, its id, and the digest to store."""
    ident = ident or secrets.token_hex(6)
    secret = secrets.token_urlsafe(32)
    return f"hk_{ident}_{secret}", ident, digest(pepper, secret)


def digest(pepper: bytes, secret: str) -> bytes:
    return _sign(pepper, secret.encode())


def header(scope: Scope, name: bytes) -> str | None:
    """The value of a header that may be given once; None when it is not there."""
    values = [value for key, value in scope["headers"] if key == name]
    return values[0].decode("latin-1") if len(values) == 1 else None


def wrong_key() -> Unauthorized:
    return Unauthorized("Incorrect API key provided.")


def _presented(scope: Scope) -> tuple[bytes, str | None]:
    given: Mapping[bytes, list[bytes]] = {b"authorization": [], b"origin": []}
    for name, value in scope["headers"]:
        if name in given:
            given[name].append(value)
    match given[b"authorization"]:
        case [value] if bearer := BEARER.fullmatch(value):
            origins = given[b"origin"]
            # Two origins are nobody's: no key allows them.
            return bearer[1], ", ".join(o.decode("latin-1") for o in origins) if origins else None
        case []:
            msg = "You did not provide an API key: send 'Authorization: Bearer hk_...'."
            raise Unauthorized(msg, code="missing_api_key")
        case [_]:
            msg = "The Authorization header must read 'Bearer ' and an API key."
            raise Unauthorized(msg)
        case _:
            msg = "There is more than one Authorization header; send exactly one."
            raise Unauthorized(msg)


def _sign(key: bytes, message: bytes) -> bytes:
    return hmac.digest(key, message, "sha256")


def _base64(value: bytes) -> str:
    return urlsafe_b64encode(value).decode()
