"""How often somebody may do something, and what one person may ask of models at once.

One number per name (the generic cell rate algorithm): the time at which its bucket is full again.
Knows no transport.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from math import ceil

from hitl_chat.errors import TooMany
from hitl_chat.ports import Clock

BURST = 1.0  # seconds' worth that may come at once
REMEMBERED = 10_000
AGAIN = 1.0  # seconds, while somebody's own calls are running


class Bucket:
    """A token bucket for each of many names, all with the same rate.

    `at_once`: so many may come at once, if that is more than a second's worth.
    """

    def __init__(self, rate: float, at_once: float = 1.0) -> None:
        self.each = 1.0 / rate
        self.burst = max(BURST, self.each * at_once)
        self.full_at: dict[str, float] = {}

    def wait(self, name: str, now: float) -> float:
        """Seconds until a request would be accepted; 0 when it is accepted now."""
        full_at = max(self.full_at.get(name, now), now)
        # Sums of small floats: a bucket that is full to the last nanosecond is not overdrawn.
        wait = full_at + self.each - self.burst - now
        return wait if wait > 1e-9 else 0.0

    def take(self, name: str, now: float) -> None:
        if name not in self.full_at and len(self.full_at) >= REMEMBERED:
            self.full_at = {name: at for name, at in self.full_at.items() if at > now}
        self.full_at[name] = max(self.full_at.get(name, now), now) + self.each


class Quota:
    """Calls of models that people cause: each costs money, and a place that an answer could have.

    `rate`: one person's, a second; `burst` of them may come at once, `at_once` may be running.
    """

    def __init__(
        self, clock: Clock, *, rate: float = 0.5, burst: int = 5, at_once: int = 2
    ) -> None:
        self._clock, self._at_once = clock, at_once
        self._bucket = Bucket(rate, burst)
        self._running: Counter[str] = Counter()

    @contextmanager
    def call(self, person: str) -> Iterator[None]:
        """Raises TooMany before anything was begun."""
        if self._running[person] >= self._at_once:
            msg = f"You are waiting for {self._at_once} answers of a model already: wait for one."
            raise TooMany(msg, code="too_many_calls", retry_after=AGAIN)
        now = self._clock.monotonic()
        if wait := self._bucket.wait(person, now):
            msg = f"That was a lot for a model at once: ask again in {max(1, ceil(wait))} s."
            raise TooMany(msg, code="too_many_calls", retry_after=wait)
        self._bucket.take(person, now)
        self._running[person] += 1
        try:
            yield
        finally:
            self._running[person] -= 1
            if not self._running[person]:
                del self._running[person]
