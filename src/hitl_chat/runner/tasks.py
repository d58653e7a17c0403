"""Work that nobody waits for: it ends with its owner, and its failure is logged, never lost."""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")

log = logging.getLogger(__name__)


class Tasks:
    def __init__(self) -> None:
        self._running: set[asyncio.Task[Any]] = set()

    def spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._done)
        return task

    async def finish(self, work: Coroutine[Any, Any, T]) -> T:
        """Work that is done to its end, even if whoever waits for it goes away."""
        task = asyncio.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            task.add_done_callback(self._done)
            raise

    async def a_while(self, work: Coroutine[Any, Any, None], seconds: float) -> None:
        """Wait so long for work that goes on by itself where it takes longer."""
        await asyncio.wait((self.spawn(work),), timeout=seconds)

    def _done(self, task: asyncio.Task[Any]) -> None:
        self._running.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            # The error's words are the log's to show or not: they may quote a text.
            log.error("something could not be finished", exc_info=error)

    async def settled(self) -> None:
        """Everything that was begun has ended."""
        while self._running:
            await asyncio.wait(tuple(self._running))

    async def close(self) -> None:
        for task in tuple(self._running):
            task.cancel()
        await self.settled()
