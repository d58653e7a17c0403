"""/healthz (the process answers), /readyz (it can do its work), /metrics.

Owns who may read the metrics. Must not know what is asked of the parts that report.
"""

import asyncio
import hmac
from collections.abc import Awaitable, Callable, Mapping

import orjson

from hitl_chat.errors import Forbidden
from hitl_chat.server.asgi import Route
from hitl_chat.server.errors import JSON, Header, Receive, Scope, Send
from hitl_chat.server.head import Peers, networks, within

TEXT: Header = (b"content-type", b"text/plain; version=0.0.4; charset=utf-8")

# None when all is well, else a few words on what is wrong.
Ready = Callable[[], Awaitable[str | None]]


class Health:
    def __init__(
        self,
        ready: Mapping[str, Ready],
        metrics: Callable[[], str],
        *,
        notes: Mapping[str, Callable[[], str]] | None = None,
        peers: Peers | None = None,
        allow: tuple[str, ...] = ("127.0.0.0/8", "::1/128"),
        key: str = "",
        seconds: float = 2.0,
    ) -> None:
        self.ready = ready
        self.metrics = metrics
        self.notes = notes or {}  # what somebody should look at, while it can do its work
        self.peers = peers or Peers()
        self.allow = networks(allow)
        self.key = key
        self.seconds = seconds

    def routes(self) -> Mapping[str, Route]:
        methods = ("GET", "HEAD")
        return {
            "/healthz": Route(self._healthz, methods),
            "/readyz": Route(self._readyz, methods),
            "/metrics": Route(self._metrics, methods),
        }

    async def _healthz(self, scope: Scope, receive: Receive, send: Send) -> None:
        await _answer(send, 200, JSON, b'{"status":"ok"}')

    async def _readyz(self, scope: Scope, receive: Receive, send: Send) -> None:
        answers = await asyncio.gather(
            *(_asked(ready, self.seconds) for ready in self.ready.values())
        )
        wrong = {name: answer for name, answer in zip(self.ready, answers, strict=True) if answer}
        notes = {name: note for name, told in self.notes.items() if (note := told())}
        body = {"status": "unready" if wrong else "ready", "problems": wrong, "notes": notes}
        await _answer(send, 503 if wrong else 200, JSON, orjson.dumps(body))

    async def _metrics(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not self._may_read(scope):
            msg = "Metrics are for the addresses in metrics.allow, or with the metrics key."
            raise Forbidden(msg)
        await _answer(send, 200, TEXT, self.metrics().encode())

    def _may_read(self, scope: Scope) -> bool:
        if self.key:
            given = [value for name, value in scope["headers"] if name == b"authorization"]
            right = f"Bearer {self.key}".encode()
            return len(given) == 1 and hmac.compare_digest(given[0], right)
        if self.peers.forwarded_by_stranger(scope):
            return False
        return within(self.peers.address(scope), self.allow)


async def _asked(ready: Ready, seconds: float) -> str | None:
    try:
        async with asyncio.timeout(seconds):
            return await ready()
    except TimeoutError:
        return f"no answer within {seconds:g} s"
    except Exception as problem:  # noqa: BLE001 - whatever is wrong with a part, it is not ready
        return type(problem).__name__


async def _answer(send: Send, status: int, kind: Header, body: bytes) -> None:
    length = (b"content-length", str(len(body)).encode())
    await send({"type": "http.response.start", "status": status, "headers": [kind, length]})
    await send({"type": "http.response.body", "body": body})
