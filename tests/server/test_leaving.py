"""Who is shut out, or loses their role, keeps nothing, wherever that was done."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import Connection, update

from hitl_chat.app import Program
from hitl_chat.cli import main
from hitl_chat.core.command import Person
from hitl_chat.core.hold import Hold
from hitl_chat.settings import Waits
from hitl_chat.store import conversations, entrances, holds, people, schema
from tests.browser.world import TENANT, World, opened
from tests.server.people_world import Seat, add, come

PATIENCE = 10.0
WAITS = Waits(key_cache=0, undo_console=0, poll=0.05)


@asynccontextmanager
async def working(path: Path) -> AsyncIterator[tuple[World, Seat, Hold]]:
    """Ben has claimed a hold; Sue is there, too."""
    async with opened(path, WAITS) as world:
        ben, sue = await come(world, await add(world, "Ben")), await add(world, "Sue")
        for ident, name in ((ben.person, "Ben"), (sue.id, "Sue")):
            world.program.people.enter(ident, Person(ident, name, "agent"), TENANT)
        world.stage.says("I guarantee you a full refund.")
        world.ask("Will you refund me?")
        while not (found := (await ben.do("next")).json().get("id")):
            pass
        yield world, ben, await row(world, found)


async def row(world: World, ident: str) -> Hold:
    found = await world.program.db.read(lambda conn: holds.get(conn, TENANT, ident))
    assert found is not None
    return found


async def until(program: Program, met: Callable[[Connection], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not await program.db.read(met):
            pass


def free(ident: str) -> Callable[[Connection], bool]:
    def look(conn: Connection) -> bool:
        found = holds.get(conn, TENANT, ident)
        return found is not None and (found.state, found.claimed_by) == ("open", "")

    return look


async def test_shut_out_on_the_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async with working(tmp_path) as (world, ben, hold):
        settings = tmp_path / "settings.json"
        settings.write_bytes(msgspec.json.encode(world.program.settings))
        typed = ["people", "revoke", "Ben", "--tenant", TENANT, "--config", str(settings)]
        assert await asyncio.to_thread(main, typed) == 0
        assert "for others" in capsys.readouterr().err
        await until(world.program, free(hold.id))
        assert (await ben.do("claim", hold=hold.id)).status_code == 401


async def test_a_role_that_another_program_has_lowered(tmp_path: Path) -> None:
    """As signing in through the identity provider does."""
    async with working(tmp_path) as (world, ben, hold):
        taking = {"hold": hold.id, "action": "take_over", "version": hold.version}
        assert (await ben.do("decide", **taking, fence=hold.fence)).status_code == 200

        def lower(conn: Connection) -> None:
            found = people.known(conn, TENANT, ben.person)
            people.change(conn, people.Person(found.id, TENANT, "Ben", "auditor"), 1.0, "company")

        await world.program.db.write(lower)
        await until(world.program, lambda conn: _unattended(conn, hold.conv))


def _unattended(conn: Connection, conv: str) -> bool:
    found = conversations.get(conn, TENANT, conv)
    return found is not None and found.unattended


async def test_a_change_that_takes_nothing_away_leaves_everything(tmp_path: Path) -> None:
    async with working(tmp_path) as (world, ben, hold):
        more = people.Person(ben.person, TENANT, "Ben", "supervisor")
        await world.program.db.write(lambda conn: people.change(conn, more, 1.0, "company"))
        seen = world.program.desk.feed
        await seen.ring()
        await seen.look()
        await world.program.desk.tasks.settled()
        assert (await row(world, hold.id)).claimed_by == ben.person


async def test_who_was_shut_out_while_no_program_ran(tmp_path: Path) -> None:
    async with working(tmp_path) as (world, ben, hold):
        settings, environ = world.program.settings, world.program.environ
    program = Program(settings, environ=environ)
    revoke = entrances.revoke
    await program.db.write(lambda conn: revoke(conn, TENANT, ben.person, 1.0, "system:cli"))
    async with program.lifespan():
        await until(program, free(hold.id))


async def test_a_damaged_draft_of_theirs_keeps_no_program_from_starting(tmp_path: Path) -> None:
    async with working(tmp_path) as (world, ben, hold):
        settings, environ = world.program.settings, world.program.environ
    program = Program(settings, environ=environ)

    def happen(conn: Connection) -> None:
        entrances.revoke(conn, TENANT, ben.person, 1.0, "system:cli")
        row = update(schema.text).where(schema.text.c.ref == f"{hold.id}/draft")
        assert conn.execute(row.values(bytes=b'{"0/cont')).rowcount == 1

    await program.db.write(happen)
    async with program.lifespan():
        await program.desk.tasks.settled()
        assert not await program.db.read(free(hold.id))
