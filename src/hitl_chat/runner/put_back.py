"""Who put which hold back into the queue: `next` offers it to them only when nothing else waits,
and it is not given to them by itself.

Who gave a reason put it back: not a claim that ran out or was taken away, and not who only left the
editor. Nothing of this lasts: it is forgotten with the hold, when a deadline asks everybody for it
once more, and when the program ends.
"""

from hitl_chat.runner.moves import Moved


class PutBack:
    def __init__(self) -> None:
        self._by: dict[str, set[str]] = {}  # hold: people

    def moved(self, moved: Moved) -> None:
        before, after = moved
        if not after.alive or before.requeued != after.requeued:
            self._by.pop(after.id, None)
        elif before.claimed_by and not after.claimed_by and after.put_back_for:
            self._by.setdefault(after.id, set()).add(before.claimed_by)

    def by(self, person: str, hold: str) -> bool:
        return person in self._by.get(hold, ())
