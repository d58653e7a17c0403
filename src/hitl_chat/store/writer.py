"""The one thread that writes: group commit.

Nobody, winner or loser, has an answer before the COMMIT of the transaction their query ran in; if
that fails, every member runs again, alone. So a query may run twice: it must touch nothing but its
connection. Knows transactions, not SQL; the session it drives knows the database.
"""

import logging
import threading
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, Protocol

from sqlalchemy import Connection

from hitl_chat import failpoints
from hitl_chat.errors import HitlError, Unavailable
from hitl_chat.ports import Record
from hitl_chat.store.inbox import Batch, Inbox, Job
from hitl_chat.store.records import write_records

log = logging.getLogger(__name__)


class Session(Protocol):
    """A connection whose transactions the writer steers."""

    conn: Connection

    def begin(self) -> None: ...

    def commit(self) -> None: ...

    def rollback(self) -> None: ...

    def savepoint(self) -> None: ...

    def keep(self) -> None:
        """End the savepoint; its work stays."""
        ...

    def undo(self) -> None:
        """End the savepoint; its work is gone. Fails if the whole transaction is."""
        ...

    def probe(self) -> None:
        """Write something of no importance, to learn whether writing works."""
        ...

    def translate(self, error: Exception) -> Exception: ...


class Answer(NamedTuple):
    job: Job
    value: Any
    error: Exception | None


class Writer:
    """Owns the thread. `trouble` says why records cannot be written now; "" when they can."""

    def __init__(self, session: Session, inbox: Inbox, retry: float) -> None:
        self._session, self._inbox, self._retry = session, inbox, retry
        self.trouble = ""
        self.refused = 0  # records that the database would not take: a defect, logged each time
        self.lost = 0  # records that were still waiting for a failed disk at the end
        self.thread = threading.Thread(target=self._live, name="hitl-chat-writer", daemon=True)

    def _live(self) -> None:
        hand: Batch | None = None
        try:
            while (hand := self._inbox.take(self._retry if self.trouble else 0.0)) is not None:
                if not self._handle(hand):
                    hand = None
                    break
        except BaseException as error:  # whatever it is, nobody may wait for this thread any more
            log.critical("the store's writer died", exc_info=error)
            self.trouble = f"the store's writer died ({type(error).__name__}); restart the server"
        finally:
            self._inbox.close(self.trouble or "the store is closed")
            self._give_up([batch for batch in (hand, self._inbox.drain()) if batch is not None])

    def _give_up(self, batches: Sequence[Batch]) -> None:
        gone = Unavailable(self.trouble or "the store is closed", code="store_closed")
        self.lost = sum(len(batch.records) for batch in batches)
        answer([Answer(job, None, gone) for batch in batches for job in batch.jobs])

    def _handle(self, batch: Batch) -> bool:
        """False: the store is being closed and the disk does not take the rest."""
        was = self.trouble
        self._group(batch)
        if not batch.records and not batch.jobs:
            self._try(self._session.probe)
        if was and not self.trouble:
            log.warning("the store can be written again")
        return not (self.trouble and self._inbox.closed)

    # --- together ----------------------------------------------------------------------------

    def _group(self, batch: Batch) -> None:
        session = self._session
        jobs = [job for job in batch.jobs if not job.answer.cancelled()]
        if not batch.records and not jobs:
            return
        try:
            session.begin()
        except Exception as error:  # noqa: BLE001 - nobody can write now: told at once, not in turn
            self._inbox.put_back(batch.records)
            self._fail(error)
            told = session.translate(error)
            answer([Answer(job, None, told) for job in jobs])
            return
        try:
            if batch.records:
                failpoints.hit("before_records")
                write_records(session.conn, batch.records)
            answers = [self._attempt(job) for job in jobs]
            failpoints.hit("before_commit")
            session.commit()
        except Exception as error:
            session.rollback()
            log.debug("a group is run again, one by one", exc_info=error)
            self._apart(batch.records, jobs)
        else:
            self.trouble = ""
            failpoints.hit("after_commit")
            self._inbox.settle(batch.records)
            answer(answers)

    def _attempt(self, job: Job) -> Answer:
        """One member in its savepoint; its failure is its own, unless it ended the transaction."""
        session = self._session
        session.savepoint()
        try:
            value = job.query(session.conn)
        except Exception as error:  # noqa: BLE001 - it goes to the caller, translated
            session.undo()
            return Answer(job, None, self._session.translate(error))
        session.keep()
        return Answer(job, value, None)

    # --- alone -------------------------------------------------------------------------------

    def _apart(self, records: Sequence[Record], jobs: Sequence[Job]) -> None:
        for job in jobs:
            if not job.after:
                answer([self._alone(job)])
        if records:
            self._try(lambda: self._rescue(records))
        behind = [job for job in jobs if job.after]
        if self.trouble:
            self._turn_away(behind)
        else:
            answer([self._alone(job) for job in behind])

    def _alone(self, job: Job) -> Answer:
        session = self._session
        try:
            session.begin()
            value = job.query(session.conn)
            failpoints.hit("before_commit")
            session.commit()
        except Exception as error:  # noqa: BLE001 - it goes to the caller, translated
            told = session.translate(error)
            if isinstance(told, Unavailable) and told is not error:
                self._fail(error)
            session.rollback()
            return Answer(job, None, told)
        return Answer(job, value, None)

    def _rescue(self, records: Sequence[Record]) -> None:
        """Write records again after a failure; one that the database refuses is dropped, loudly."""
        session = self._session
        refused: list[tuple[Record, Exception]] = []
        try:
            session.begin()
            for record in records:
                session.savepoint()
                try:
                    write_records(session.conn, [record])
                except Exception as error:
                    if isinstance(session.translate(error), Unavailable):
                        raise
                    session.undo()
                    refused.append((record, error))
                else:
                    session.keep()
            failpoints.hit("before_commit")
            session.commit()
        except Exception:
            self._inbox.put_back(records)
            raise
        self._inbox.settle(records)
        self.refused += len(refused)
        for record, why in refused:
            log.error("a %s could not be recorded", type(record).__name__, exc_info=why)

    def _try(self, write: Callable[[], None]) -> None:
        try:
            write()
        except Exception as error:  # noqa: BLE001 - it is kept in `trouble`, and told to callers
            self._session.rollback()
            self._fail(error)
        else:
            self.trouble = ""

    def _fail(self, error: Exception) -> None:
        """Writing as such does not work: new turns are refused until it does again."""
        known = self._session.translate(error)
        # The words of an error that nobody thought of may quote what was written.
        told = known.message if isinstance(known, HitlError) else type(error).__name__
        if told != self.trouble:
            log.error("the store cannot be written: %s", told, exc_info=error)
        self.trouble = told
        self._turn_away(self._inbox.give_up_waiting())

    def _turn_away(self, jobs: Sequence[Job]) -> None:
        """Who goes behind records would wait for as long as these cannot be written."""
        away = Unavailable(self.trouble, code="store_unavailable", retry_after=1)
        answer([Answer(job, None, away) for job in jobs])


def answer(answers: Sequence[Answer]) -> None:
    """Wake the callers, each loop once."""
    by_loop: dict[Any, list[Answer]] = defaultdict(list)
    for each in answers:
        by_loop[each.job.loop].append(each)
    for loop, told in by_loop.items():
        try:
            loop.call_soon_threadsafe(_tell, told)
        except RuntimeError:  # that loop is closed: nobody waits there any more
            log.debug("an answer came after its loop had ended")


def _tell(answers: Sequence[Answer]) -> None:
    for told in answers:
        if told.job.answer.done():
            continue
        if told.error is None:
            told.job.answer.set_result(told.value)
        else:
            told.job.answer.set_exception(told.error)
