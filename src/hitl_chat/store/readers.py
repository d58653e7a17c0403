"""The threads that read: each on its own connection, each query in one short transaction.

A reader's transaction keeps the write-ahead log from being folded in, so a query that works longer
than `limit` is stopped: read in pages.
"""

import asyncio
import threading
from collections.abc import Callable, Sequence
from queue import SimpleQueue
from typing import Any, Protocol, TypeVar

from sqlalchemy import Connection

from hitl_chat.errors import Unavailable
from hitl_chat.store.inbox import Job
from hitl_chat.store.writer import Answer, answer

T = TypeVar("T")


class Reading(Protocol):
    """A connection that reads, one consistent view per query."""

    def read(self, query: Callable[[Connection], T]) -> T: ...

    def translate(self, error: Exception) -> Exception: ...


class Readers:
    """Hands each query to whichever thread is free."""

    def __init__(self, sessions: Sequence[Reading]) -> None:
        self._jobs: SimpleQueue[Job | None] = SimpleQueue()
        self._closed = False
        self._threads = [
            threading.Thread(
                target=self._live, args=(session,), name=f"hitl-chat-reader-{n}", daemon=True
            )
            for n, session in enumerate(sessions)
        ]
        for thread in self._threads:
            thread.start()

    async def read(self, query: Callable[[Connection], T]) -> T:
        if self._closed:
            raise Unavailable("the store is closed", code="store_closed", retry_after=1)
        loop = asyncio.get_running_loop()
        job = Job(query, loop.create_future(), loop)
        self._jobs.put(job)
        result: T = await job.answer
        return result

    def _live(self, session: Reading) -> None:
        while (job := self._jobs.get()) is not None:
            if not job.answer.cancelled():
                answer([_run(session, job)])

    def close(self) -> None:
        """Waits for the queries that are being read."""
        self._closed = True
        for _ in self._threads:
            self._jobs.put(None)
        for thread in self._threads:
            thread.join()


def _run(session: Reading, job: Job) -> Answer:
    try:
        value: Any = session.read(job.query)
    except Exception as error:  # noqa: BLE001 - it goes to the caller, translated
        return Answer(job, None, session.translate(error))
    return Answer(job, value, None)
