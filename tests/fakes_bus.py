"""A bus that does all that a bus may do: drops, doubles, reorders, delays and forges hints.

It wraps a real one. Seeded, so that a failure can be replayed; nothing waits for real time: what it
delays comes with a later ring, or when a test says `let_go`.
"""

import asyncio
import random
from collections.abc import Callable

from hitl_chat.ports import Bus

Hint = tuple[str, str]


class ChaosBus:
    """Each misdeed happens with chance `p` per ring, independently."""

    def __init__(self, bus: Bus, *, seed: int = 0, p: float = 0.3) -> None:
        self._bus, self._random, self._p = bus, random.Random(seed), p
        self._kept: list[Hint] = []
        self._seen: list[Hint] = []
        self.forged = 0

    async def ring(self, topic: str, ident: str) -> None:
        hint = (topic, ident)
        self._seen.append(hint)
        for out in self._misdeeds(hint):
            await self._ring(out)

    async def _ring(self, hint: Hint) -> None:
        await self._bus.ring(*hint)
        await asyncio.sleep(0)  # heard by itself: a bus may fold what comes at once

    def _misdeeds(self, hint: Hint) -> list[Hint]:
        hints = [] if self._happens() else [hint]  # dropped
        if self._happens():
            hints *= 2  # doubled
        if self._happens():
            self._kept += hints  # delayed, and so reordered
            hints = []
        elif self._happens():
            hints = [*self._kept, *hints]
            self._kept = []
        if self._happens():
            self.forged += 1
            hints.append((hint[0], f"{self._random.choice(self._seen)[1]}-forged"))
        self._random.shuffle(hints)
        return hints

    def _happens(self) -> bool:
        return self._random.random() < self._p

    async def let_go(self) -> None:
        """Deliver what was delayed, last first."""
        kept, self._kept = self._kept[::-1], []
        for hint in kept:
            await self._ring(hint)

    def listen(self, heard: Callable[[str, str], None]) -> Callable[[], None]:
        return self._bus.listen(heard)

    async def close(self) -> None:
        await self._bus.close()
