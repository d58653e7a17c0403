"""hitl-chat stop: hold, block or pass everything, whatever the rules say."""

import asyncio
from argparse import Namespace

from hitl_chat.cli.config import load
from hitl_chat.cli.opening import CLOCK, record
from hitl_chat.cli.out import note, say
from hitl_chat.errors import NotFound
from hitl_chat.store import api_keys, stops
from hitl_chat.store.sqlite import SqliteDatabase
from hitl_chat.store.stops import Mode

MODES: dict[str, Mode] = {"hold": "hold", "block": "block", "pass": "pass", "off": ""}
DOES = {
    "hold": "every answer is held for a person",
    "block": "no answer leaves",
    "pass": "every answer leaves unread",
    "off": "the rules decide",
}


def run(arguments: Namespace) -> int:
    return asyncio.run(_run(arguments))


async def _run(arguments: Namespace) -> int:
    async with record(load(arguments.config)) as database:
        await _refuse_unknown(database, arguments.tenant)
        if arguments.mode is not None:
            tenant, mode, now = arguments.tenant, MODES[arguments.mode], CLOCK.now()
            await database.write(lambda conn: stops.set_mode(conn, tenant, mode, "system:cli", now))
            note("A running server follows within two seconds.")
        found = await database.read(stops.modes)
    for tenant, mode in sorted(found.items()):
        say(f"{tenant or 'everybody'}: {mode}: {DOES[mode]}")
    if not found:
        say(f"off: {DOES['off']}")
    return 0


async def _refuse_unknown(database: SqliteDatabase, tenant: str) -> None:
    """A name that was mistyped would stop nobody, and say that it did."""
    known = await database.read(lambda conn: {*api_keys.tenants(conn), *stops.modes(conn)})
    if tenant and tenant not in known:
        there = ", ".join(sorted(known - {""})) or "none has a key yet"
        msg = f"there is no tenant {tenant!r}: {there}"
        raise NotFound(msg)
