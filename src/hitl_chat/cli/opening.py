"""Opening the record for a command, beside a server that may be running."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from hitl_chat.app import SystemClock
from hitl_chat.app.parts import DATABASE, data_folder
from hitl_chat.errors import BadRequest, ConfigError
from hitl_chat.settings import Settings
from hitl_chat.store import api_keys
from hitl_chat.store.sqlite import SqliteDatabase

DEFAULT_TENANT = "default"
CLOCK = SystemClock()


def path(settings: Settings) -> Path:
    return Path(settings.data) / DATABASE


@asynccontextmanager
async def record(settings: Settings, *, readonly: bool = False) -> AsyncIterator[SqliteDatabase]:
    if readonly and not path(settings).exists():
        msg = f"there is no record at {str(path(settings))!r} yet: run 'hitl-chat serve' first"
        raise ConfigError(msg)
    data_folder(settings)
    database = SqliteDatabase(
        path(settings),
        CLOCK,
        exclusive=False,
        readonly=readonly,
        key_file=Path(settings.key_file) if settings.key_file else None,
    )
    try:
        yield database
    finally:
        await database.close()


async def tenant(database: SqliteDatabase, asked: str) -> str:
    """The tenant that was named, else the only one that has keys, else the first one's name."""
    if asked:
        return asked
    known = await database.read(api_keys.tenants)
    if len(known) > 1:
        msg = f"there are several tenants: name one with --tenant ({', '.join(known)})"
        raise BadRequest(msg)
    return known[0] if known else DEFAULT_TENANT
