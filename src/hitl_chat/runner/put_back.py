"""Who put which hold back into the queue: `next` offers it to them only when nothing else waits.

A claim that ran out was not put back. Nothing of this lasts: it is forgotten with the hold, and
when the program ends.
"""

from hitl_chat.ports import Clock
from hitl_chat.runner.moves import Moved


class PutBack:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._by: dict[str, set[str]] = {}  # hold: people

    def moved(self, moved: Moved) -> None:
        before, after = moved
        if not after.alive:
            self._by.pop(after.id, None)
        elif before.claimed_by and not after.claimed_by and before.claim_until > self._clock.now():
            self._by.setdefault(after.id, set()).add(before.claimed_by)

    def by(self, person: str, hold: str) -> bool:
        return person in self._by.get(hold, ())
