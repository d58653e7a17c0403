"""The feed costs what is new in it, and a store that is away for a moment takes no news away."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from sqlalchemy import Connection

from hitl_chat.errors import Unavailable
from hitl_chat.runner.overview import Overview
from hitl_chat.store import events, stops
from hitl_chat.store.events import Event, Note
from tests.runner.desk_world import World, world


def quiet(conn: Connection) -> None:
    """What passed turns leave behind."""
    events.append_all(conn, [Note("acme", "conv:1", "turn", 1.0, {}) for _ in range(20)])


async def test_quiet_records_are_looked_through_once(tmp_path: Path) -> None:
    """A night of passed answers must not be read again at every look: that would take too long."""
    async with world(tmp_path) as here:
        await here.db.write(quiet)
        await here.desk.feed.look()
        assert here.desk.feed.cursor == await here.db.read(events.position) >= 20
        await here.held()
        await here.desk.feed.look()
        assert here.desk.feed.cursor == await here.db.read(events.position)


class Away:
    """A follower whose store cannot be read as often as a test says."""

    def __init__(self, fails: int) -> None:
        self.fails = fails
        self.heard: list[str] = []

    async def __call__(self, page: Sequence[Event]) -> None:
        if self.fails:
            self.fails -= 1
            msg = "the disk does not answer"
            raise Unavailable(msg)
        self.heard += [event.type for event in page]


async def test_what_nobody_could_read_is_told_again(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        away = Away(fails=1)
        here.desk.feed.follow(away)
        await here.held()
        while not away.heard:
            await here.db.read(events.position)
        assert away.heard[0] == "hold.opened"


async def test_a_stop_switch_thrown_while_the_store_is_away_arrives(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with world(tmp_path) as here:
        turn = await here.held()
        load, fails = here.desk.switch.load, [1]

        async def stumbles() -> None:
            if fails:
                fails.pop()
                msg = "the disk does not answer"
                raise Unavailable(msg)
            await load()

        monkeypatch.setattr(here.desk.switch, "load", stumbles)
        now = here.clock.now()
        await here.db.write(lambda conn: stops.set_mode(conn, "acme", "block", "cli", now))
        await turn.hears(2)  # the switch, and what it decided
        assert turn.decision.by == "system:stop_switch"
        assert not fails


async def spoiled(here: World) -> None:
    """Somebody wrote an event that tells of nothing."""
    await here.db.write(
        lambda conn: events.append(conn, "acme", "conv:conv_1", "message", {"author": "ai"}, 0.0)
    )


async def test_an_event_that_tells_of_nothing_keeps_no_news_back(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        await spoiled(here)
        turn = await here.held()
        overview = Overview(here.desk)
        found = await overview.queue_since("acme", 0)
        assert found is not None
        assert [each.hold.id for each in found[0] if each.hold] == [turn.hold and turn.hold.id]
        told = await overview.talk_since("acme", "conv_1", 0)
        assert told is not None
        assert [each.event.type for each in told[0]] == ["message", "hold.opened"]
