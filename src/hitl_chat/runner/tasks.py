"""Work that nobody waits for: it ends with its owner, and its failure is logged, never lost."""

import asyncio
import logging
from collections.abc import Coroutine

log = logging.getLogger(__name__)


class Tasks:
    def __init__(self) -> None:
        self._running: set[asyncio.Task[None]] = set()

    def spawn(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("something could not be finished: %s", error, exc_info=error)

    async def settled(self) -> None:
        """Everything that was begun has ended."""
        while self._running:
            await asyncio.wait(tuple(self._running))

    async def close(self) -> None:
        for task in tuple(self._running):
            task.cancel()
        await self.settled()
