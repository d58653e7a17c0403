"""What waits for the writer: queries whose callers wait too, and records whose senders do not.

Owns the bound on what waits, and when a batch is due: at once for a query, within `delay` for
records. Knows no database. Any thread may put, one thread takes.
"""

import asyncio
import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection

from hitl_chat.errors import Unavailable
from hitl_chat.ports import Record

BATCH_RECORDS = 64  # about 4 ms of Python: longer batches cost the event loop its punctuality
BATCH_JOBS = 32
MOST_JOBS = 10_000


class Job(NamedTuple):
    """A query, and the caller who waits for its answer."""

    query: Callable[[Connection], Any]
    answer: asyncio.Future[Any]
    loop: asyncio.AbstractEventLoop
    after: int = 0  # how many records go first


class Batch(NamedTuple):
    records: Sequence[Record]
    jobs: Sequence[Job]


class Inbox:
    """A bounded queue. What was put before `close` is still taken."""

    def __init__(self, *, delay: float, limit: int) -> None:
        self._delay, self._limit = delay, limit
        self._changed = threading.Condition()
        self._records: deque[Record] = deque()
        self._jobs: deque[Job] = deque()
        self._behind: deque[Job] = deque()  # wait for records that were put before them
        self._put = self._taken = 0  # records, ever
        self._weight = 0
        self._closed = ""

    @property
    def weight(self) -> int:
        """Bytes of records that are not settled."""
        return self._weight

    @property
    def closed(self) -> bool:
        return bool(self._closed)

    def __len__(self) -> int:
        return len(self._records) + len(self._jobs) + len(self._behind)

    def put_job(self, job: Job, *, behind: bool = False) -> None:
        """`behind`: it is taken once all records that were put before it have been."""
        with self._changed:
            waiting = len(self._jobs) + len(self._behind)
            self._refuse_if(waiting >= MOST_JOBS, "decisions and holds")
            if behind and self._records:
                self._behind.append(job._replace(after=self._put))
            else:
                self._jobs.append(job)
            self._changed.notify()

    def put_record(self, record: Record) -> None:
        with self._changed:
            weight = record.weight
            self._refuse_if(self._weight + weight > self._limit, "records")
            self._records.append(record)
            self._put += 1
            self._weight += weight
            if len(self._records) in (1, BATCH_RECORDS):
                self._changed.notify()

    def _refuse_if(self, full: bool, what: str) -> None:
        if self._closed:
            raise Unavailable(self._closed, code="store_closed", retry_after=1)
        if full:
            raise Unavailable(
                f"too many {what} wait to be written: the disk is too slow, or full",
                code="store_busy",
                retry_after=1,
            )

    def put_back(self, records: Sequence[Record]) -> None:
        """These could not be written yet; they stay first in line."""
        with self._changed:
            self._records.extendleft(reversed(records))
            self._taken -= len(records)

    def settle(self, records: Sequence[Record]) -> None:
        """These are durable, or given up: they take no room any more."""
        with self._changed:
            self._weight -= sum(record.weight for record in records)

    def take(self, patience: float = 0.0) -> Batch | None:
        """The next batch, as soon as one is due; None when closed and empty.

        `patience`: the last batch of records failed, so wait that long before trying records again.
        """
        with self._changed:
            while not self._due(patience):
                timeout = patience or (self._delay if self._records else None)
                if not self._changed.wait(timeout):
                    break
            if self._closed and not self:
                return None
            jobs = [self._jobs.popleft() for _ in range(min(len(self._jobs), BATCH_JOBS))]
            room = 0 if patience and jobs else min(len(self._records), BATCH_RECORDS)
            records = [self._records.popleft() for _ in range(room)]
            self._taken += room
            while self._behind and self._behind[0].after <= self._taken:
                jobs.append(self._behind.popleft())
            return Batch(records, jobs)

    def _due(self, patience: float) -> bool:
        if self._jobs or self._closed:
            return True
        return not patience and (len(self._records) >= BATCH_RECORDS or bool(self._behind))

    def close(self, why: str) -> None:
        with self._changed:
            self._closed = self._closed or why
            self._changed.notify()

    def give_up_waiting(self) -> Sequence[Job]:
        """Those that go behind records, when these cannot be written."""
        with self._changed:
            waiting = tuple(self._behind)
            self._behind.clear()
            return waiting

    def drain(self) -> Batch:
        """Everything that still waits, when nobody will ever take it."""
        with self._changed:
            batch = Batch(list(self._records), [*self._jobs, *self._behind])
            self._records.clear()
            self._jobs.clear()
            self._behind.clear()
            return batch
