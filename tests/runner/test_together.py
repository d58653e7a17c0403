"""Which holds are nearly the same as one; the tenant's own, and with what a decision names."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from hitl_chat.core.remainder import Draft
from hitl_chat.errors import NotFound
from hitl_chat.runner.together import Together
from tests.runner.desk_world import ANA, FakeTurn, World, world

SAME = Draft({"0/content": "Yes."}, {"0/content": " You get 500 euros."})


async def held(
    here: World,
    number: int,
    draft: Draft = SAME,
    tenant: str = "acme",
    asked: Sequence[str] = ("How much do I get?",),
) -> str:
    said = [{"role": "user", "content": each} for each in asked]
    turn = FakeTurn(f"turn_{number}", f"conv_{number}", tenant, messages=said)
    await here.held(turn, draft=draft)
    assert turn.hold is not None
    return turn.hold.id


async def test_only_those_that_say_the_same_and_wait_for_anybody(tmp_path: Path) -> None:
    async with world(tmp_path, online=(ANA,)) as here:
        one, two = await held(here, 1), await held(here, 2)
        other = await held(here, 3, Draft({}, {"0/content": " You get 50 euros."}))
        foreign = await held(here, 4, SAME, "other")
        together = Together(here.db)
        (found,) = await together.alike("acme", one, [one, two, other, foreign, "hold_none"])
        assert (found.hold, found.pending) == (two, " You get 500 euros.")
        assert found.draft_sha256 == SAME.sha256()
        assert found.version == 1
        with pytest.raises(NotFound):
            await together.alike("other", one, [two])


async def test_the_same_answer_to_another_question_is_another_one(tmp_path: Path) -> None:
    async with world(tmp_path, online=(ANA,)) as here:
        one = await held(here, 1, asked=("I sent back the lamp.", "How much do I get?"))
        same = await held(here, 2, asked=("I sent back the lamp!", "how much do I get"))
        last = await held(here, 3, asked=("I sent back the sofa.", "How much do I get?"))
        none = await held(here, 4, asked=())
        found = await Together(here.db).alike("acme", one, [same, last, none])
        assert [each.hold for each in found] == [same]
        assert await Together(here.db).alike("acme", none, [one, same, last]) == ()
