"""An identity provider, as OpenID Connect describes one: where it is, its keys, its tokens.

Owns what is fetched, for how long and how much; every answer is the provider's claim until its
signature and all its claims were checked. Nothing of a token is kept or logged. Knows no person.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Generic, TypeVar
from urllib.parse import urlsplit

import aiohttp
import msgspec
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from authlib.oidc.discovery import get_well_known_url
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from hitl_chat.core.types import Value
from hitl_chat.errors import HitlError, Unauthorized, Unavailable
from hitl_chat.ports import Clock

# Public keys only: with "none" or a shared secret anybody could write a token.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "Ed25519")
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
LARGEST = 512 * 1024
PATIENCE = 10.0
KEPT = 3600.0  # metadata and keys are believed for so long
AGAIN = 30.0  # an unknown key makes us look for new ones, but not more often than this
AWAY = 5.0  # who could not say it is not asked again for so long
LEEWAY = 60
SENSELESS = (JoseError, ValueError, TypeError, KeyError)  # of what a provider sent
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")

T = TypeVar("T")


class Client(Value, frozen=True):
    """Who we are to the provider."""

    issuer: str
    client_id: str
    secret: str
    scopes: tuple[str, ...]


class Asked(Value, frozen=True):
    """What we remember of one attempt, in the browser that began it."""

    state: str
    nonce: str
    verifier: str
    until: float


class Shared(Generic[T]):
    """What the provider publishes: one fetch for all who wait, kept for a while. So is its failure,
    or else everybody who comes would wait for a provider that is away."""

    def __init__(self, fetch: Callable[[], Awaitable[T]], clock: Clock) -> None:
        self._fetch, self._clock = fetch, clock
        self._found: tuple[float, T] | None = None
        self._failed: tuple[float, Exception] | None = None
        self._fetching: asyncio.Task[T | Exception] | None = None

    async def get(self, age: float = KEPT) -> T:
        """As it was that many seconds ago, or later."""
        now = self._clock.monotonic()
        if self._found is not None and now - self._found[0] < age:
            return self._found[1]
        if self._failed is not None and now - self._failed[0] < AWAY:
            raise self._failed[1].with_traceback(None)
        if self._fetching is None:
            self._fetching = asyncio.create_task(self._fetched())
        said = await asyncio.shield(self._fetching)  # who hangs up ends it for nobody else
        if isinstance(said, Exception):
            raise said.with_traceback(None)
        return said

    async def _fetched(self) -> T | Exception:
        try:
            found = await self._fetch()
        except (HitlError, *SENSELESS) as error:
            self._failed = self._clock.monotonic(), error
            return error
        else:
            self._found, self._failed = (self._clock.monotonic(), found), None
            return found
        finally:
            self._fetching = None


class Provider:
    def __init__(self, client: Client, clock: Clock, *, patience: float = PATIENCE) -> None:
        self.client = client
        self._clock = clock
        self._patience = aiohttp.ClientTimeout(total=patience)
        self._about = Shared(self._described, clock)
        self._keys = Shared(self._published, clock)

    async def address(self, asked: Asked, back: str) -> str:
        """Where the browser goes to sign in; it returns to `back`."""
        about = await self._about.get()
        return str(
            prepare_grant_uri(
                about["authorization_endpoint"],
                self.client.client_id,
                "code",
                redirect_uri=back,
                scope=" ".join(self.client.scopes),
                state=asked.state,
                nonce=asked.nonce,
                code_challenge=create_s256_code_challenge(asked.verifier),
                code_challenge_method="S256",
            )
        )

    async def claims(self, code: str, asked: Asked, back: str) -> Mapping[str, Any]:
        """Who signed in there. Raises Unauthorized unless everything about the token is right."""
        about = await self._about.get()
        fields = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": back,
            "code_verifier": asked.verifier,
            "client_id": self.client.client_id,
            "client_secret": self.client.secret,
        }
        answer = await self._fetch(about["token_endpoint"], fields)
        token = answer.get("id_token")
        if not isinstance(token, str):
            raise _wrong("it sent no ID token")
        return await self._checked(token, asked.nonce)

    async def _checked(self, token: str, nonce: str) -> Mapping[str, Any]:
        try:
            decoded = await self._decoded(token)
            claims = CodeIDToken(
                decoded.claims,
                decoded.header,
                {
                    "iss": {"essential": True, "value": self.client.issuer},
                    "aud": {"essential": True, "value": self.client.client_id},
                    "sub": {"essential": True},
                    "exp": {"essential": True},
                    "nonce": {"essential": True, "value": nonce},
                },
                {"nonce": nonce, "client_id": self.client.client_id},
            )
            claims.validate(int(self._clock.now()), LEEWAY)
        except SENSELESS as error:
            raise _wrong(f"its token is not good ({type(error).__name__})") from None
        return dict(claims)

    async def _decoded(self, token: str) -> jwt.Token:
        try:
            return jwt.decode(token, await self._keys.get(), algorithms=ALGORITHMS)
        except (JoseError, ValueError) as error:
            fresh = await self._keys.get(AGAIN)
            try:
                return jwt.decode(token, fresh, algorithms=ALGORITHMS)
            except (JoseError, ValueError):
                raise error from None

    # --- what the provider publishes ----------------------------------------------------------

    async def _described(self) -> Mapping[str, Any]:
        about = await self._fetch(get_well_known_url(self.client.issuer, external=True))
        if about.get("issuer") != self.client.issuer:
            raise _wrong("it calls itself by another name than oidc.issuer")
        for each in ENDPOINTS:
            if not is_safe(about.get(each), self.client.issuer):
                raise _wrong(f"its {each} is no https address")
        return about

    async def _published(self) -> KeySet:
        found: Any = await self._fetch((await self._about.get())["jwks_uri"])
        return KeySet.import_key_set(found)

    async def _fetch(self, url: str, fields: Mapping[str, str] | None = None) -> dict[str, Any]:
        """One JSON object. Redirects are not followed; the words of an error are not repeated."""
        try:
            async with (
                aiohttp.ClientSession(timeout=self._patience) as session,
                session.request(
                    "GET" if fields is None else "POST",
                    url,
                    data=fields,
                    headers={"accept": "application/json"},
                    allow_redirects=False,
                ) as answer,
            ):
                body = await answer.content.read(LARGEST + 1)
                while len(body) <= LARGEST and (more := await answer.content.read(LARGEST)):
                    body += more
                status = answer.status
        except (aiohttp.ClientError, TimeoutError, OSError):
            msg = "The identity provider cannot be reached: try again, or use a password."
            raise Unavailable(msg, code="provider_away", retry_after=5.0) from None
        if status != 200 or len(body) > LARGEST:
            raise _wrong(f"it answered {status}")
        try:
            return msgspec.json.decode(body, type=dict[str, Any])
        except msgspec.MsgspecError:
            raise _wrong("it answered no JSON object") from None


def is_safe(endpoint: object, issuer: str) -> bool:
    """Whether an issuer may name it: https, or plain http if both are on this machine.

    Else whoever can change what a real issuer publishes could have secrets sent to a port here.
    """
    if not isinstance(endpoint, str):
        return False
    try:
        parts, home = urlsplit(endpoint), urlsplit(issuer)
    except ValueError:
        return False
    if parts.scheme == "https":
        return bool(parts.hostname)
    return all(each.scheme == "http" and each.hostname in LOOPBACK for each in (parts, home))


def _wrong(why: str) -> Unauthorized:
    msg = f"The identity provider did not say who you are: {why}."
    return Unauthorized(msg, code="provider_refused")
