"""A time limit on waiting, cheap enough to be set for every token.

One loop timer for a whole answer: setting a new limit is an assignment, and the timer that fires
too early arms itself again. Only waiting counts: a slow reader of the answer never trips it.
"""

import asyncio
from collections.abc import Callable


class Watch:
    """Calls `expire`, once, when a wait begun with `begin` is not ended within `seconds`."""

    __slots__ = ("_expire", "_loop", "_seconds", "_since", "_timer", "_waiting")

    def __init__(self, seconds: float, expire: Callable[[], None]) -> None:
        self._loop = asyncio.get_running_loop()
        self._seconds = seconds
        self._expire = expire
        self._waiting = False
        self._since = self._loop.time()
        self._timer = self._loop.call_later(seconds, self._look)

    def begin(self) -> None:
        self._since = self._loop.time()
        self._waiting = True

    def end(self) -> None:
        self._waiting = False

    def close(self) -> None:
        self._timer.cancel()

    def _look(self) -> None:
        now = self._loop.time()
        due = self._since + self._seconds
        if self._waiting and now >= due:
            self._expire()
            return
        self._timer = self._loop.call_at(due if due > now else now + self._seconds, self._look)
