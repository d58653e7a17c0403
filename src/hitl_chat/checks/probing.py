"""Whether a judge still judges: asked from time to time about answers whose verdicts are known.

Owns when that is due, and that many who want to know ask once and are told the same. Must not know
how a judge is asked, nor what of.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

from hitl_chat.core.types import Value

MOST_USES = 1000  # after so many verdicts it is asked again, however soon
SOON = 60.0  # seconds after which one that failed gets another chance


class Outcome(Value, frozen=True):
    """`wrong`: why it is no judge; "" if it is one. `calls` and `tokens` are what that cost."""

    wrong: str = ""
    calls: int = 0
    tokens: int = 0


class Probing:
    """One judge: one prompt, one model. What `ask` raises is no outcome: it is asked again."""

    def __init__(
        self, ask: Callable[[], Awaitable[Outcome]], every: float, now: Callable[[], float]
    ) -> None:
        self._ask = ask
        self._every = every
        self._now = now
        self._asked: asyncio.Task[Outcome] | None = None
        self._at = 0.0
        self._uses = self._users = 0

    @contextmanager
    def used(self) -> Iterator[bool]:
        """While the judge is in use. True: it is probed for that, so the cost is the user's.

        Who leaves ends the probe for nobody else; with the last user it ends, too.
        """
        self._uses += 1
        self._users += 1
        try:
            yield self._begin()
        finally:
            self._users -= 1
            if not self._users and self._asked is not None and not self._asked.done():
                self._asked.cancel()
                self._asked = None

    def _begin(self) -> bool:
        if not self._is_due():
            return False
        self._asked = asyncio.create_task(self._outcome())
        self._asked.add_done_callback(_seen)
        self._at, self._uses = self._now(), 0
        return True

    @property
    def wrong(self) -> str:
        """Why it is known to be no judge; "" while nobody knows."""
        return found.wrong if (found := self._found()) is not None else ""

    async def outcome(self) -> Outcome:
        """Of what was begun."""
        if self._asked is None:
            return Outcome()
        return await asyncio.shield(self._asked)

    async def _outcome(self) -> Outcome:
        return await self._ask()

    def _found(self) -> Outcome | None:
        task = self._asked
        if task is None or not task.done() or task.cancelled() or task.exception() is not None:
            return None
        return task.result()

    def _is_due(self) -> bool:
        if self._asked is not None and not self._asked.done():
            return False
        found = self._found()
        if found is None:
            return True
        age = self._now() - self._at
        return age >= SOON if found.wrong else age >= self._every or self._uses > MOST_USES


def _seen(task: "asyncio.Task[Outcome]") -> None:
    """Who waits is told what went wrong; when nobody waits any more, nobody needs to be."""
    if not task.cancelled():
        task.exception()
