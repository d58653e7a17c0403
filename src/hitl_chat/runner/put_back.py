"""Who put which hold back into the queue: `next` offers it to them only when nothing else waits,
and it is not given to them by itself.

A claim that ran out was not put back, nor what a deadline asked everybody for once more, nor what
was taken from somebody who was shut out. Nothing of this lasts: it is forgotten with the hold, and
when the program ends.
"""

from hitl_chat.ports import Clock
from hitl_chat.runner.moves import Moved


class PutBack:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._by: dict[str, set[str]] = {}  # hold: people

    def moved(self, moved: Moved) -> None:
        if not moved.after.alive:
            self._by.pop(moved.after.id, None)
        elif self._chosen(moved):
            self._by.setdefault(moved.after.id, set()).add(moved.before.claimed_by)

    def by(self, person: str, hold: str) -> bool:
        return person in self._by.get(hold, ())

    def _chosen(self, moved: Moved) -> bool:
        """Whether somebody let go of a claim that they could have kept."""
        before, after = moved
        let_go = before.claimed_by and not after.claimed_by and before.fence == after.fence
        in_time = before.claim_until > self._clock.now() and before.requeued == after.requeued
        return bool(let_go) and in_time and before.proposal is None
