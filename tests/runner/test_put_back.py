"""Who put a hold back is offered others first. Whom time or an admin took it from did not."""

from pathlib import Path

from hitl_chat.core import undoing
from hitl_chat.core.policy import Terms
from hitl_chat.runner import commands as do
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
        await here.work(ANA, do.Release(ident, claimed.fence))
        assert (await here.work(ANA, do.Next())).id != ident


async def test_a_deadline_puts_nothing_back_for_anybody(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        first, ident = await two(here)
        claimed = await here.work(ANA, do.Claim(ident))
        await here.after(25)
        await here.work(ANA, do.Renew(ident, claimed.fence))
        await here.after(26)
        assert (await here.hold(first)).requeued
        assert (await here.work(ANA, do.Next())).id == ident


async def test_a_decision_that_was_withdrawn_was_not_put_back(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        first, ident = await two(here)
        await here.decide(ANA, first, "reject", undo=10)
        await here.desk.transactions.move(
            "acme", ident, lambda hold, _: undoing.withdraw(hold, "ana", "amy")
        )
        assert (await here.work(ANA, do.Next())).id == ident
