"""How often somebody may try: counted per name, per address and per both, and forgotten in time.

An attempt counts when it begins, so that many at once are as many. Owns no clock and no password.
"""

from collections import deque
from math import ceil

from hitl_chat.errors import TooMany
from hitl_chat.ports import Clock

WINDOW = 300.0
BOTH, ADDRESS, NAME = 5, 50, 100  # tries in a window
REMEMBERED = 20_000

Key = tuple[str, str]


class Attempts:
    def __init__(self, clock: Clock, window: float = WINDOW) -> None:
        self._clock, self._window = clock, window
        self._tried: dict[Key, deque[float]] = {}

    def begin(self, name: str, address: str) -> None:
        """One more try; raises `TooMany` when there were too many, and then counts nothing."""
        keys: dict[Key, int] = {
            (name, address): BOTH,
            ("", address): ADDRESS,
            (name, ""): NAME,
        }
        wait = max(self._wait(key, most) for key, most in keys.items())
        if wait > 0:
            minutes = ceil(wait / 60)
            msg = f"Too many tries: come back in {minutes} minute{'s' if minutes > 1 else ''}."
            raise TooMany(msg, code="too_many_attempts", retry_after=wait)
        for key in keys:
            self._room().setdefault(key, deque()).append(self._clock.monotonic())

    def right(self, name: str, address: str) -> None:
        """It was them: their own mistakes are forgiven."""
        self._tried.pop((name, address), None)

    def _wait(self, key: Key, most: int) -> float:
        tried, now = self._tried.get(key), self._clock.monotonic()
        while tried and tried[0] <= now - self._window:
            tried.popleft()
        if not tried:
            self._tried.pop(key, None)
            return 0.0
        return tried[-most] + self._window - now if len(tried) >= most else 0.0

    def _room(self) -> dict[Key, deque[float]]:
        if len(self._tried) >= REMEMBERED:
            since = self._clock.monotonic() - self._window
            self._tried = {key: at for key, at in self._tried.items() if at[-1] > since}
        while len(self._tried) >= REMEMBERED:  # the oldest is the first to be forgotten
            del self._tried[next(iter(self._tried))]
        return self._tried
