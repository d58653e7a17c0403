"""Trying a model again, and leaving it alone when it keeps failing.

Only what has passed nothing on may be tried again. Owns when; the adapters own what.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import TypeVar

from hitl_chat.errors import UpstreamError
from hitl_chat.models.breaker import Breaker
from hitl_chat.ports import Sleep

# 5xx in nature, but another try would cost as much and end the same way.
FINAL = frozenset({"upstream_timeout", "upstream_malformed", "upstream_auth", "upstream_busy"})
LONGEST_WAIT = 1.0
Got = TypeVar("Got")


class Attempts:
    """One per model: its breaker sees every call."""

    def __init__(
        self,
        retries: int,
        delay: float,
        *,
        sleep: Sleep = asyncio.sleep,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._retries = retries
        self._delay = delay
        self._sleep = sleep
        self._jitter = jitter
        self._breaker = Breaker()

    async def run(self, attempt: Callable[[], Awaitable[Got]]) -> Got:
        now = asyncio.get_running_loop().time
        left = self._retries
        while True:
            self._breaker.ask(now())
            try:
                got = await attempt()
            except UpstreamError as error:
                if error.code == "upstream_busy":  # nobody was asked
                    raise
                if error.status < 500 or error.code == "max_output":  # it answers, and at length
                    self._breaker.worked()
                    raise
                self._breaker.failed(now())
                if not left or error.code in FINAL or (error.retry_after or 0) > LONGEST_WAIT:
                    raise
            else:
                self._breaker.worked()
                return got
            left -= 1
            await self._sleep(self._delay * (0.5 + self._jitter()))
