"""A draft that makes no sense keeps no other hold from those who could decide it."""

from pathlib import Path

from hitl_chat.runner import commands as do
from hitl_chat.runner.pushing import Pushing
from hitl_chat.runner.staff import Desking
from tests.runner.desk_world import ANA, FakeTurn, World, world
from tests.runner.test_desk_recover import spoil


async def two(here: World) -> tuple[FakeTurn, FakeTurn]:
    bad, good = [await here.held(FakeTurn(f"turn_{n}", f"conv_{n}")) for n in range(2)]
    assert bad.hold is not None
    await spoil(here, f"{bad.hold.id}/draft")
    return bad, good


async def test_next_passes_over_a_damaged_draft(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        _, good = await two(here)
        assert good.hold is not None
        assert (await here.work(ANA, do.Next())).id == good.hold.id


async def test_a_damaged_draft_keeps_no_other_hold_from_those_it_would_come_to(
    tmp_path: Path,
) -> None:
    async with world(tmp_path) as here:
        _, good = await two(here)
        here.desk.staff.desking = Desking("push")
        Pushing(here.desk)
        here.people.set_away("ana", away=True)
        here.people.set_away("ana", away=False)
        await here.desk.tasks.settled()
        assert (await here.hold(good)).claimed_by == "ana"
