"""Holds that come to people: what is remembered of who had which ring, and what waits for the
store."""

import asyncio
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from hitl_chat.errors import Unavailable
from hitl_chat.runner.moves import Moved
from hitl_chat.runner.pushing import Pushing
from hitl_chat.runner.staff import Desking
from hitl_chat.store import load, looks
from tests.runner.desk_world import SUE, FakeTurn, world
from tests.runner.test_backlog import Stuck


async def test_nothing_is_remembered_of_a_hold_that_is_decided_while_others_are_given(
    tmp_path: Path,
) -> None:
    bus, decided = Stuck(), asyncio.Event()

    def moved(moved: Moved) -> None:
        if moved.decided:
            decided.set()

    async with world(tmp_path, bus=bus) as here:
        one, other = [await here.held(FakeTurn(f"turn_{n}", f"conv_{n}")) for n in (1, 2)]
        here.desk.staff.desking = Desking("push")
        pushing = Pushing(here.desk)
        here.desk.transactions.on_move.append(moved)
        bus.free.clear()
        bus.asked.clear()
        here.people.set_away("ana", away=True)
        here.people.set_away("ana", away=False)
        await bus.asked.wait()  # the first is given, and the other one's turn is next
        deciding = asyncio.create_task(here.decide(SUE, other, "reject"))
        await decided.wait()
        bus.free.set()
        await deciding
        await here.desk.tasks.settled()
        assert one.hold is not None
        assert pushing._asked == {"acme": {one.hold.id: {"ana"}}}


class Store:
    """What the store is asked for by one of its doors, and whether it answers."""

    def __init__(self, door: Callable[..., Any]) -> None:
        self.door, self.asked, self.away = door, 0, False

    def __call__(self, *about: Any) -> Any:
        self.asked += 1
        if self.away:
            msg = "the store is away"
            raise Unavailable(msg)
        return self.door(*about)


async def test_what_the_store_was_away_for_is_given_with_a_later_sweep(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async with world(tmp_path) as here:
        here.desk.staff.desking = Desking("push")
        here.sweep.besides.append(Pushing(here.desk).try_again)
        given = Store(looks.given)
        monkeypatch.setattr(looks, "given", given)
        given.away = True
        turns = [await here.held(FakeTurn(f"turn_{n}", f"conv_{n}")) for n in range(3)]
        await here.desk.tasks.settled()
        given.asked = 0
        for times in (1, 2):  # the first of them, and no other
            await here.after(1)
            await here.desk.tasks.settled()
            assert given.asked == times
        assert [one.getMessage() for one in caplog.records] == [
            "holds could not be given to anybody, later again: the store is away"
        ]
        given.away = False
        await here.after(1)
        await here.desk.tasks.settled()
        assert (await here.hold(turns[0])).claimed_by == "ana"
        given.asked = 0
        await here.after(1)
        await here.desk.tasks.settled()
        assert given.asked == 0


async def test_what_people_have_in_hand_is_read_for_those_who_could_take_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with world(tmp_path) as here:
        for n in range(5):
            await here.held(FakeTurn(f"turn_{n}", f"conv_{n}"))
        here.desk.staff.desking = Desking("push", capacity=1)
        Pushing(here.desk)
        carried = Store(load.carried)
        monkeypatch.setattr(load, "carried", carried)
        away = partial(here.people.set_away, "ana")
        for gone, reads in ((True, 0), (False, 3)):  # to give one, twice to see that none is free
            away(away=gone)
            await here.desk.tasks.settled()
            assert carried.asked == reads
