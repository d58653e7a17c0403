"""How long what took in one turn, in seconds. Knows when it began, and nothing of what happens."""

from hitl_chat.core.hold import Hold
from hitl_chat.ports import Clock


class Timing:
    """`seconds`: until the first text left, how long it was held, and all of it."""

    __slots__ = ("_began", "_clock", "seconds")

    def __init__(self, clock: Clock) -> None:
        self._clock, self._began = clock, clock.monotonic()
        self.seconds: dict[str, float] = {}

    def text(self) -> None:
        if "first_text" not in self.seconds:
            self.seconds["first_text"] = self._clock.monotonic() - self._began

    def decided(self, hold: Hold | None) -> None:
        """None: nobody was there, so it was decided when it was opened."""
        waited = max(0.0, self._clock.now() - hold.opened_at) if hold else 0.0
        self.seconds["held"] = self.seconds.get("held", 0.0) + waited

    def over(self) -> dict[str, float]:
        self.seconds["total"] = self._clock.monotonic() - self._began
        return self.seconds
