"""Models behind an OpenAI-compatible server: the fast path.

Owns the call: what is sent, which answers are accepted, how long to wait, when to try again.
Cancelling the call cuts the connection, which cancels the model. Knows no rules and no turn.
"""

import asyncio
import random
from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

import msgspec
import orjson

from hitl_chat.core.types import Value
from hitl_chat.errors import ConfigError, UpstreamError
from hitl_chat.models import decode, failures
from hitl_chat.models.attempts import Attempts
from hitl_chat.models.http import Connections
from hitl_chat.models.key import Key
from hitl_chat.models.link import Response
from hitl_chat.models.stream import OVERHEAD, Stream
from hitl_chat.models.watch import Watch
from hitl_chat.ports import Chunk, ModelCall, Sleep, Take
from hitl_chat.telemetry.log import log

STREAM = "text/event-stream"
WHOLE = "application/json"
LONGEST_ERROR = 64 * 1024
Request = tuple[Mapping[str, str], bytes]


class Options(Value, frozen=True, forbid_unknown_fields=True):
    """How to reach one model. Waits are in seconds; `model` replaces the client's name for it."""

    base_url: str
    model: str = ""
    first_token: float = 120.0
    between_chunks: float = 60.0
    whole: float = 600.0
    max_output: int = 1 << 20  # characters
    longest_event: int = 1 << 20  # bytes of one chunk
    max_retries: int = 1
    retry_delay: float = 0.2
    passthrough_fields: frozenset[str] = frozenset()


class OpenAICompatible:
    """A `ports.Model`. Many share one pool of connections, which its owner closes."""

    def __init__(
        self,
        options: Options,
        connections: Connections,
        *,
        key: Key | None = None,
        sleep: Sleep = asyncio.sleep,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._options = options
        self._connections = connections
        self._url = _endpoint(options.base_url)
        self._key = key or Key()
        self._attempts = Attempts(
            options.max_retries, options.retry_delay, sleep=sleep, jitter=jitter
        )
        self._headers = {"content-type": WHOLE}
        if self._key:
            self._headers["authorization"] = f"Bearer {self._key.reveal()}"

    def called(self, name: str) -> str:
        return self._options.model or name

    async def answer(self, call: ModelCall, take: Take) -> None:
        model = self.called(call.model)
        body = orjson.dumps({**call.body, "model": model, "stream": call.stream})
        accept = STREAM if call.stream else WHOLE
        request = {**call.headers, **self._headers, "accept": accept}, body
        try:
            if call.stream:
                response, stream, first = await self._attempts.run(lambda: self._begun(request))
                try:
                    await self._follow(response, stream, first, take)
                finally:
                    response.close(orderly=stream.done)
            elif wait := take([await self._attempts.run(lambda: self._whole(request))]):
                await wait
        except UpstreamError as error:
            # The cause may hold addresses and keys; the error that goes on does not.
            told = failures.without(error, [self._key.reveal()])
            if told.withheld:
                fields = {"model": model, "status": told.status, "text": told.withheld}
                log("a model failed", level="warning", fields=fields)
            raise told from None

    async def close(self) -> None:
        """The connections belong to the pool."""

    async def _begun(self, request: Request) -> tuple[Response, Stream, list[Chunk]]:
        """The stream with its first chunks: until then no try has cost the customer anything."""
        limit = self._options.first_token
        try:
            async with asyncio.timeout(limit):
                response = await self._opened(request, STREAM)
                try:
                    stream = self._stream()
                    return response, stream, await _next(response, stream)
                except BaseException:  # also a cancellation must cut the connection
                    response.close()
                    raise
        except TimeoutError:
            raise failures.timed_out("first word", limit) from None

    async def _follow(
        self, response: Response, stream: Stream, first: list[Chunk], take: Take
    ) -> None:
        """Hand on what comes after the first chunks; only waiting for the model has a limit."""
        watch = Watch(self._options.between_chunks, lambda: response.fail(self._stalled()))

        def came(data: bytes) -> asyncio.Future[None] | None:
            chunks = stream.feed(data) if data else stream.end()
            if stream.done or stream.failed:
                response.enough()
            if not chunks:  # comments and empty chunks: whatever keeps the line open says no word
                return None
            watch.begin()
            wait = take(chunks)
            if wait:
                watch.end()
                wait.add_done_callback(lambda _: watch.begin())
            return wait

        try:
            if wait := take(first):
                await wait
            watch.begin()
            if not (stream.done or stream.failed):
                await response.follow(came)
        finally:
            watch.close()
        if stream.failed:
            raise stream.failed

    async def _whole(self, request: Request) -> Chunk:
        limit = self._options.whole
        try:
            async with asyncio.timeout(limit):
                response = await self._opened(request, WHOLE)
                try:
                    body = await _body(response, self._options.max_output * OVERHEAD)
                finally:
                    response.close()
        except TimeoutError:
            raise failures.timed_out("whole answer", limit) from None
        chunk = decode.whole(body, self._options.passthrough_fields)
        if sum(len(text) for _, text in chunk.texts) > self._options.max_output:
            raise failures.too_long(self._options.max_output)
        return chunk

    async def _opened(self, request: Request, kind: str) -> Response:
        headers, body = request
        response = await self._connections.post(self._url, headers, body)
        try:
            await _check(response, kind)
        except BaseException:  # also a cancellation must cut the connection
            response.close()
            raise
        return response

    def _stream(self) -> Stream:
        options = self._options
        return Stream(options.passthrough_fields, options.max_output, options.longest_event)

    def _stalled(self) -> UpstreamError:
        return failures.timed_out("further word", self._options.between_chunks)


async def _next(response: Response, stream: Stream) -> list[Chunk]:
    """The next chunks, none at the end of a complete answer."""
    while not (stream.done or stream.failed):
        data = await response.read()
        chunks = stream.feed(data) if data else stream.end()
        if chunks:
            return chunks
    if stream.failed:
        raise stream.failed
    return []


async def _body(response: Response, limit: int) -> bytes:
    parts: list[bytes] = []
    size = 0
    while data := await response.read():
        parts.append(data)
        size += len(data)
        if size > limit:
            raise failures.too_long(limit)
    return b"".join(parts)


async def _check(response: Response, kind: str) -> None:
    """Only a plain 200 of the kind that was asked for is an answer."""
    status = response.status
    if 300 <= status < 400:
        raise failures.unreachable(f"it redirects ({status}); correct its base_url")
    if status < 200 or status > 299:
        retry_after = failures.retry_after(response.headers.get("retry-after", ""))
        raise failures.reported(status, await _words(response), retry_after=retry_after)
    encoding = response.headers.get("content-encoding", "identity")
    if encoding != "identity":
        raise failures.malformed(f"it is compressed ({encoding}) though that was not accepted")
    given = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    if given != kind:
        if given == WHOLE and (said := await _words(response)):
            raise failures.reported(status, said)
        raise failures.malformed(f"it is {given!r}, not {kind!r}")


async def _words(response: Response) -> object:
    """The error a provider describes in JSON, in any of the usual places; {} if it does not."""
    try:
        said = msgspec.json.decode(await _body(response, LONGEST_ERROR))
    except (UpstreamError, msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return {}
    if isinstance(said, list) and len(said) == 1:
        said = said[0]
    if not isinstance(said, dict):
        return {}
    return said.get("error") or {name: said[name] for name in said if name in TOLD}


TOLD = frozenset({"message", "detail", "code", "type", "param"})


def _endpoint(base_url: str) -> str:
    if not _is_address(base_url):
        message = (
            "base_url must be an address like 'http://127.0.0.1:8000/v1', without user or query."
        )
        raise ConfigError(message)
    return base_url.rstrip("/") + "/chat/completions"


def _is_address(url: str) -> bool:
    """Whether a request can be made of it: what else it holds would stand in a request's head."""
    try:
        parts = urlsplit(url)
        there = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        return False
    plain = url.isascii() and url.isprintable() and " " not in url and "@" not in parts.netloc
    return bool(there and plain and not (parts.query or parts.fragment))
