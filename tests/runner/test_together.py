"""Which holds are nearly the same as one; the tenant's own, and with what a decision names."""

from pathlib import Path

import pytest

from hitl_chat.core.remainder import Draft
from hitl_chat.errors import NotFound
from hitl_chat.runner.together import Together
from tests.runner.desk_world import ANA, FakeTurn, World, world

SAME = Draft({"0/content": "Yes."}, {"0/content": " You get 500 euros."})


async def held(here: World, number: int, draft: Draft, tenant: str = "acme") -> str:
    turn = await here.held(FakeTurn(f"turn_{number}", f"conv_{number}", tenant), draft=draft)
    assert turn.hold is not None
    return turn.hold.id


async def test_only_those_that_say_the_same_and_wait_for_anybody(tmp_path: Path) -> None:
    async with world(tmp_path, online=(ANA,)) as here:
        one, two = await held(here, 1, SAME), await held(here, 2, SAME)
        other = await held(here, 3, Draft({}, {"0/content": " You get 50 euros."}))
        foreign = await held(here, 4, SAME, "other")
        together = Together(here.db)
        (found,) = await together.alike("acme", one, [one, two, other, foreign, "hold_none"])
        assert (found.hold, found.pending) == (two, " You get 500 euros.")
        assert found.draft_sha256 == SAME.sha256()
        assert found.version == 1
        with pytest.raises(NotFound):
            await together.alike("other", one, [two])
