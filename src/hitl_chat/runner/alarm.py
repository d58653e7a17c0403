"""When a turn wants to be woken: one time at most. Knows the clock, and nothing of turns."""

import asyncio
from collections.abc import Callable

from hitl_chat.ports import Clock


class Alarm:
    __slots__ = ("_clock", "_timer")

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._timer: asyncio.TimerHandle | None = None

    def set(self, at: float, ring: Callable[[], object]) -> None:
        """Instead of any earlier one."""
        self.cancel()
        delay = max(0.0, at - self._clock.now())
        self._timer = asyncio.get_running_loop().call_later(delay, ring)

    def cancel(self) -> None:
        """Also what it would have called is let go of: that knows the turn."""
        if self._timer:
            self._timer.cancel()
        self._timer = None
