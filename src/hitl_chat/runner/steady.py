"""Wall time that does not jump: read once, then moved on by the monotonic clock.

A wall clock that is set an hour forward must not expire every hold, nor one set back keep them.
"""

from hitl_chat.ports import Clock


class SteadyClock:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._began = clock.now() - clock.monotonic()

    def now(self) -> float:
        return self._began + self._clock.monotonic()

    def monotonic(self) -> float:
        return self._clock.monotonic()
