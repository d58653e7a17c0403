"""The way out of this machine: one POST to one webhook, by hands that are tied.

No redirects, no cookies, no proxies of the environment; every address is checked at the moment its
socket is made, so that no name can point somewhere else after it was looked at.
"""

import socket
import ssl
from asyncio import timeout
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver
from yarl import URL

from hitl_chat.core.types import Value
from hitl_chat.webhooks.addresses import forbidden
from hitl_chat.webhooks.parcels import Hook

MOST_READ = 64 * 1024
TOGETHER = 4
LONGEST_RETRY_AFTER = 3600.0


class Answer(Value, frozen=True):
    """`problem` is empty if it was taken; `final`: the same again would be refused again."""

    problem: str = ""
    final: bool = False
    again: float = 0.0


class ForbiddenAddress(OSError):
    """The host's name leads where no webhook may lead."""


class Carrier:
    """To one webhook, within one event loop."""

    def __init__(
        self,
        hook: Hook,
        *,
        patience: float = 10.0,
        resolver: AbstractResolver | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._hook, self._patience = hook, patience
        self._secure = urlsplit(hook.url).scheme == "https"
        connector = aiohttp.TCPConnector(
            limit=TOGETHER,
            resolver=resolver,
            socket_factory=self._socket,
            ssl=tls or ssl.create_default_context(),
        )
        self._client = aiohttp.ClientSession(
            connector=connector, cookie_jar=aiohttp.DummyCookieJar(), auto_decompress=False
        )

    async def close(self) -> None:
        await self._client.close()

    async def deliver(self, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Never raises for what the other side does."""
        known = {"content-type": "application/json", "user-agent": "hitl-chat"}
        try:
            async with (
                timeout(self._patience),
                self._client.post(
                    URL(self._hook.url, encoded=True),
                    data=body,
                    headers={**known, **headers},
                    allow_redirects=False,
                ) as response,
            ):
                await response.content.read(MOST_READ)  # politely; what it says is not used
                return _answer(response.status, response.headers.get("retry-after", ""))
        except TimeoutError:
            return Answer(f"it did not answer within {self._patience:g} s")
        except aiohttp.ClientError as problem:
            return Answer(_why(problem))

    def _socket(self, info: tuple[Any, ...]) -> socket.socket:
        family, kind, protocol, _, address = info
        if why := forbidden(address[0], self._hook.networks, secure=self._secure):
            raise ForbiddenAddress(why)
        return socket.socket(family, kind, protocol)


def _answer(status: int, retry_after: str) -> Answer:
    if 200 <= status < 300:
        return Answer()
    if 300 <= status < 400:
        return Answer(f"it redirects ({status}), which is not followed: use the final address")
    if status in (400, 413, 422):
        return Answer(f"it does not understand the message ({status}): check the template", True)
    if status in (401, 403):
        return Answer(f"it refuses us ({status}): check its address and secret")
    if status in (404, 410):
        return Answer(f"there is nothing at its address ({status})")
    again = float(retry_after) if retry_after.isdecimal() else 0.0
    return Answer(f"it answers {status}", again=min(again, LONGEST_RETRY_AFTER))


def _why(problem: aiohttp.ClientError) -> str:
    """In our words: what a library says may quote the address, and that may be a secret."""
    match problem:
        case aiohttp.ClientConnectorDNSError():
            return "the name of its host is not known"
        case aiohttp.ClientConnectorCertificateError() | aiohttp.ClientConnectorSSLError():
            return "no secure connection: its certificate was not accepted"
        case aiohttp.ClientConnectorError(os_error=ForbiddenAddress() as where):
            return str(where)
        case aiohttp.ClientConnectorError():
            return "it does not accept connections"
        case _:
            return f"the connection broke ({type(problem).__name__})"
