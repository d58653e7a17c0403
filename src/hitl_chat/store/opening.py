"""Opens a SQLite file: place, lock, keys, tables, damage. Everything that can be wrong, said early.

What comes out is ready to be read and written. Knows no thread.
"""

import logging
from pathlib import Path
from secrets import token_hex
from typing import NamedTuple

from sqlalchemy import Connection, Engine

from hitl_chat.core.chain import Keyring
from hitl_chat.errors import ConfigError, StoreError
from hitl_chat.store import events, keys, migrate, place
from hitl_chat.store.schema import VERSION
from hitl_chat.store.sqlite_session import SqliteSession, check_version, engine_of, translate

log = logging.getLogger(__name__)

LARGE = 100 << 20  # bytes; above, a damaged file is looked for in the background


class Opened(NamedTuple):
    """`unchecked`: the last server did not stop cleanly and the file is too large to check now."""

    engine: Engine
    secrets: keys.Secrets
    lock: place.Lock | None
    unchecked: bool


def open_file(
    path: Path,
    now: float,
    *,
    exclusive: bool,
    readonly: bool,
    key_file: Path | None,
    busy: float,
    large: int,
) -> Opened:
    """Raises ConfigError or StoreError, which say what to do."""
    check_version()
    if readonly:
        return Opened(*_look(path, key_file, busy), lock=None, unchecked=False)
    place.check(path, place.mounts())
    lock = place.Lock(path)
    before = lock.take() if exclusive or not _current(path, busy) else None
    try:
        secrets = _secrets(path, key_file)
        path.touch(mode=0o600)  # SQLite gives its log files the same mode
        engine = engine_of(path, busy=busy)
        unchecked = _prepare(engine, secrets.keyring, before, now, large) if before else False
    except Exception as error:  # noqa: BLE001 - it is raised again, translated
        if before:
            lock.give_back(None)
        told = translate(error)
        raise told from (error if told is not error else None)
    if before and not exclusive:
        lock.give_back(before.event)
    return Opened(engine, secrets, lock if exclusive else None, unchecked)


def _look(path: Path, key_file: Path | None, busy: float) -> tuple[Engine, keys.Secrets]:
    if not path.is_file():
        msg = f"there is no database {str(path)!r}: check the setting `data`"
        raise ConfigError(msg, code="no_database")
    secrets = keys.load(key_file or keys.beside(path))
    if not _current(path, busy):
        msg = f"the tables of {str(path)!r} are of another version: start the server once"
        raise ConfigError(msg, code="other_version")
    return engine_of(path, readonly=True, busy=busy), secrets


def _current(path: Path, busy: float) -> bool:
    """Whether the file holds tables of this program's version."""
    if not path.exists():
        return False
    engine = engine_of(path, readonly=True, busy=busy)
    try:
        with engine.connect() as conn:
            return migrate.version(conn) == VERSION
    except Exception as error:
        raise translate(error) from error


def _secrets(path: Path, key_file: Path | None) -> keys.Secrets:
    """The keys of an old database must be there; only a new one gets new ones."""
    file = key_file or keys.beside(path)
    fresh = not path.exists() or path.stat().st_size == 0
    return keys.create(file) if fresh and not file.exists() else keys.load(file)


def _prepare(
    engine: Engine, keyring: Keyring, before: place.Before, now: float, large: int
) -> bool:
    """Check and bring up to date, in one transaction; whether the check is still to be done."""
    session = SqliteSession(engine, keyring)
    try:
        if session.pragma("journal_mode = WAL") != "wal":
            msg = "SQLite cannot use its write-ahead log here: use a local disk"
            raise ConfigError(msg, code="no_wal")
        size = session.pragma("page_count") * session.pragma("page_size")
        unchecked = not before.clean and size > large
        if not before.clean and not unchecked:
            quick_check(session)
        session.begin()
        migrate.upgrade(session.conn)
        _continue(session.conn, before, now)
        session.commit()
    finally:
        session.rollback()
        session.close()
    return unchecked


def quick_check(session: SqliteSession) -> None:
    found = session.pragma("quick_check(1)")
    if found != "ok":
        msg = f"the database is damaged ({found}): restore a backup"
        raise StoreError(msg, code="store_damaged")


def _continue(conn: Connection, before: place.Before, now: float) -> None:
    """Begin a feed, or notice that this file is older than what the last server wrote."""
    found = events.position(conn)
    if not events.epoch(conn):
        events.begin_epoch(conn, token_hex(8), now)
    elif found < before.event:
        log.error("the record ends at event %d, the last server had %d", found, before.event)
        events.begin_epoch(conn, token_hex(8), now)
        lost = {"expected": before.event, "found": found}
        events.append(conn, "", events.SYSTEM, "store.went_back", lost, now)
