"""One connection to a SQLite file, and what SQLite's errors mean. The only file that knows sqlite3.

Python's own transaction handling is off: BEGIN IMMEDIATE, savepoints and COMMIT are explicit.
"""

import sqlite3
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from hitl_chat.core.chain import Keyring
from hitl_chat.errors import ConfigError, StoreError, Unavailable
from hitl_chat.store.dialect import KEYRING

T = TypeVar("T")

OLDEST = (3, 35, 0)
STEPS = 10_000  # of SQLite's machine between two looks at what was spent: about a millisecond
PRAGMAS: Mapping[str, str] = {
    "synchronous": "FULL",  # NORMAL may roll back committed decisions on power loss
    "temp_store": "MEMORY",
    "trusted_schema": "OFF",
    "secure_delete": "ON",  # what retention shreds is overwritten, not just unlinked
    "wal_autocheckpoint": "2000",
    "journal_size_limit": str(64 << 20),
}

# It must change something: an update to the same value writes nothing, and so always "works".
PROBE = """
INSERT INTO node (id, epoch, seen_at) VALUES ('probe', 0, 0)
ON CONFLICT (id) DO UPDATE SET epoch = epoch + 1
"""

_MEANING: Mapping[int, str] = {
    sqlite3.SQLITE_FULL: "the disk is full: free some space, nothing is lost meanwhile",
    sqlite3.SQLITE_IOERR: "the disk does not take what is written: full, or failing",
    sqlite3.SQLITE_BUSY: "another program keeps the database locked: end it",
    sqlite3.SQLITE_LOCKED: "another program keeps the database locked: end it",
    sqlite3.SQLITE_READONLY: "the database cannot be written: check its owner and permissions",
    sqlite3.SQLITE_CANTOPEN: "the database cannot be opened: check the folder and permissions",
    sqlite3.SQLITE_NOMEM: "no memory left for the database",
}
_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def check_version(version: tuple[int, ...] = sqlite3.sqlite_version_info) -> None:
    """Refuse a SQLite that does not know INSERT … RETURNING."""
    if version < OLDEST:
        have, need = (".".join(map(str, each)) for each in (version, OLDEST))
        msg = f"this Python has SQLite {have}, at least {need} is needed: use a newer Python"
        raise ConfigError(msg, code="old_sqlite")


def engine_of(path: Path, *, readonly: bool = False, busy: float = 5.0) -> Engine:
    """An engine whose every connection is its own, in any thread."""
    mode = "?mode=ro" if readonly else ""

    def connect() -> sqlite3.Connection:
        return sqlite3.connect(
            path.resolve().as_uri() + mode,
            uri=True,
            timeout=busy,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=512,
        )

    # An error that quotes its parameters would quote what customers wrote.
    return create_engine("sqlite://", creator=connect, poolclass=NullPool, hide_parameters=True)


class SqliteSession:
    """One connection. `limit`: no query of `read` works longer, in seconds of its thread.

    Not of the clock on the wall: on a busy machine a thread may stand still for longer than that,
    and the smallest query would be stopped for it.
    """

    def __init__(self, engine: Engine, keyring: Keyring, *, limit: float = 0.0) -> None:
        self.conn = engine.connect().execution_options(**{KEYRING: keyring})
        raw: Any = self.conn.connection.dbapi_connection
        self._raw = raw
        self._limit, self._until = limit, 0.0
        for name, value in PRAGMAS.items():
            self._raw.execute(f"PRAGMA {name} = {value}")
        if limit:
            self._raw.set_progress_handler(self._late, STEPS)

    def _late(self) -> bool:
        return time.thread_time() > self._until

    # --- writing -----------------------------------------------------------------------------

    def begin(self) -> None:
        self._raw.execute("BEGIN IMMEDIATE")

    def commit(self) -> None:
        self._raw.execute("COMMIT")

    def rollback(self) -> None:
        if self._raw.in_transaction:
            self._raw.execute("ROLLBACK")

    def savepoint(self) -> None:
        self._raw.execute("SAVEPOINT member")

    def keep(self) -> None:
        self._raw.execute("RELEASE member")

    def undo(self) -> None:
        self._raw.execute("ROLLBACK TO member")
        self._raw.execute("RELEASE member")

    def probe(self) -> None:
        self.begin()
        self._raw.execute(PROBE)
        self.commit()

    # --- reading -----------------------------------------------------------------------------

    def read(self, query: Callable[[Connection], T]) -> T:
        self._until = time.thread_time() + self._limit
        self._raw.execute("BEGIN")
        try:
            return query(self.conn)
        finally:
            self.rollback()

    def pragma(self, statement: str) -> Any:  # noqa: ANN401 - whatever the pragma answers
        row = self._raw.execute(f"PRAGMA {statement}").fetchone()
        return None if row is None else row[0]

    def close(self) -> None:
        self.conn.close()

    def translate(self, error: Exception) -> Exception:
        return translate(error)


def translate(error: Exception) -> Exception:
    """What a caller is told: SQLite's errors become ours and say what to do, others stay."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    if not isinstance(cause, sqlite3.Error):
        return error
    code = (getattr(cause, "sqlite_errorcode", 0) or 0) & 0xFF  # the rest is detail
    if code in _MEANING:
        return Unavailable(_MEANING[code], code="store_unavailable", retry_after=1)
    if code == sqlite3.SQLITE_INTERRUPT:
        return StoreError("a query took too long and was stopped: read in pages", code="too_slow")
    if code in _DAMAGED:
        return StoreError(
            f"the database is damaged ({cause}): restore a backup", code="store_damaged"
        )
    return StoreError(f"the store failed: {cause!r}", code="store_failed")
