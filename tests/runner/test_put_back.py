"""Who put a hold back is offered others first. Whom time or an admin took it from did not."""

from pathlib import Path

import pytest

from hitl_chat.core import undoing
from hitl_chat.core.policy import Terms
from hitl_chat.errors import Unprocessable
from hitl_chat.runner import commands as do
from hitl_chat.runner.overview import Overview
from hitl_chat.runner.pushing import Pushing
from hitl_chat.runner.staff import Desking
from hitl_chat.store import events
from tests.runner.desk_world import ANA, FakeTurn, World, world

SOON = Terms(on_deadline="requeue", deadline=50.0, fallback="Sorry.")
LATER = Terms(deadline=300.0, fallback="Sorry.")


async def two(here: World) -> tuple[FakeTurn, str]:
    """The first in the queue of two holds."""
    first = await here.held(FakeTurn("turn_1", "conv_1"), terms=SOON)
    await here.held(FakeTurn("turn_2", "conv_2"), terms=LATER)
    assert first.hold is not None
    return first, first.hold.id


async def test_a_hold_that_was_put_back_comes_last(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        _, ident = await two(here)
        claimed = await here.work(ANA, do.Claim(ident))
        await here.work(ANA, do.Release(ident, claimed.fence, "not my field"))
        assert (await here.work(ANA, do.Next())).id != ident


async def test_whoever_only_left_the_editor_put_nothing_back(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        _, ident = await two(here)
        claimed = await here.work(ANA, do.Claim(ident))
        await here.work(ANA, do.Release(ident, claimed.fence))
        assert (await here.work(ANA, do.Next())).id == ident


async def test_what_a_deadline_asks_everybody_for_once_more_is_for_them_too(
    tmp_path: Path,
) -> None:
    async with world(tmp_path) as here:
        here.desk.staff.desking = Desking("push")
        Pushing(here.desk)
        turn = await here.held(terms=SOON)
        await here.desk.tasks.settled()
        given = await here.hold(turn)
        await here.work(ANA, do.Release(given.id, given.fence, "not enough time"))
        await here.desk.tasks.settled()
        assert (await here.hold(turn)).claimed_by == ""
        await here.after(50)
        await here.desk.tasks.settled()
        assert (await here.hold(turn)).claimed_by == "ana"


async def test_why_is_on_record_and_in_the_trail(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        turn, ident = await two(here)
        for because in ("not my language", ""):
            claimed = await here.work(ANA, do.Claim(ident))
            await here.work(ANA, do.Release(ident, claimed.fence, because))
        card = await Overview(here.desk).card("acme", ident)
        assert "not my language" in card.put_back
        back = [step for step in card.background.trail if step.what == "released"]
        assert [(step.by and step.by.id, step.detail) for step in back] == [
            ("ana", "not my language"),
            ("ana", ""),
        ]
        assert (await here.hold(turn)).put_back_for == ""


async def test_another_reason_is_refused_and_the_claim_is_kept(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        turn, ident = await two(here)
        claimed = await here.work(ANA, do.Claim(ident))
        with pytest.raises(Unprocessable) as refused:
            await here.work(ANA, do.Release(ident, claimed.fence, "Peter is my uncle"))
        assert refused.value.code == "unknown_reason"
        assert "not my field" in str(refused.value)
        assert (await here.hold(turn)).claimed_by == ANA.person.id


async def test_a_deadline_puts_nothing_back_for_anybody(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        first, ident = await two(here)
        claimed = await here.work(ANA, do.Claim(ident))
        await here.after(25)
        await here.work(ANA, do.Renew(ident, claimed.fence))
        await here.after(26)
        assert (await here.hold(first)).requeued
        assert (await here.work(ANA, do.Next())).id == ident


async def test_nor_a_claim_that_was_withdrawn(tmp_path: Path) -> None:
    """The record says who did it, and not that they gave it back."""
    async with world(tmp_path) as here:
        _, ident = await two(here)
        await here.work(ANA, do.Claim(ident))
        await here.desk.transactions.move(
            "acme", ident, lambda hold, _: undoing.withdraw(hold, "ana", "amy")
        )
        told = await here.db.read(lambda conn: events.read(conn, "acme", "conv:conv_1"))
        assert (told[-1].type, told[-1].body["by"]) == ("hold.withdrawn", "amy")
        assert (await here.work(ANA, do.Next())).id == ident


async def test_a_decision_that_was_withdrawn_was_not_put_back(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        first, ident = await two(here)
        await here.decide(ANA, first, "reject", undo=10)
        await here.desk.transactions.move(
            "acme", ident, lambda hold, _: undoing.withdraw(hold, "ana", "amy")
        )
        assert (await here.work(ANA, do.Next())).id == ident
