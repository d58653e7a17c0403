"""Who looks at what is shown while they are there, and on record once."""

from pathlib import Path

import pytest
from sqlalchemy import Connection

from hitl_chat.errors import NotFound
from hitl_chat.runner import commands as do
from hitl_chat.runner.attention import Look
from hitl_chat.runner.overview import Overview
from hitl_chat.runner.signals import Attended, Signal
from hitl_chat.store import events, looks
from tests.runner.desk_world import ANA, BEN, EVE, FakeTurn, World, world


def heard(here: World) -> list[Signal]:
    told: list[Signal] = []
    here.desk.signals.listen(lambda signal: told.append(signal))
    return told


async def trail(here: World, turn: FakeTurn) -> list[str]:
    hold = await here.hold(turn)
    found = await here.db.read(lambda conn: looks.trail(conn, hold))
    return [event.type for event in found]


async def test_a_look_is_shown_until_another_one_or_the_end(tmp_path: Path) -> None:
    async with world(tmp_path, online=(ANA, BEN)) as here:
        turn = await here.held()
        assert turn.hold is not None
        told, ident = heard(here), turn.hold.id
        await here.perform(ANA, do.Look(ident))
        await here.perform(BEN, do.Look(ident, "editing"))
        assert here.desk.attention.of("acme") == [
            Look(ANA.person, "acme", ident, "looking"),
            Look(BEN.person, "acme", ident, "editing"),
        ]
        assert here.desk.attention.of("other") == []
        await here.perform(ANA, do.Look(ident))
        await here.perform(ANA, do.Look())
        here.people.leave("ben", "ben")
        assert here.desk.attention.of("acme") == []
        assert told.count(Attended("acme")) == 4  # not for the same look again


async def test_who_has_no_console_open_looks_at_nothing(tmp_path: Path) -> None:
    async with world(tmp_path, online=(ANA,)) as here:
        turn = await here.held()
        assert turn.hold is not None
        await here.perform(BEN, do.Look(turn.hold.id))
        assert here.desk.attention.of("acme") == []
        assert "hold.looked" in await trail(here, turn)


async def test_a_look_is_on_record_once_for_each_person(tmp_path: Path) -> None:
    async with world(tmp_path, online=(ANA, BEN)) as here:
        turn = await here.held()
        assert turn.hold is not None
        before = await here.hold(turn)
        for by in (ANA, BEN, ANA):
            await here.perform(by, do.Look(turn.hold.id))
        assert (await trail(here, turn)).count("hold.looked") == 2
        assert await here.hold(turn) == before  # nobody's decision is stale by it


async def test_the_first_judgement_stands(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        turn = await here.held()
        assert turn.hold is not None
        await here.perform(ANA, do.Reveal(turn.hold.id, "wrong"))
        await here.perform(ANA, do.Reveal(turn.hold.id, "fine"))
        await here.perform(BEN, do.Reveal(turn.hold.id, "unsure"))
        hold = await here.hold(turn)
        found = await here.db.read(lambda conn: looks.trail(conn, hold))
        said = [event.body for event in found if event.type == "hold.revealed"]
        assert [(one["by"], one["judgement"]) for one in said] == [
            ("ana", "wrong"),
            ("ben", "unsure"),
        ]


def noise(conn: Connection, at: float, times: int = 400) -> None:
    for number in range(times):
        body = {"hold": f"hold_{number}", "by": "ben"}
        events.append(conn, "acme", "conv:conv_1", "hold.looked", body, at)


async def test_a_busy_feed_hides_nothing_of_it(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        turn = await here.held()
        hold, at = await here.hold(turn), here.clock.now()
        await here.perform(ANA, do.Look(hold.id))
        await here.perform(ANA, do.Reveal(hold.id, "wrong"))
        await here.db.write(lambda conn: noise(conn, at))
        await here.perform(ANA, do.Look(hold.id))
        await here.perform(ANA, do.Reveal(hold.id, "fine"))
        assert await trail(here, turn) == ["hold.opened", "hold.looked", "hold.revealed"]
        card = await Overview(here.desk).card("acme", hold.id)
        assert [each.judgement for each in card.background.revealed] == ["wrong"]


async def test_nobody_judges_anew_behind_a_long_trail(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        turn = await here.held()
        hold, at = await here.hold(turn), here.clock.now()
        await here.perform(ANA, do.Reveal(hold.id, "wrong"))

        def again_and_again(conn: Connection) -> None:
            for _ in range(400):
                events.append(conn, "acme", "conv:conv_1", "hold.claimed", {"hold": hold.id}, at)

        await here.db.write(again_and_again)
        await here.perform(ANA, do.Reveal(hold.id, "fine"))
        card = await Overview(here.desk).card("acme", hold.id)
        assert [each.judgement for each in card.background.revealed] == ["wrong"]
        assert len(card.background.trail) == looks.MOST


@pytest.mark.parametrize("command", [do.Look, lambda ident: do.Reveal(ident, "fine")])
async def test_a_hold_of_another_tenant_is_not_there(tmp_path: Path, command: type) -> None:
    async with world(tmp_path, online=(ANA, EVE)) as here:
        turn = await here.held()
        assert turn.hold is not None
        with pytest.raises(NotFound):
            await here.perform(EVE, command(turn.hold.id))
