"""A fast closed-loop client for OpenAI-compatible chat endpoints: ``python -m bench.load.client``.

Every connection sends one request after the other until time is up. Owns connections and pace;
what an answer must say is in ``reading.py``. ``hold`` is, per token, the time from the model
sending it to this client seeing it: both read the same monotonic clock.
"""

import argparse
import asyncio
import itertools
import json
import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import cast
from urllib.parse import urlsplit

import httptools
import msgspec
import uvloop

from bench.load.figures import Figures, Totals
from bench.load.reading import Reading

TOKENS = re.compile(r"t(\d+)-g")
TOO_MANY_ERRORS = 50
SYSTEM = "You are a helpful support assistant."
_NUMBER = "@number@"


@dataclass(frozen=True)
class Load:
    """What to send, where and for how long; answers open ``grace`` s after the end are dropped."""

    url: str
    model: str
    stream: bool = False
    concurrency: int = 1
    seconds: float = 5.0
    key: str = "sk-test"
    headers: Mapping[str, str] = field(default_factory=dict)
    ramp: float = 0.5
    grace: float = 5.0
    pause: float = 0.1  # before a refused connection is tried again


def address(url: str) -> tuple[str, int]:
    parts = urlsplit(url)
    return parts.hostname or "127.0.0.1", parts.port or 80


def requests(plan: Load) -> Iterator[bytes]:
    """Requests without end; the customer's text is numbered, as no two real ones are alike."""
    parts = urlsplit(plan.url)
    user = {"role": "user", "content": f"Where is my parcel {_NUMBER}?"}
    messages = [{"role": "system", "content": SYSTEM}, user]
    body: dict[str, object] = {"model": plan.model, "messages": messages}
    if plan.stream:
        body["stream"] = True
    payload = json.dumps(body).encode()
    lines = {
        "host": parts.netloc,
        "content-type": "application/json",
        "authorization": f"Bearer {plan.key}",
        "accept": "*/*",
        "content-length": str(len(payload)),
    } | dict(plan.headers)
    head = f"POST {parts.path.rstrip('/')}/chat/completions HTTP/1.1\r\n"
    head += "".join(f"{name}: {value}\r\n" for name, value in lines.items()) + "\r\n"
    before, after = (head.encode() + payload).split(_NUMBER.encode())
    for number in itertools.count():
        yield b"%s%08d%s" % (before, number % 10**8, after)


class Connection(asyncio.Protocol):
    """One connection that sends request after request until told to stop."""

    transport: asyncio.Transport
    reading: Reading

    def __init__(self, run: "Run", finished: asyncio.Future[None]) -> None:
        self.run, self.totals, self.stream = run, run.totals, run.plan.stream
        self.finished = finished
        self.active = self.given_up = False
        self.body: list[bytes] = []
        self.now = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)
        self.send()

    def send(self) -> None:
        if self.transport.is_closing():
            return
        self.parser = httptools.HttpResponseParser(self)
        self.body.clear()
        self.active = True
        self.reading = Reading(self.totals, time.monotonic())
        self.transport.write(next(self.run.requests))

    def data_received(self, data: bytes) -> None:
        self.now = time.monotonic()
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserError as error:
            self.totals.error(f"bad response: {error!r}")
            self.active = False
            self.transport.close()
            return
        if self.stream and self.active:
            self.read_events()

    def on_body(self, body: bytes) -> None:
        self.body.append(body)

    def read_events(self) -> None:
        if self.body:
            raw = b"".join(self.body)
            self.body.clear()
            self.reading.events(raw, self.now)

    def on_message_complete(self) -> None:
        status = self.parser.get_status_code()
        if status == 200:
            self.take_answer()
        else:
            self.totals.error(f"status {status}: {b''.join(self.body)[:200]!r}")
        self.active = False
        if self.run.over(self.now) or not self.parser.should_keep_alive():
            self.transport.close()
        else:
            self.run.loop.call_soon(self.send)

    def take_answer(self) -> None:
        if self.stream:
            self.read_events()
        else:
            self.reading.whole(b"".join(self.body))
        self.totals.requests += 1
        self.totals.latency.append(self.now - self.reading.sent_at)
        self.totals.wrong += not self.reading.right

    def give_up(self) -> None:
        """Stop waiting for an answer that is too late: unfinished, not an error."""
        self.given_up = True
        self.transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        if self.active and self.given_up:
            self.totals.unfinished += 1
        elif self.active:
            self.totals.error(f"connection lost: {exc!r}")
        self.active = False
        if not self.finished.done():
            self.finished.set_result(None)


class Run:
    """One run of load: its connections, the requests they share and what they have seen."""

    def __init__(self, plan: Load) -> None:
        named = TOKENS.search(plan.model)
        self.plan = plan
        self.totals = Totals(expected=int(named[1]) if named else 0)
        self.requests = requests(plan)
        self.loop = asyncio.get_running_loop()
        self.deadline = time.monotonic() + plan.seconds

    def over(self, now: float) -> bool:
        return now >= self.deadline or self.totals.errors > TOO_MANY_ERRORS

    async def figures(self) -> Figures:
        begin = time.monotonic()
        numbers = range(self.plan.concurrency)
        await asyncio.gather(*(self.keep_open(number) for number in numbers))
        return self.totals.figures(time.monotonic() - begin)

    async def keep_open(self, number: int) -> None:
        """One connection, opened again whenever the server closes it, until time is up."""
        await asyncio.sleep(self.plan.ramp * number / self.plan.concurrency)
        await self.one_connection()
        while not self.over(time.monotonic()):
            await self.one_connection()

    async def one_connection(self) -> None:
        finished = self.loop.create_future()
        try:
            _, connection = await self.loop.create_connection(
                lambda: Connection(self, finished), *address(self.plan.url)
            )
        except OSError as error:
            self.totals.error(repr(error))
            await asyncio.sleep(self.plan.pause)
            return
        left = self.deadline + self.plan.grace - time.monotonic()
        timer = self.loop.call_later(left, connection.give_up)
        await finished
        timer.cancel()


async def load(plan: Load) -> Figures:
    """Run the load and give its figures."""
    return await Run(plan).figures()


def main() -> None:
    parser = argparse.ArgumentParser(description="Load a chat endpoint; print one JSON line.")
    parser.add_argument("--url", required=True, help="base URL up to and including /v1")
    parser.add_argument("--model", default="mock-t16-g0-f0")
    parser.add_argument("--stream", action="store_true")
    parser.add_argument("--concurrency", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--key", default="sk-test")
    options = parser.parse_args()
    plan = Load(**vars(options))
    print(msgspec.json.encode(uvloop.run(load(plan))).decode())


if __name__ == "__main__":
    main()
