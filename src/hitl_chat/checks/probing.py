"""Whether a judge still judges: asked from time to time about answers whose verdicts are known.

Owns when that is due, and that many who want to know ask once and are told the same. Must not know
how a judge is asked, nor what of.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

from hitl_chat.core.types import Value

MOST_USES = 1000  # after so many verdicts it is asked again, however soon
SOON = 60.0  # seconds after which one that failed, or could not be asked, gets another chance
STANDS = 600.0  # seconds for which a good outcome counts beyond its time while nobody can be asked
UNASKED = "its probe could not be asked"


class Outcome(Value, frozen=True):
    """`wrong`: why it is no judge; "" if it is one. `calls` and `tokens` are what that cost."""

    wrong: str = ""
    calls: int = 0
    tokens: int = 0


class Probing:
    """One judge: one prompt, one model. What `ask` raises is no outcome: it is asked again soon."""

    def __init__(
        self, ask: Callable[[], Awaitable[Outcome]], every: float, now: Callable[[], float]
    ) -> None:
        self._ask = ask
        self._every = every
        self._now = now
        self._asked: asyncio.Task[Outcome] | None = None
        self._known: Outcome | None = None
        self._known_at = self._asked_at = self._used_at = 0.0
        self._uses = self._users = 0

    @contextmanager
    def used(self) -> Iterator[bool]:
        """While the judge is in use. True: it is probed for that, so the cost is the user's.

        Who leaves ends the probe for nobody else; with the last user it ends, too.
        """
        self._uses += 1
        self._users += 1
        self._used_at = self._now()
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
        self._asked_at, self._uses = self._now(), 0
        self._asked = asyncio.create_task(self._outcome())
        self._asked.add_done_callback(_seen)
        return True

    @property
    def wrong(self) -> str:
        """Why it is known to be no judge; "" while nobody knows."""
        return self._known.wrong if self._known is not None and not self._is_asked() else ""

    @property
    def against(self) -> str:
        """Why it must not judge before it is asked again; "" if it may, or is being asked."""
        return self.wrong or (UNASKED if self._could_not() and not self._stands() else "")

    def is_used(self, within: float) -> bool:
        """Whether somebody has used it in so many seconds."""
        return self._users > 0 or self._now() - self._used_at < within

    async def outcome(self) -> Outcome:
        """Of what was begun. A good one before stands for a while if nobody could be asked."""
        if self._asked is None:
            return Outcome()
        await asyncio.wait((self._asked,))
        return Outcome() if self._could_not() and self._stands() else self._asked.result()

    async def _outcome(self) -> Outcome:
        found = await self._ask()
        self._known, self._known_at = found, self._asked_at
        return found

    def _is_asked(self) -> bool:
        return self._asked is not None and not self._asked.done()

    def _could_not(self) -> bool:
        """Whether the last time it was asked brought nothing."""
        task = self._asked
        return task is not None and task.done() and (task.cancelled() or bool(task.exception()))

    def _stands(self) -> bool:
        if self._known is None or self._known.wrong:
            return False
        return self._now() - self._known_at < self._every + STANDS

    def _is_due(self) -> bool:
        if self._is_asked():
            return False
        if self._could_not():
            return self._now() - self._asked_at >= SOON
        if self._known is None:
            return True
        age = self._now() - self._known_at
        return age >= SOON if self._known.wrong else age >= self._every or self._uses > MOST_USES


def _seen(task: "asyncio.Task[Outcome]") -> None:
    """Who waits is told what went wrong; when nobody waits any more, nobody needs to be."""
    if not task.cancelled():
        task.exception()
