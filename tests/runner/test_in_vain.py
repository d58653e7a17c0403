"""Where nobody is there who could answer, no customer waits for one; who may be about to come is
waited for."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from hitl_chat.core.command import Person
from hitl_chat.core.events import Event, TakenOver, Unattended
from hitl_chat.core.state import Waits
from hitl_chat.runner import commands as do
from hitl_chat.runner.orders import Agent
from hitl_chat.store import conversations
from tests.runner.desk_world import ANA, BEN, EVE, FakeTurn, World, world

WAITS = Waits()
EXCUSE: list[Event] = [Unattended("A colleague")]


async def spoken(here: World) -> FakeTurn:
    """A request that waits for Ana."""
    turn = FakeTurn()
    await here.db.write(lambda conn: conversations.ensure(conn, "acme", "conv_1", 0))
    await here.perform(ANA, do.TakeOver("conv_1"))
    here.desk.begin(turn)
    return turn


async def goes(here: World, by: Agent = ANA) -> None:
    here.people.leave(by.person.id, by.person.id)
    await here.desk.tasks.settled()


def patience(here: World) -> float:
    """How long a request that comes now would wait."""
    speaker = here.desk.speaker("acme", "conv_1")
    return here.desk.presence.patience(speaker, WAITS).reply


async def given_up(here: World) -> None:
    """Ana goes, and does not come again."""
    await goes(here)
    for seconds in (31, 121):
        await here.after(seconds)
    speaker = here.desk.speaker("acme", "conv_1")
    assert speaker is not None
    assert speaker.unattended


@asynccontextmanager
async def restarted(folder: Path) -> AsyncIterator[tuple[World, FakeTurn]]:
    """Before any console has come again, somebody writes to Ana, who was given up before."""
    async with world(folder) as here:
        await spoken(here)
        await given_up(here)
    async with world(folder, here.clock, online=()) as again:
        turn = FakeTurn()
        again.desk.begin(turn)
        yield again, turn


async def test_what_waits_already_ends_when_its_agent_is_given_up(tmp_path: Path) -> None:
    """Row 75."""
    async with world(tmp_path, online=(ANA, EVE)) as here:
        turn = await spoken(here)
        await goes(here)
        await here.after(31)
        assert (turn.heard, patience(here)) == ([], WAITS.reply)
        await here.after(121)
        assert (turn.heard, patience(here)) == (EXCUSE, 0.0)


async def test_somebody_else_who_is_there_is_waited_for(tmp_path: Path) -> None:
    async with world(tmp_path, online=(ANA, BEN)) as here:
        turn = await spoken(here)
        await given_up(here)
        assert (turn.heard, patience(here)) == ([], WAITS.reply)
        await goes(here, BEN)  # ... and for a while when they have gone, too
        await here.after(29)
        assert (turn.heard, patience(here)) == ([], WAITS.reply)
        await here.after(1)
        assert (turn.heard, patience(here)) == (EXCUSE, 0.0)


async def test_whoever_is_away_is_nobody(tmp_path: Path) -> None:
    async with world(tmp_path, online=(ANA, BEN)) as here:
        turn = await spoken(here)
        here.people.set_away("ben", away=True)
        await given_up(here)
        assert (turn.heard, patience(here)) == (EXCUSE, 0.0)


async def test_who_comes_in_time_is_nobodys_excuse(tmp_path: Path) -> None:
    async with world(tmp_path, online=(ANA, BEN)) as here:
        turn = await spoken(here)
        await given_up(here)
        await goes(here, BEN)
        await here.after(20)
        here.people.enter("ben", BEN.person, "acme")
        await here.after(20)
        assert (turn.heard, patience(here)) == ([], WAITS.reply)
        await here.perform(BEN, do.TakeOver("conv_1"))
        assert turn.heard == [TakenOver("ben", "Ben")]


async def test_after_a_restart_the_consoles_may_come_again(tmp_path: Path) -> None:
    """Customers' clients are often faster."""
    async with restarted(tmp_path) as (again, turn):
        await again.after(1)
        assert (turn.heard, patience(again)) == ([], WAITS.reply)
        again.people.enter("ana", Person("ana", "Ana"), "acme")
        await again.after(60)
        assert turn.heard == []


async def test_where_nobody_comes_again_nobody_is_waited_for(tmp_path: Path) -> None:
    async with restarted(tmp_path) as (again, turn):
        await again.after(30)
        assert (turn.heard, patience(again)) == (EXCUSE, 0.0)
