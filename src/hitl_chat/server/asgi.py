"""The guard: the outermost ASGI callable. Everything passes it, nothing odd passes further.

Owns the head's checks, the routes of the hot path, request ids, security headers, CORS, and what
becomes of an error nobody handled. Must not know what any route does.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterable, Mapping

from hitl_chat.core.types import Value
from hitl_chat.errors import Forbidden, HitlError
from hitl_chat.runner.ids import new as new_id
from hitl_chat.server.body import json_value, read_body, require_json, says_json
from hitl_chat.server.errors import (
    App,
    ClientGone,
    Header,
    Message,
    MethodNotAllowed,
    Receive,
    Scope,
    Send,
    encode,
    headers,
    respond,
    unexpected,
)
from hitl_chat.server.head import HeadLimits, announced_too_large, faults, same_origin

API = "/v1/"
ALLOWED = b"access-control-allow-origin"
WIDGET = "/widget/"  # a script that pages of other origins may load, as modules: with CORS
BODIES = frozenset({b"content-length", b"transfer-encoding"})
CLOSING = frozenset({"request_timeout", "bad_framing"})
NAMES = re.compile(rb"[A-Za-z0-9_, -]{0,2000}")
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"})
EXPOSED = b"x-request-id, x-hitl-conversation-id, x-hitl-delivery-id, x-hitl-events, retry-after"
CSP = (
    b"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    b"connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'; "
    b"require-trusted-types-for 'script'"
)
SECURITY: tuple[Header, ...] = (
    (b"x-content-type-options", b"nosniff"),
    # Not no-referrer: under it browsers send our own forms with "Origin: null".
    (b"referrer-policy", b"same-origin"),
    (b"content-security-policy", CSP),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cache-control", b"no-store"),
)
HSTS: Header = (b"strict-transport-security", b"max-age=31536000")
CLOSE: Header = (b"connection", b"close")

# Told about every response (route, status), and about every failure nobody handled (request id).
Seen = Callable[[str, int], None]
Fault = Callable[[str, Exception], None]


class Route(Value, frozen=True):
    """A plain ASGI callable for one exact path. `json`: a POST must say that it sends JSON."""

    app: App
    methods: tuple[str, ...] = ("POST",)
    json: bool = False


class Edge(Value, frozen=True):
    """What the guard is told."""

    head: HeadLimits = HeadLimits()
    body_bytes: int = 4 * 1024 * 1024
    small_body_bytes: int = 256 * 1024
    body_seconds: float = 30.0
    origins: tuple[str, ...] = ()
    https: bool = False


class Guard:
    """See the module. `hot`: exact paths of plain ASGI callables; `rest` serves everything else."""

    def __init__(
        self, hot: Mapping[str, Route], rest: App, edge: Edge, *, seen: Seen, fault: Fault
    ) -> None:
        self.hot = hot
        self.rest = rest
        self.edge = edge
        self.seen = seen
        self.fault = fault

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        match scope["type"]:
            case "http":
                await self._http(scope, receive, send)
            case "websocket":
                await self._websocket(scope, receive, send)
            case _:
                await self.rest(scope, receive, send)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["hitl.request_id"] = request_id = new_id("req")
        answer = Answer(send, scope, self.edge)
        try:
            if error := faults(scope, self.edge.head):
                raise error
            await self._route(scope, receive, answer)
        except ClientGone:
            pass
        except HitlError as error:
            await self._fail(answer, error)
        except Exception as error:  # noqa: BLE001 - the last line: log it, never show its words
            self.fault(request_id, error)
            await self._fail(answer, unexpected(request_id))
        self.seen(scope["path"] if scope["path"] in self.hot else "other", answer.status)
        scope.pop("hitl.flow", None)  # it knows the scope: a circle for each request

    async def _fail(self, answer: "Answer", error: HitlError) -> None:
        if not answer.status:
            # Nobody knows where such a request ends: what follows is no next request.
            await respond(answer, error, [CLOSE] if error.code in CLOSING else [])
        elif not answer.complete:
            await answer.abort()

    async def _route(self, scope: Scope, receive: Receive, answer: "Answer") -> None:
        route = self.hot.get(scope["path"])
        if scope["method"] == "OPTIONS" and answer.is_preflight():
            await answer.preflight()
        elif route is None:
            await self._rest(scope, receive, answer)
        elif scope["method"] not in route.methods:
            raise not_allowed(scope["method"], route.methods)
        else:
            if route.json:
                require_json(scope)
            if error := announced_too_large(scope, self.edge.body_bytes):
                raise error
            await route.app(scope, receive, answer)

    async def _rest(self, scope: Scope, receive: Receive, answer: "Answer") -> None:
        if scope["method"] not in METHODS:
            raise not_allowed(scope["method"], sorted(METHODS))
        limit = self.edge.small_body_bytes
        if error := announced_too_large(scope, limit):
            raise error
        if any(name in BODIES for name, _ in scope["headers"]):
            body = await read_body(receive, limit=limit, seconds=self.edge.body_seconds)
            if says_json(scope):
                json_value(body)
            receive = replay(body, receive)
        await self.rest(scope, receive, answer)

    async def _websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        error = faults(scope, self.edge.head)
        if error is None and not scope["path"].startswith(API) and not same_origin(scope):
            msg = "This WebSocket is for the pages of this server only."
            error = Forbidden(msg, code="origin_not_allowed")
        if error is None:
            await self.rest(scope, receive, send)
        else:
            await refuse(scope, send, error)


class Answer:
    """The way back: adds what every response carries, and remembers whether one has begun."""

    def __init__(self, send: Send, scope: Scope, edge: Edge) -> None:
        self.send = send
        self.scope = scope
        self.edge = edge
        self.status = 0
        self.complete = False

    def __call__(self, message: Message) -> Awaitable[None]:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            message["headers"] = self._completed(message.get("headers", []))
        else:
            self.complete = not message.get("more_body", False)
        return self.send(message)

    def _completed(self, given: Iterable[Header]) -> list[Header]:
        headers = list(given)
        names = {name for name, _ in headers}
        headers.append((b"x-request-id", self.scope["hitl.request_id"].encode()))
        headers += [header for header in SECURITY if header[0] not in names]
        if self.edge.https:
            headers.append(HSTS)
        # A preflight has said it: the same origin twice is one that no browser takes.
        return headers if ALLOWED in names else headers + self._cors()

    def _cors(self) -> list[Header]:
        origin = self._header(b"origin")
        if not origin or not self.scope["path"].startswith((API, WIDGET)):
            return []
        caller = self.scope.get("hitl.caller")
        allowed = (*self.edge.origins, *(caller.origins if caller else ()))
        if origin.decode("latin-1") not in allowed:
            return [(b"vary", b"origin")]
        return [
            (b"vary", b"origin"),
            (ALLOWED, origin),
            (b"access-control-expose-headers", EXPOSED),
        ]

    def _header(self, wanted: bytes) -> bytes:
        values: list[bytes] = [value for name, value in self.scope["headers"] if name == wanted]
        return values[0] if len(values) == 1 else b""

    def is_preflight(self) -> bool:
        asked = self._header(b"origin") and self._header(b"access-control-request-method")
        return bool(asked) and self.scope["path"].startswith(API)

    async def preflight(self) -> None:
        """Anyone may ask: whether the answer can be read is decided by the key of the request."""
        names = self._header(b"access-control-request-headers")
        headers: list[Header] = [
            (ALLOWED, self._header(b"origin")),
            (b"access-control-allow-methods", b"GET, POST"),
            (b"access-control-allow-headers", names if NAMES.fullmatch(names) else b""),
            (b"access-control-max-age", b"600"),
        ]
        await self({"type": "http.response.start", "status": 204, "headers": headers})
        await self({"type": "http.response.body", "body": b""})

    async def abort(self) -> None:
        """Cut the connection: an unfinished answer must never look finished."""
        abort = self.scope.get("hitl.abort")
        if abort is None:
            msg = "the server cannot cut a connection; run it with hitl_chat.server.protocol"
            raise RuntimeError(msg)
        abort()
        await asyncio.sleep(0)  # lets the server see that the connection is gone


def replay(body: bytes, receive: Receive) -> Receive:
    """A receive that gives the body that was read already, then listens for the hang-up."""
    first: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def again() -> Message:
        return first.pop() if first else await receive()

    return again


async def refuse(scope: Scope, send: Send, error: HitlError) -> None:
    """Answer a WebSocket's handshake with an HTTP error."""
    if "websocket.http.response" not in scope.get("extensions", {}):
        await send({"type": "websocket.close", "code": 1008})
        return
    body = encode(error)
    start = {"status": error.status, "headers": headers(error)}
    await send({"type": "websocket.http.response.start", **start})
    await send({"type": "websocket.http.response.body", "body": body})


def not_allowed(method: str, allowed: Iterable[str]) -> MethodNotAllowed:
    return MethodNotAllowed(
        f"Method {method[:20]!r} is not allowed here; use {', '.join(allowed)}."
    )
