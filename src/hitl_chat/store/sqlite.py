"""The embedded database: one file, one writer thread with group commit, readers of their own.

Implements `ports.Database`. One server per file; a short command may open it beside a running
server with `exclusive=False`, and look at it with `readonly=True`. A query given to `write` may run
twice, and must not count on records that were given to `later`, unless it goes `behind` them.
"""

import asyncio
import logging
import sys
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection

from hitl_chat.errors import StoreError, Unavailable
from hitl_chat.ports import Clock, Record
from hitl_chat.store import checkpoints, events, retention
from hitl_chat.store.inbox import Inbox, Job
from hitl_chat.store.keys import Secrets
from hitl_chat.store.opening import LARGE, open_file, quick_check
from hitl_chat.store.readers import Readers
from hitl_chat.store.sqlite_session import SqliteSession
from hitl_chat.store.writer import Writer

T = TypeVar("T")

log = logging.getLogger(__name__)

SWITCH_INTERVAL = 0.0005  # a busy writer must not keep the event loop from the interpreter


class SqliteDatabase:
    """Open and ready once built. The waits are in seconds."""

    secrets: Secrets

    def __init__(
        self,
        path: Path,
        clock: Clock,
        *,
        exclusive: bool = True,
        readonly: bool = False,
        key_file: Path | None = None,
        readers: int = 2,
        read_limit: float = 1.0,
        record_delay: float = 0.1,
        record_bytes: int = 64 << 20,
        retry: float = 0.25,
        busy: float = 5.0,
        large: int = LARGE,
    ) -> None:
        self.path, self._clock = path, clock
        sys.setswitchinterval(SWITCH_INTERVAL)
        opened = open_file(
            path,
            clock.now(),
            exclusive=exclusive,
            readonly=readonly,
            key_file=key_file,
            busy=busy,
            large=large,
        )
        self._engine, self.secrets, self._lock, unchecked = opened
        self._damage = ""
        self._inbox = Inbox(delay=record_delay, limit=record_bytes)
        self._sessions = [self._session(read_limit) for _ in range(readers)]
        self._readers = Readers(self._sessions)
        self._writer: Writer | None = None
        if not readonly:
            self._sessions.append(self._session())
            self._writer = Writer(self._sessions[-1], self._inbox, retry)
            self._writer.thread.start()
        if self._lock is not None:
            self._lock.vouch(self._position())
        if unchecked:
            threading.Thread(target=self._check, name="hitl-chat-check", daemon=True).start()

    def _session(self, limit: float = 0.0) -> SqliteSession:
        return SqliteSession(self._engine, self.secrets.keyring, limit=limit)

    # --- ports.Database ----------------------------------------------------------------------

    async def write(self, query: Callable[[Connection], T], *, behind: bool = False) -> T:
        """Run the query, and answer after it is durable; so does its error."""
        self._refuse_if_damaged()
        if behind and (trouble := self.trouble):  # the records before it wait for the disk
            raise Unavailable(trouble, code="store_unavailable", retry_after=1)
        loop = asyncio.get_running_loop()
        job = Job(query, loop.create_future(), loop)
        self._inbox.put_job(job, behind=behind)
        result: T = await job.answer
        return result

    async def read(self, query: Callable[[Connection], T]) -> T:
        """Run the query on one consistent view of what is durable."""
        return await self._readers.read(query)

    def later(self, record: Record) -> None:
        """Queue a record; durable soon. Raises Unavailable when it could not be kept."""
        self._refuse_if_damaged()
        if record.admits and (trouble := self.trouble):
            raise Unavailable(trouble, code="store_unavailable", retry_after=1)
        self._inbox.put_record(record)

    async def close(self) -> None:
        """Write what waits, stop. Raises StoreError if records had to be given up."""
        await asyncio.to_thread(self._stop)

    # --- beyond the port ---------------------------------------------------------------------

    @property
    def trouble(self) -> str:
        """Why nothing new can be recorded, for people; "" when all is well."""
        return self._damage or (self._writer.trouble if self._writer else "")

    @property
    def waiting(self) -> int:
        """Bytes of records that are not durable yet."""
        return self._inbox.weight

    async def checkpoint(self) -> int:
        """Seal the heads of streams that moved on; how many. Call it every minute."""
        now, count, upto, done = self._clock.now(), 0, None, False
        while not done:
            more, upto, done = await self.write(
                partial(checkpoints.take, now=now, after=upto, window=checkpoints.WINDOW)
            )
            count += more
        if self._lock is not None and upto is not None:
            await asyncio.to_thread(self._lock.vouch, upto)
        return count

    async def forget(self, cutoff: float) -> int:
        """Shred texts older than `cutoff`, also in the write-ahead log; how many."""
        now, count = self._clock.now(), 0
        while found := await self.write(partial(retention.shred_before, cutoff=cutoff, now=now)):
            count += found
        while await self.write(partial(retention.unname_before, cutoff=cutoff)):
            pass
        if count:
            await asyncio.to_thread(self._fold)
        return count

    def _fold(self) -> None:
        """Fold the write-ahead log into the file and empty it."""
        session = self._session()
        try:
            session.pragma("wal_checkpoint(TRUNCATE)")
        finally:
            session.close()

    def _refuse_if_damaged(self) -> None:
        if self._damage:
            raise StoreError(self._damage, code="store_damaged")

    def _check(self) -> None:
        session = self._session()
        try:
            quick_check(session)
        except StoreError as error:
            self._damage = error.message
            log.critical("%s", error)
        except Exception as error:  # noqa: BLE001 - an unchecked file is not a safe one
            self._damage = f"the database could not be checked: {session.translate(error)}"
            log.critical("%s", self._damage)
        finally:
            session.close()

    def _position(self) -> int:
        session = self._session()
        try:
            return session.read(events.position)
        finally:
            session.close()

    def _stop(self) -> None:
        self._inbox.close("the store is closed")
        self._readers.close()
        lost = 0
        if self._writer is not None:
            self._writer.thread.join()
            lost = self._writer.lost
        if self._lock is not None:
            position = self._position()
            self._lock.give_back(None if lost else position)
            self._lock = None
        for session in self._sessions:
            session.close()
        if lost:
            msg = f"{lost} records were lost: {self.trouble}"
            raise StoreError(msg, code="records_lost")
