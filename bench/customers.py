"""Customers who wait: many open streams, and when each saw what.

Owns the customers' side of the wire only. Must not know the desk.
"""

import asyncio
import re
import time
from collections.abc import Iterator
from typing import cast

from bench.load.client import Load, address, requests
from bench.load.reading import CONTENT

HELD = re.compile(rb'"hold_id": ?"([^"]+)"')
BEGUN = re.compile(rb"^HTTP/1.1 (200)")
HELD_MODEL = "mock-t16-g0-f0-r"
SLOW_MODEL = "mock-t2-g600000-f0"  # two tokens, ten minutes apart
VOWELS = re.compile(rb"[aeiou]")  # only the risky phrase has any
AT_ONCE = 20


class NotWaitingError(RuntimeError):
    """A stream that should be open and waiting is not; the message quotes what came."""


class Customer(asyncio.Protocol):
    """One open stream; ``waiting`` is done once what it waits for has come."""

    def __init__(self, request: bytes, sign: re.Pattern[bytes]) -> None:
        self.request, self.sign = request, sign
        self.came = b""
        self.hold = ""
        loop = asyncio.get_running_loop()
        self.waiting: asyncio.Future[None] = loop.create_future()
        self.answered: asyncio.Future[float] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)
        self.transport.write(self.request)

    def data_received(self, data: bytes) -> None:
        now = time.monotonic()
        self.came += data
        if not self.waiting.done():
            found = self.sign.search(self.came)
            if found:
                self.hold = found[1].decode()
                self.waiting.set_result(None)
        elif self.answered and not self.answered.done() and any(CONTENT.findall(data)):
            self.answered.set_result(now)

    def connection_lost(self, exc: Exception | None) -> None:
        for future in (self.waiting, self.answered):
            if future and not future.done():
                future.set_exception(NotWaitingError(f"the stream ended: {self.came[-300:]!r}"))

    def next_text(self) -> asyncio.Future[float]:
        """When the next text comes, in seconds of the monotonic clock."""
        self.answered = asyncio.get_running_loop().create_future()
        return self.answered

    @property
    def has_risky_text(self) -> bool:
        return bool(VOWELS.search(b"".join(CONTENT.findall(self.came))))


class Customers:
    """Opens streams to one server; no two of them ask the same."""

    def __init__(self, url: str, key: str, patience: float = 30.0) -> None:
        self.url, self.patience = url, patience
        self.at_once = asyncio.Semaphore(AT_ONCE)
        self.risky, self.slow = (
            requests(Load(url, model, stream=True, key=key)) for model in (HELD_MODEL, SLOW_MODEL)
        )

    async def open(self, request: bytes, sign: re.Pattern[bytes]) -> Customer:
        """One stream, once it waits."""
        loop = asyncio.get_running_loop()
        async with self.at_once:
            _, customer = await loop.create_connection(
                lambda: Customer(request, sign), *address(self.url)
            )
            try:
                async with asyncio.timeout(self.patience):
                    await customer.waiting
            except TimeoutError:
                customer.transport.abort()
                raise NotWaitingError(
                    f"not waiting after {self.patience:g} s: {customer.came[-300:]!r}"
                ) from None
        return customer

    async def held(self, count: int) -> list[Customer]:
        """Streams whose answer is held."""
        return await self._many(count, self.risky, HELD)

    async def streaming(self, count: int) -> list[Customer]:
        """Streams that are merely open."""
        return await self._many(count, self.slow, BEGUN)

    async def _many(
        self, count: int, sent: Iterator[bytes], sign: re.Pattern[bytes]
    ) -> list[Customer]:
        return await asyncio.gather(*(self.open(next(sent), sign) for _ in range(count)))
