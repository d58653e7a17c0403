"""HTTP to model servers: one pool of connections per process, read straight from the transport.

Written on httptools because a general client costs more per token than all else here together
(docs/adr). No cookies, no redirects, no compression, no environment proxies; failures become
`UpstreamError`. Knows no JSON and no chat.
"""

import asyncio
import socket
import ssl
from collections.abc import Mapping
from typing import cast
from urllib.parse import SplitResult, urlsplit

import aiohappyeyeballs

from hitl_chat.errors import UpstreamError
from hitl_chat.models import failures
from hitl_chat.models.link import Link, Response

# A broken IPv6 route costs this long, not the whole time allowed for connecting.
NEXT_ADDRESS = 0.25
Origin = tuple[str, str, int]


class Connections:
    """The pool. Made anywhere, used within one event loop."""

    def __init__(
        self,
        *,
        connect: float = 10.0,
        keep_alive: float = 60.0,
        most: int = 2000,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._connect = connect
        self._keep_alive = keep_alive
        self._most = most
        self._tls = tls
        self._idle: dict[Origin, list[Link]] = {}
        self._links: set[Link] = set()
        self._coming = 0  # connections that are being made

    async def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Response:
        """The head of the answer has come; its body is read from what is returned."""
        parts = urlsplit(url)
        origin = _origin(parts)
        request = _request(parts, headers, body)
        while link := self._free(origin):
            response = link.send(request)
            try:
                return await response.begun()
            except UpstreamError:
                # It was idle and the server had closed it: that says nothing about this call.
                if response.received:
                    raise
        link = await self._opened(origin)
        return await link.send(request).begun()

    async def close(self) -> None:
        for link in list(self._links):
            link.abort()
        while self._links:
            await next(iter(self._links)).gone

    # --- told by the links -----------------------------------------------------------------------

    def made(self, link: Link) -> None:
        self._links.add(link)

    def release(self, link: Link) -> None:
        link.rest(self._keep_alive)
        self._idle.setdefault(link.origin, []).append(link)

    def forget(self, link: Link) -> None:
        self._links.discard(link)
        idle = self._idle.get(link.origin)
        if idle and link in idle:
            idle.remove(link)

    # --- links -----------------------------------------------------------------------------------

    def _free(self, origin: Origin) -> Link | None:
        idle = self._idle.get(origin)
        while idle:
            link = idle.pop()
            if link.usable:
                link.rest(None)
                return link
        return None

    async def _opened(self, origin: Origin) -> Link:
        if len(self._links) + self._coming >= self._most and not self._dropped_an_idle_one():
            raise failures.crowded(self._most)
        link = Link(origin, self)
        self._coming += 1
        try:
            async with asyncio.timeout(self._connect):
                await self._connected(origin, link)
        except TimeoutError:
            raise failures.unreachable("it did not accept the connection in time") from None
        except socket.gaierror:
            raise failures.unreachable("its host name is not known") from None
        except (ssl.SSLError, ssl.CertificateError):
            raise failures.unreachable("no secure connection, TLS was refused") from None
        except OSError:
            raise failures.unreachable("it did not accept the connection") from None
        finally:
            self._coming -= 1
        return link

    def _dropped_an_idle_one(self) -> bool:
        """Whether a connection that nobody uses could make room."""
        for idle in self._idle.values():
            if idle:
                idle.pop(0).abort()
                return True
        return False

    async def _connected(self, origin: Origin, link: Link) -> None:
        scheme, host, port = origin
        loop = asyncio.get_running_loop()
        addresses = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        sock = await aiohappyeyeballs.start_connection(
            addresses, happy_eyeballs_delay=NEXT_ADDRESS, loop=loop
        )
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        secure = scheme == "https"
        await loop.create_connection(
            lambda: link,
            sock=sock,
            ssl=self._context() if secure else None,
            server_hostname=host if secure else None,
        )

    def _context(self) -> ssl.SSLContext:
        if self._tls is None:
            self._tls = ssl.create_default_context()
        return self._tls


def _origin(parts: SplitResult) -> Origin:
    host = cast("str", parts.hostname)  # the caller's address was checked at start
    return parts.scheme, host, parts.port or (443 if parts.scheme == "https" else 80)


def _request(parts: SplitResult, headers: Mapping[str, str], body: bytes) -> bytes:
    lines = [f"POST {parts.path} HTTP/1.1", f"host: {parts.netloc}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    lines += [f"content-length: {len(body)}", "accept-encoding: identity", "user-agent: hitl-chat"]
    head = "\r\n".join(lines)
    if head.count("\r") != len(lines) - 1 or head.count("\n") != len(lines) - 1:
        message = "a header holds a line break: it would become two headers"
        raise ValueError(message)
    return f"{head}\r\n\r\n".encode("latin-1") + body
