"""Who may decide nothing any more is relieved of everything, whatever becomes of a part of it."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, update

from hitl_chat.errors import Unavailable
from hitl_chat.runner import commands as do
from hitl_chat.runner.leaving import Leaving
from hitl_chat.runner.personnel import Personnel
from hitl_chat.store import conversations, entrances, holds
from hitl_chat.store.schema import event
from tests.runner.desk_world import ANA, BEN, FakeTurn, World, world
from tests.runner.test_desk_recover import spoil


async def burdened(here: World) -> FakeTurn:
    """Ana has two holds, the draft of the first of which is damaged, and speaks somewhere."""
    bad = await here.held(FakeTurn("turn_1", "conv_1"))
    good = await here.held(FakeTurn("turn_2", "conv_2"))
    for turn in (bad, good):
        assert turn.hold is not None
        await here.work(ANA, do.Claim(turn.hold.id))
    await here.db.write(lambda conn: conversations.ensure(conn, "acme", "conv_3", 0))
    await here.perform(ANA, do.TakeOver("conv_3"))
    assert bad.hold is not None
    await spoil(here, f"{bad.hold.id}/draft")
    return good


async def relieved(here: World, good: FakeTurn) -> None:
    assert (await here.hold(good)).state == "open"
    speaker = here.desk.speaker("acme", "conv_3")
    assert speaker is not None
    assert speaker.unattended


async def test_a_damaged_draft_keeps_nothing_else_of_theirs(tmp_path: Path) -> None:
    async with world(tmp_path, online=(ANA, BEN)) as here:
        good = await burdened(here)
        await Personnel(here.desk).deactivate("acme", "ana", "sue")
        await relieved(here, good)


async def test_nor_does_a_damaged_event_beside_the_one_that_tells_of_them(tmp_path: Path) -> None:
    async with world(tmp_path, online=(ANA, BEN)) as here:
        good = await burdened(here)
        await Leaving(here.desk).start(here.sweep)
        await here.desk.tasks.settled()
        await here.desk.feed.close()

        def shut_out(conn: Connection) -> None:
            for who in ("ben", "ana"):
                entrances.revoke(conn, "acme", who, here.desk.clock.now(), "amy")
            told = event.c.body.contains('"ben"') & (event.c.type == "person.revoked")
            assert conn.execute(update(event).where(told).values(body="{}")).rowcount == 1

        assert good.hold is not None
        await here.work(BEN, do.Look(good.hold.id))
        await here.db.write(shut_out)
        await here.desk.feed.look()
        await here.desk.tasks.settled()
        await relieved(here, good)


async def test_nor_a_program_from_beginning(tmp_path: Path) -> None:
    """Row 28: they were shut out while none ran, and a draft of theirs was damaged meanwhile."""
    async with world(tmp_path, online=(ANA, BEN)) as here:
        good = await burdened(here)
        at = here.desk.clock.now()
        await here.db.write(lambda conn: entrances.revoke(conn, "acme", "ana", at, "system:cli"))
        clock = here.clock
    async with world(tmp_path, clock, online=(BEN,)) as again:
        await Leaving(again.desk).start(again.sweep)
        await again.desk.tasks.settled()
        await relieved(again, good)


@pytest.mark.parametrize("which", ["alive", "save"])
async def test_what_could_not_be_given_back_is_with_the_next_sweep(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, which: str
) -> None:
    """Nothing of it waits for the next start: neither what was not read nor what was not saved."""

    def stumbles(*args: object) -> Any:
        msg = "the disk does not answer"
        raise Unavailable(msg)

    async with world(tmp_path, online=(ANA, BEN)) as here:
        await Leaving(here.desk).start(here.sweep)
        turn, at = await here.held(), here.desk.clock.now()
        assert turn.hold is not None
        await here.work(ANA, do.Claim(turn.hold.id))
        with monkeypatch.context() as away:
            away.setattr(holds, which, stumbles)
            await here.db.write(lambda conn: entrances.revoke(conn, "acme", "ana", at, "amy"))
            await here.desk.feed.look()
            await here.desk.tasks.settled()
            await here.after(1)
            assert (await here.hold(turn)).claimed_by == "ana"
        await here.after(1)
        assert (await here.hold(turn)).state == "open"
