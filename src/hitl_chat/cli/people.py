"""hitl-chat people: who may sign in, and the links with which they do."""

import asyncio
from argparse import Namespace

from hitl_chat.cli.config import load
from hitl_chat.cli.opening import CLOCK, record, tenant
from hitl_chat.cli.out import note, say
from hitl_chat.errors import BadRequest, NotFound
from hitl_chat.runner import ids
from hitl_chat.runner.register import Register
from hitl_chat.server.sessions import Sessions
from hitl_chat.store import people
from hitl_chat.store.people import Person
from hitl_chat.store.sqlite import SqliteDatabase


def add(arguments: Namespace) -> int:
    return asyncio.run(_add(arguments))


def everyone(arguments: Namespace) -> int:
    return asyncio.run(_everyone(arguments))


def revoke(arguments: Namespace) -> int:
    return asyncio.run(_revoke(arguments))


async def _add(arguments: Namespace) -> int:
    settings = load(arguments.config)
    async with record(settings) as database:
        whose = await tenant(database, arguments.tenant)
        person = await _person(database, whose, arguments.name, arguments.role)
        sessions = Sessions(
            Register(database, CLOCK),
            database.secrets.pepper,
            CLOCK,
            link=settings.waits.sign_in_link,
        )
        secret = await sessions.link(person)
    hours = settings.waits.sign_in_link / 3600
    note(f"{person.name} may sign in as {person.role} of tenant {person.tenant!r}.")
    note(f"This link works once, within {hours:g} hours; run the command again for another:")
    say(f"{settings.address()}/in/{secret}")
    return 0


async def _person(database: SqliteDatabase, whose: str, name: str, role: str) -> Person:
    """A new person, or the one of that name: asking again gives a new link."""
    if not name.strip() or not name.isprintable():
        msg = f"{name!r} is no name: write one that can be read"
        raise BadRequest(msg)
    found = await database.read(lambda conn: people.named(conn, whose, name))
    if found is None:
        found = Person(ids.new("person"), whose, name, role)
        new = found
        await database.write(lambda conn: people.add(conn, new, CLOCK.now()))
    if found.revoked:
        msg = f"{name!r} was shut out: choose another name"
        raise BadRequest(msg)
    if found.role != role:
        msg = f"{name!r} is there already, as {found.role}: say --role {found.role}"
        raise BadRequest(msg)
    return found


async def _everyone(arguments: Namespace) -> int:
    async with record(load(arguments.config), readonly=True) as database:
        whose = await tenant(database, arguments.tenant)
        for person in await database.read(lambda conn: people.everyone(conn, whose)):
            shut_out = "  shut out" if person.revoked else ""
            say(f"{person.name}  {person.role}  {person.id}{shut_out}")
    return 0


async def _revoke(arguments: Namespace) -> int:
    async with record(load(arguments.config)) as database:
        whose = await tenant(database, arguments.tenant)
        found = await database.read(lambda conn: people.named(conn, whose, arguments.name))
        if found is None:
            msg = f"there is no {arguments.name!r} in tenant {whose!r}: see 'hitl-chat people list'"
            raise NotFound(msg)
        gone = found.id
        now = CLOCK.now()
        await database.write(lambda conn: people.revoke(conn, whose, gone, now, "system:cli"))
    note(f"{arguments.name} can no longer sign in; open sessions end within five seconds.")
    return 0
