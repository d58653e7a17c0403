"""An identity provider for tests: real HTTP on loopback, real keys, and every wrong token."""

from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from hashlib import sha256
from html import escape
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode

import msgspec
from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse
from joserfc import jwk, jwt

from hitl_chat.ports import Clock
from hitl_chat.server.rest import rest
from tests.server.running import serving

CLIENT, SECRET = "hitl", "a secret of the tests"
REALLY = jwk.RSAKey.generate_key(2048, {"kid": "one"})
OTHER = jwk.RSAKey.generate_key(2048, {"kid": "one"})  # says it is that key, and is not


def unsigned(claims: dict[str, Any]) -> str:
    """A token that says it needs no signature."""
    parts = [{"alg": "none", "typ": "JWT", "kid": "one"}, claims]
    coded = [urlsafe_b64encode(msgspec.json.encode(part)).decode().rstrip("=") for part in parts]
    return ".".join([*coded, ""])


class Issuer:
    """Signs in whoever is `person`. `how` says what is wrong with the next token."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.person: dict[str, Any] = {
            "sub": "u1",
            "name": "Ana Lindqvist",
            "email": "ana@example.com",
            "email_verified": True,
        }
        self.how = ""
        self.about: dict[str, Any] = {}
        self.port = 0
        self.codes: dict[str, dict[str, str]] = {}
        self.asked: list[str] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def router(self) -> APIRouter:
        router = APIRouter()
        router.add_api_route("/.well-known/openid-configuration", self.discovery, methods=["GET"])
        router.add_api_route("/keys", self.keys, methods=["GET"])
        router.add_api_route("/authorize", self.authorize, methods=["GET"])
        router.add_api_route("/token", self.token, methods=["POST"])
        router.add_api_route("/favicon.ico", self.picture, methods=["GET"])
        return router

    async def discovery(self) -> Response:
        self.asked.append("discovery")
        about = {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/keys",
        }
        return JSONResponse(about | self.about)

    async def picture(self) -> Response:
        return Response(status_code=204)

    async def keys(self) -> Response:
        self.asked.append("keys")
        return JSONResponse({"keys": [REALLY.as_dict(private=False)]})

    async def authorize(self, request: Request) -> Response:
        """A page with a link back, as if somebody had just signed in there."""
        self.asked.append("authorize")
        back = escape(self.back(dict(request.query_params)))
        return HTMLResponse(
            f"<!doctype html><html lang=en><title>Login</title><a href='{back}'>Continue</a>"
        )

    def back(self, asked: dict[str, str]) -> str:
        """The address that the browser is sent back to."""
        assert (asked["client_id"], asked["response_type"]) == (CLIENT, "code")
        assert asked["code_challenge_method"] == "S256"
        assert "openid" in asked["scope"].split()
        code = f"code-{len(self.codes)}-{len(self.asked)}"
        self.codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    async def token(self, request: Request) -> Response:
        self.asked.append("token")
        given = dict(parse_qsl((await request.body()).decode()))
        asked = self.codes.pop(given.get("code", ""), None)
        if asked is None or not self._is_ours(given, asked):
            return JSONResponse({"error": "invalid_grant"}, 400)
        match self.how:
            case "no token":
                return JSONResponse({"access_token": "x"})
            case "no json":
                return HTMLResponse("<p>hello")
            case "huge":
                return JSONResponse({"id_token": "x" * 2_000_000})
            case "redirect":
                return Response(status_code=307, headers={"location": f"{self.url}/keys"})
            case _:
                answer = {"access_token": "x", "token_type": "Bearer"}
                return JSONResponse(answer | {"id_token": self._signed(self._claims(asked))})

    @staticmethod
    def _is_ours(given: dict[str, str], asked: dict[str, str]) -> bool:
        digest = sha256(given["code_verifier"].encode()).digest()
        challenge = urlsafe_b64encode(digest).decode().rstrip("=")
        same = given["redirect_uri"] == asked["redirect_uri"]
        secret = (given["client_id"], given["client_secret"]) == (CLIENT, SECRET)
        return challenge == asked["code_challenge"] and same and secret

    def _claims(self, asked: dict[str, str]) -> dict[str, Any]:
        now = int(self.clock.now())
        right = {"iss": self.url, "aud": CLIENT, "iat": now, "exp": now + 300}
        wrong: dict[str, dict[str, Any]] = {
            "nonce": {"nonce": "another"},
            "no nonce": {"nonce": None},
            "aud": {"aud": "somebody-else"},
            "no aud": {"aud": None},
            "azp": {"aud": [CLIENT, "more"], "azp": "somebody-else"},
            "iss": {"iss": "https://evil.example"},
            "expired": {"iat": now - 900, "exp": now - 300},
            "no exp": {"exp": None},
            "future": {"iat": now + 900, "nbf": now + 900},
            "no sub": {"sub": None},
        }
        made = {**right, **self.person, "nonce": asked["nonce"], **wrong.get(self.how, {})}
        return {name: value for name, value in made.items() if value is not None}

    def _signed(self, claims: dict[str, Any]) -> str:
        match self.how:
            case "none":
                return unsigned(claims)
            case "key":
                return jwt.encode({"alg": "RS256", "kid": "one"}, claims, OTHER)
            case "kid":
                return jwt.encode({"alg": "RS256", "kid": "two"}, claims, OTHER)
            case "hmac":  # the public key, known to all, taken for a shared secret
                shared = jwk.OctKey.import_key(sha256(REALLY.as_pem(private=False)).hexdigest())
                return jwt.encode({"alg": "HS256", "kid": "one"}, claims, shared)
            case "cut":
                return jwt.encode({"alg": "RS256", "kid": "one"}, claims, REALLY)[:-20]
            case "two":  # its own key, changed since
                return jwt.encode({"alg": "RS256", "kid": "two"}, claims, REALLY)
            case "words":
                return "a.b.c"
            case _:
                return jwt.encode({"alg": "RS256", "kid": "one"}, claims, REALLY)


@asynccontextmanager
async def issuing(clock: Clock) -> AsyncIterator[Issuer]:
    issuer = Issuer(clock)
    async with serving({}, rest([issuer.router()])) as running:
        issuer.port = running.port
        yield issuer


def query(url: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(url.partition("?")[2]).items()}
