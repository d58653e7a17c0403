"""A fast stand-in for an OpenAI-compatible model server: ``python -m bench.load.mock_model``.

It speaks ``POST .../chat/completions`` (stream and whole) and answers any GET with a model list.
Owns connections and timing; what is said is in ``answers.py``. Must not know any proxy.
"""

import argparse
import asyncio
import re
import signal
from collections.abc import Callable
from typing import cast

import orjson
import uvloop

from bench.load.answers import Behaviour, StreamedAnswer, behaviour, json_response, whole_answer
from bench.load.tokens import now_us

LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
CHUNKED = re.compile(rb"\r\ntransfer-encoding: *chunked", re.IGNORECASE)
MODELS = b'{"object":"list","data":[{"id":"mock","object":"model"}]}'


def dechunk(raw: bytes) -> tuple[bytes, int] | None:
    """Body and bytes used of a complete chunked request body, or None when more is to come."""
    parts: list[bytes] = []
    at = 0
    while True:
        end = raw.find(b"\r\n", at)
        if end < 0:
            return None
        size = int(raw[at:end].split(b";")[0], 16)
        if len(raw) < end + 2 + size + 2:
            return None
        if size == 0:
            return b"".join(parts), end + 4
        parts.append(raw[end + 2 : end + 2 + size])
        at = end + 2 + size + 2


def take_request(buffer: bytes) -> tuple[bytes, int] | None:
    """Body and bytes used of the first request in the buffer, or None when more is to come."""
    head_end = buffer.find(b"\r\n\r\n")
    if head_end < 0:
        return None
    head, start = buffer[:head_end], head_end + 4
    length = LENGTH.search(head)
    if length:
        end = start + int(length[1])
        return None if len(buffer) < end else (buffer[start:end], end)
    if CHUNKED.search(head):
        found = dechunk(buffer[start:])
        return None if found is None else (found[0], start + found[1])
    return b"", start


class MockModel(asyncio.Protocol):
    """One connection; requests on it are answered one after the other."""

    transport: asyncio.WriteTransport
    answer: StreamedAnswer

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.buffer = b""
        self.timer: asyncio.TimerHandle | None = None
        self.busy = False
        self.sent = 0
        self.next_at = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.WriteTransport", transport)

    def connection_lost(self, exc: Exception | None) -> None:
        if self.timer:
            self.timer.cancel()

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        if not self.busy:
            self.next_request()

    def next_request(self) -> None:
        found = take_request(self.buffer)
        if found is None:
            return
        body, used = found
        self.buffer = self.buffer[used:]
        self.busy = True
        self.respond(body)

    def done(self) -> None:
        self.busy = False
        self.timer = None
        if self.buffer:
            self.next_request()

    def respond(self, body: bytes) -> None:
        if not body:
            self.transport.write(json_response(MODELS))
            self.done()
            return
        request = orjson.loads(body)
        model = request.get("model", "mock")
        how = behaviour(model)
        if request.get("stream"):
            options = request.get("stream_options") or {}
            self.answer = StreamedAnswer(model, how, with_usage=bool(options.get("include_usage")))
            self.after(how.first, self.begin_stream)
        else:
            self.after(how.first + how.gap * how.tokens, self.whole, model, how)

    def after(self, seconds: float, then: Callable[..., None], *args: object) -> None:
        if seconds:
            self.timer = self.loop.call_later(seconds, then, *args)
        else:
            then(*args)

    def whole(self, model: str, how: Behaviour) -> None:
        self.transport.write(whole_answer(model, how, now_us()))
        self.done()

    def begin_stream(self) -> None:
        answer = self.answer
        if answer.how.gap and answer.how.tokens:
            self.transport.write(answer.opening)
            self.sent = 0
            self.next_at = self.loop.time()
            self.next_token()
            return
        stamp = now_us()
        events = [answer.event(number, stamp) for number in range(answer.how.tokens)]
        self.transport.write(answer.opening + b"".join(events) + answer.closing)
        self.done()

    def next_token(self) -> None:
        answer = self.answer
        self.transport.write(answer.event(self.sent, now_us()))
        self.sent += 1
        self.next_at += answer.how.gap
        if self.sent < answer.how.tokens:
            self.timer = self.loop.call_at(self.next_at, self.next_token)
        else:
            self.transport.write(answer.closing)
            self.done()


async def serve(host: str, port: int) -> None:
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for sign in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(sign, stop.set)
    server = await loop.create_server(MockModel, host, port, backlog=2048)
    async with server:
        await stop.wait()


def main() -> None:
    parser = argparse.ArgumentParser(description="A fast pretend model for load tests.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=18000)
    options = parser.parse_args()
    uvloop.run(serve(options.host, options.port))


if __name__ == "__main__":
    main()
