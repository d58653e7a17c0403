"""HTTP to model servers: one pool of connections per process.

Owns aiohttp: nothing else in the project imports it. No cookies, no redirects, no compression,
no environment proxies; failures become `UpstreamError`. Knows no JSON and no chat.
"""

import asyncio
import ssl
from collections.abc import Mapping

import aiohttp

from hitl_chat.errors import UpstreamError
from hitl_chat.models import failures

LINGER = 1.0


class Response:
    """The head of an answer, and its body as it comes. `close` drops the connection at once."""

    def __init__(self, response: aiohttp.ClientResponse) -> None:
        self._response = response
        self._content = response.content
        self.status = response.status
        self.headers: Mapping[str, str] = response.headers

    async def read(self) -> bytes:
        """What has come since the last read; b"" at the orderly end."""
        try:
            return await self._content.readany()
        except aiohttp.ClientError as error:
            raise broken(error) from error

    def fail(self, error: UpstreamError) -> None:
        """Wake a waiting `read` with this error."""
        self._content.set_exception(error)

    def close(self, *, orderly: bool = False) -> None:
        """A body read to its end has given the connection back; any other is cut off.

        `orderly`: all that matters came, so the last bytes get a moment to arrive first.
        """
        if orderly and not self._content.is_eof():
            asyncio.get_running_loop().call_later(LINGER, self._response.close)
        else:
            self._response.close()


class Connections:
    """The pool. Made anywhere, used within one event loop."""

    def __init__(self, *, connect: float = 10.0, keep_alive: float = 60.0) -> None:
        self._connect = connect
        self._keep_alive = keep_alive
        self._session: aiohttp.ClientSession | None = None

    async def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Response:
        try:
            return Response(
                await self._opened().post(url, data=body, headers=headers, allow_redirects=False)
            )
        except aiohttp.ClientError as error:
            raise broken(error) from error

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=self._keep_alive),
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=aiohttp.ClientTimeout(total=None, sock_connect=self._connect),
                headers={"accept-encoding": "identity", "user-agent": "hitl-chat"},
                auto_decompress=False,
                trust_env=False,
                read_bufsize=1 << 16,
            )
        return self._session


def broken(error: aiohttp.ClientError) -> UpstreamError:
    """The failure in words that name neither address nor key."""
    match error:
        case aiohttp.ClientConnectorDNSError():
            return failures.unreachable("its host name is not known")
        case aiohttp.ClientSSLError() | aiohttp.ClientConnectorError(os_error=ssl.SSLError()):
            return failures.unreachable("no secure connection, TLS was refused")
        case aiohttp.ServerTimeoutError():
            return failures.unreachable("it did not accept the connection in time")
        case aiohttp.ClientConnectorError():
            return failures.unreachable("it did not accept the connection")
        case aiohttp.ServerDisconnectedError() | aiohttp.ClientOSError():
            return failures.incomplete("the connection was lost")
        case aiohttp.ClientPayloadError():
            return failures.incomplete("the connection closed before the end")
        case _:
            return failures.malformed("it is not HTTP")
