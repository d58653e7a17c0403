"""POST /v1/chat/completions: a plain ASGI callable, because every request pays for what is here.

Owns the order of things: who asks, how much they may ask, what they ask, which turn answers it,
and the response that follows that turn. Decides nothing about text.
"""

import asyncio
from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any

from hitl_chat.core.types import Value
from hitl_chat.errors import BadRequest, Forbidden
from hitl_chat.models.request import forwarded, parse, reduce, validate
from hitl_chat.ports import Clock
from hitl_chat.runner import customer_facts, identity, ids
from hitl_chat.runner.flag import Flag
from hitl_chat.runner.incoming import Incoming
from hitl_chat.runner.instructions import Instructions
from hitl_chat.runner.line import LeftLine
from hitl_chat.runner.turn import Turn
from hitl_chat.runner.turns import Joined, Turns
from hitl_chat.server import granted
from hitl_chat.server.auth import Caller, Keys
from hitl_chat.server.body import read_body
from hitl_chat.server.errors import ClientGone, Receive, Scope, Send
from hitl_chat.server.limits import Limiter
from hitl_chat.server.responses import Pace, Shape
from hitl_chat.server.streaming import StreamResponse
from hitl_chat.server.whole import WholeResponse
from hitl_chat.server.wire.chat import Envelope

Response = StreamResponse | WholeResponse
PREFIX = "/v1/conversations/"


class Limits(Value, frozen=True):
    """What a request may weigh and take."""

    body_bytes: int = 4 * 1024 * 1024
    body_seconds: float = 30.0
    apology: str = ""


class Proxy:
    def __init__(
        self,
        turns: Turns,
        keys: Keys,
        limiter: Limiter,
        clock: Clock,
        pace: Pace,
        limits: Limits,
        instructions: Instructions,
    ) -> None:
        self._turns, self._keys, self._limiter = turns, keys, limiter
        self._instructions = instructions
        self._clock, self._pace, self._limits = clock, pace, limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        joined, response = await self._begin(scope, receive, send)
        await self._follow(joined, response, scope, receive)

    async def _begin(self, scope: Scope, receive: Receive, send: Send) -> tuple[Joined, Response]:
        """Apart, so that nobody keeps a request's body and head while it waits for a person."""
        caller = await self._keys.authorise(scope, token_ok=True)
        limits = self._limits
        raw = await read_body(receive, limit=limits.body_bytes, seconds=limits.body_seconds)
        headers = _headers(scope)
        before = await self._instructions.find(caller.tenant, caller.instructions)
        incoming = read(raw, headers, caller, before)
        running = self._turns.running_for(incoming)
        if running is None:
            self._limiter.take(caller.key, caller.tenant)
            joined = await self._join(incoming, scope, receive)
        else:
            joined = Joined(running, fresh=False)
        response = self._response(scope, send, incoming, headers, joined.turn)
        response.watch(joined.turn)
        joined.turn.attach(response)
        self._turns.start(joined)
        return joined, response

    async def _join(self, incoming: Incoming, scope: Scope, receive: Receive) -> Joined:
        """A turn; where it must wait for one, its client may hang up before it begins."""
        if not incoming.conv:
            return await self._turns.join(incoming)
        gone = Flag()
        ignore = _on_hang_up(scope, receive, gone.set)
        try:
            return await self._turns.join(incoming, gone)
        except LeftLine:
            raise ClientGone from None
        finally:
            ignore()

    async def _follow(
        self, joined: Joined, response: Response, scope: Scope, receive: Receive
    ) -> None:
        """Until everything was said or the client hung up; the turn does not depend on it."""
        ignore = _on_hang_up(scope, receive, response.hang_up)
        try:
            await response.closed
        finally:
            ignore()
            joined.turn.leave(response)
            await self._turns.left(joined, complete=response.complete)

    def _response(
        self,
        scope: Scope,
        send: Send,
        incoming: Incoming,
        headers: Mapping[str, str],
        turn: Turn,
    ) -> Response:
        conv = turn.conv.encode()
        options = incoming.body.get("stream_options") or {}
        shape = Shape(
            envelope=lambda: Envelope(ids.new("chatcmpl"), int(self._clock.now()), incoming.model),
            headers=(
                (b"x-hitl-conversation-id", conv),
                (b"x-hitl-delivery-id", turn.id.encode()),
                (b"x-hitl-events", PREFIX.encode() + conv + b"/events"),
            ),
            choices=incoming.choices,
            usage=bool(options.get("include_usage")),
            structured=bool(incoming.schema),
            aware=incoming.aware,
            beats=scope.get("http_version") != "1.0",
            apology=self._limits.apology,
        )
        kind = StreamResponse if incoming.stream else WholeResponse
        return kind(send, shape, self._pace.for_client(headers), scope.get("hitl.flow"))


def _on_hang_up(scope: Scope, receive: Receive, told: Callable[[], None]) -> Callable[[], object]:
    """`told` is called once the client is gone; the answer ends that."""
    watch: Callable[[Callable[[], None]], Callable[[], object]] | None = scope.get("hitl.watch")
    return watch(told) if watch else asyncio.create_task(_listen(receive, told)).cancel


async def _listen(receive: Receive, told: Callable[[], None]) -> None:
    """For servers that do not tell us of a lost connection by themselves."""
    while (await receive())["type"] != "http.disconnect":
        pass
    told()


# --- reading the request ----------------------------------------------------------------------


def read(
    raw: bytes, headers: Mapping[str, str], caller: Caller, instructions: str = ""
) -> Incoming:
    """The request as a value, or an error that names the field and the fix."""
    body = parse(raw)
    validate(body)
    if caller.conversation:
        granted.refuse_more(body, caller)
    clean: Mapping[str, Any] = reduce(body)[0]
    named = identity.explicit(headers, body)
    if caller.conversation and named and named != caller.conversation:
        msg = "This token is good for one conversation only; leave the conversation id away."
        raise Forbidden(msg, param=identity.OWN_HEADER)
    channel, tags = about(headers, body.get("metadata"))
    if caller.conversation:  # a browser does not choose which rules apply to it
        channel, tags = caller.channel, caller.tags
        clean = granted.spoken(clean)
    conv = caller.conversation or named
    return Incoming(
        tenant=caller.tenant,
        key=caller.key,
        model=body["model"],
        body=granted.told(clean, instructions),
        digest=sha256(b"\0".join((conv.encode(), caller.key.encode(), raw))).hexdigest(),
        size=len(raw),
        stream=bool(body.get("stream")),
        aware=caller.aware,
        conv=conv,
        scope=identity.scope(headers, body, channel),
        channel=channel,
        tags=tags,
        idempotency_key=_idempotency(headers),
        headers=forwarded(headers),
        choices=body.get("n") or 1,
        schema=_schema(body),
        customer={} if caller.conversation else customer_facts.told(body.get("metadata")),
    )


def _headers(scope: Scope) -> dict[str, str]:
    return {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}


def about(headers: Mapping[str, str], metadata: object = None) -> tuple[str, frozenset[str]]:
    """The channel and the tags, which rules may ask about."""
    tags = [tag.strip() for tag in headers.get("x-hitl-tags", "").split(",")]
    more = metadata.get("tags") if isinstance(metadata, Mapping) else None
    tags += more if isinstance(more, list) else str(more or "").split(",")
    return headers.get("x-hitl-channel", ""), frozenset(str(tag) for tag in tags if tag)


def _idempotency(headers: Mapping[str, str]) -> str:
    key = headers.get("idempotency-key", "")
    if len(key) > 255:
        msg = "The Idempotency-Key is longer than 255 characters; send a shorter one."
        raise BadRequest(msg, param="idempotency-key")
    return key


def _schema(body: dict[str, Any]) -> Mapping[str, Any] | None:
    """The schema that the answer must fit, if the client asked for one; {} for any JSON."""
    wanted: Mapping[str, Any] = body.get("response_format") or {}
    match wanted.get("type"):
        case "json_schema":
            return wanted["json_schema"].get("schema") or {}
        case "json_object":
            return {"type": "object"}
        case _:
            return None
