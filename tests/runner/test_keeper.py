"""What a turn's gate learns reaches its hold's row, whatever happens to the disk meanwhile."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from hitl_chat.core.effects import OpenHold, UpdateHold
from hitl_chat.core.state import Phase
from hitl_chat.errors import Unavailable
from hitl_chat.runner import keeper
from hitl_chat.runner.keeper import HoldKeeper
from tests.runner.desk_world import REASONS, TERMS, FakeTurn, World, world

WHOLE = UpdateHold(REASONS, "whole", ())


async def updated(
    here: World, turn: FakeTurn, monkeypatch: pytest.MonkeyPatch, code: str = ""
) -> str:
    """What the row says of the draft, after the disk was full for two tries."""
    update, fails = here.desk.update_hold, [1, 2]

    async def stumbles(*about: Any) -> None:
        if fails:
            fails.pop()
            msg = "the disk is full"
            raise Unavailable(msg, code=code)
        await update(*about)

    monkeypatch.setattr(keeper, "AGAIN", 0.01)
    monkeypatch.setattr(here.desk, "update_hold", stumbles)
    kept = HoldKeeper(here.desk)
    kept.update(turn, WHOLE)  # type: ignore[arg-type]
    await kept.settled()
    return (await here.hold(turn)).draft_state


async def test_a_draft_that_is_whole_can_be_approved_once_the_disk_is_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with world(tmp_path) as here:
        turn = await here.held(state="streaming")
        turn.gate = replace(turn.gate, phase="held")
        assert await updated(here, turn, monkeypatch) == "whole"


@pytest.mark.parametrize(("phase", "code"), [("closed", ""), ("held", "store_closed")])
async def test_nobody_tries_again_for_what_is_over(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    phase: Phase,
    code: str,
) -> None:
    async with world(tmp_path) as here:
        turn = await here.held(state="streaming")
        turn.gate = replace(turn.gate, phase=phase)
        assert await updated(here, turn, monkeypatch, code) == "streaming"
        assert "could not be updated" in caplog.text


async def test_a_draft_that_grew_while_the_disk_was_full_is_shown_growing_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with world(tmp_path) as here:
        turn, again, tried = FakeTurn(), asyncio.Event(), []
        turn.gate = replace(turn.gate, phase="held", draft="streaming")
        turn.shown = lambda hold: None  # type: ignore[attr-defined]

        def stumbles(*about: object) -> None:
            tried.append(about)
            if len(tried) == 1:
                msg = "too many records wait to be written"
                raise Unavailable(msg)
            again.set()

        monkeypatch.setattr(keeper, "GROW", 0.01)
        monkeypatch.setattr(here.desk, "grow", stumbles)
        kept = HoldKeeper(here.desk)
        here.desk.begin(turn)
        kept.open(turn, OpenHold(REASONS, TERMS, "streaming", ()))  # type: ignore[arg-type]
        async with asyncio.timeout(5):
            await again.wait()
        kept.finished(turn)  # type: ignore[arg-type]
        await kept.settled()
