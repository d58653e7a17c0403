"""hitl-chat people: who may sign in, and the links with which they do."""

import asyncio
from argparse import Namespace

from msgspec.structs import replace

from hitl_chat.cli.config import load
from hitl_chat.cli.opening import CLOCK, record, tenant
from hitl_chat.cli.out import note, say
from hitl_chat.errors import BadRequest, NotFound
from hitl_chat.runner import ids
from hitl_chat.runner.register import Register
from hitl_chat.server.sessions import Sessions
from hitl_chat.settings import Settings
from hitl_chat.store import api_keys, entrances, people
from hitl_chat.store.people import Person
from hitl_chat.store.sqlite import SqliteDatabase


def add(arguments: Namespace) -> int:
    return asyncio.run(_add(arguments))


def reset(arguments: Namespace) -> int:
    return asyncio.run(_reset(arguments))


def everyone(arguments: Namespace) -> int:
    return asyncio.run(_everyone(arguments))


def revoke(arguments: Namespace) -> int:
    return asyncio.run(_revoke(arguments))


async def _add(arguments: Namespace) -> int:
    settings = load(arguments.config)
    async with record(settings) as database:
        whose = await tenant(database, arguments.tenant)
        known = await database.read(api_keys.tenants)
        person = await _person(database, whose, arguments.name, arguments.role)
        await _able(database, person, arguments)
        link = await _link(settings, database, person)
    note(f"{person.name} may sign in as {person.role} of tenant {person.tenant!r}.")
    if known and whose not in known:  # mistyped, or its key is made later
        note(f"No key is {whose!r}'s yet, so nothing comes there: there are {', '.join(known)}.")
    _show(settings, link, "run the command again for another")
    return 0


async def _reset(arguments: Namespace) -> int:
    settings = load(arguments.config)
    async with record(settings) as database:
        found = await _named(database, arguments)
        if found.revoked:
            msg = f"{found.name!r} was shut out: a link would not let them in"
            raise BadRequest(msg)
        now = CLOCK.now()
        await database.write(
            lambda conn: entrances.reset(conn, found.tenant, found.id, now, "system:cli")
        )
        link = await _link(settings, database, found)
    note(f"{found.name} has no password any more, and open sessions end within five seconds.")
    _show(settings, link, "there they choose a new password")
    return 0


async def _able(database: SqliteDatabase, person: Person, arguments: Namespace) -> None:
    """What was said about skills, languages and capacity; what was not said stays."""
    able = person
    if arguments.skills is not None:
        able = replace(able, skills=_words(arguments.skills))
    if arguments.languages is not None:
        able = replace(able, languages=_words(arguments.languages))
    if arguments.capacity is not None:
        able = replace(able, capacity=arguments.capacity)
    now = CLOCK.now()
    await database.write(lambda conn: people.change(conn, able, now, "system:cli"))


def _words(listed: str) -> tuple[str, ...]:
    return tuple(word.strip().lower() for word in listed.split(",") if word.strip())


async def _link(settings: Settings, database: SqliteDatabase, person: Person) -> str:
    sessions = Sessions(
        Register(database, CLOCK),
        database.secrets.pepper,
        CLOCK,
        link=settings.waits.sign_in_link,
    )
    return f"{settings.address()}/in/{await sessions.link(person)}"


def _show(settings: Settings, link: str, otherwise: str) -> None:
    hours = settings.waits.sign_in_link / 3600
    note(f"This link works once, within {hours:g} hours; {otherwise}:")
    say(link)


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
            able = [",".join(words) for words in (person.skills, person.languages) if words]
            shut_out = ["shut out"] if person.revoked else []
            say("  ".join([person.name, person.role, person.id, *able, *shut_out]))
    return 0


async def _revoke(arguments: Namespace) -> int:
    async with record(load(arguments.config)) as database:
        gone = await _named(database, arguments)
        now = CLOCK.now()
        await database.write(
            lambda conn: entrances.revoke(conn, gone.tenant, gone.id, now, "system:cli")
        )
    note(f"{arguments.name} can no longer sign in; open sessions end within five seconds.")
    note("What they had in hand is for others: at once, or when the server starts.")
    return 0


async def _named(database: SqliteDatabase, arguments: Namespace) -> Person:
    whose = await tenant(database, arguments.tenant)
    found = await database.read(lambda conn: people.named(conn, whose, arguments.name))
    if found is None:
        msg = f"there is no {arguments.name!r} in tenant {whose!r}: see 'hitl-chat people list'"
        raise NotFound(msg)
    return found
