"""Sent before the time to undo is over, on a real desk."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from hitl_chat.core.command import Person
from hitl_chat.core.effects import UpdateHold
from hitl_chat.core.types import Reason
from hitl_chat.errors import Conflict, Forbidden
from hitl_chat.runner import commands as do
from hitl_chat.runner.orders import Agent
from hitl_chat.runner.overview import Overview
from hitl_chat.store import events, people
from tests.runner.desk_world import ANA, BEN, DRAFT, REASONS, SUE, world
from tests.runner.test_asides import EDIT

SUES = people.Person("sue", "acme", "Sue", "supervisor")


async def test_the_same_decision_is_sent_at_once_and_once(tmp_path: Path) -> None:
    async with world(tmp_path, online=(ANA, BEN)) as here:
        turn = await here.held()
        made = await here.decide(ANA, turn, "reject", undo=3.0)
        with pytest.raises(Conflict) as refused:
            await here.perform(BEN, do.SendNow(made.id))
        assert refused.value.code == "settling"
        assert turn.heard == []
        assert (await here.work(ANA, do.SendNow(made.id))).state == "decided"
        assert turn.decision.action == "reject"
        again = await here.work(ANA, do.SendNow(made.id))
        assert again.decision is not None
        await here.after(3)
        assert len(turn.heard) == 1
        assert await here.types() == [
            *("hold.opened", "hold.proposed", "hold.hurried", "hold.decided", "hold.delivery")
        ]


async def test_a_supervisor_may_and_an_auditor_may_not(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        turn = await here.held()
        made = await here.decide(ANA, turn, "reject", undo=3.0)
        reader = Person("eva", "Eva", role="auditor")
        with pytest.raises(Forbidden):
            await here.perform(Agent(reader, "acme"), do.SendNow(made.id))
        assert (await here.work(SUE, do.SendNow(made.id))).state == "decided"


async def test_who_hurries_a_colleague_is_on_record_and_on_the_card(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        await here.db.write(lambda conn: people.add(conn, SUES, 1.0))
        turn = await here.held()
        made = await here.decide(ANA, turn, "reject", undo=3.0)
        await here.perform(SUE, do.SendNow(made.id))
        card = await Overview(here.desk).card("acme", made.id)
        steps = [(step.what, step.by and step.by.name) for step in card.background.trail]
        assert ("hurried", "Sue") in steps
        assert ("decided", "ana") in steps  # whose decision it is
        stored = (await here.hold(turn)).decision
        assert stored is not None
        assert (stored.by, stored.hurried_by) == ("ana", "sue")


async def test_who_takes_a_colleague_s_decision_back_is_on_record(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        turn = await here.held()
        for by in (SUE, ANA):
            made = await here.decide(ANA, turn, "reject", undo=3.0)
            assert (await here.work(by, do.Undo(made.id))).state == "claimed"
        found = await here.db.read(lambda conn: events.read(conn, "acme", "conv:conv_1"))
        assert [one.body["by"] for one in found if one.type == "hold.undone"] == ["sue", "ana"]


async def test_nobody_is_said_to_have_taken_back_what_the_checks_overtook(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        turn = await here.held()
        seen = {"draft_sha256": DRAFT.sha256(), "undo": 3.0}
        made = await here.decide(ANA, turn, "approve", **seen)
        more = UpdateHold((*REASONS, *REASONS), "whole", ())
        await here.desk.update_hold(made.id, more, DRAFT)
        found = await here.db.read(lambda conn: events.read(conn, "acme", "conv:conv_1"))
        assert [one.body["by"] for one in found if one.type == "hold.undone"] == ["system:desk"]


@pytest.mark.parametrize("found", [(), REASONS])
async def test_the_recheck_goes_on_is_not_begun_again_and_is_waited_for(
    tmp_path: Path, found: Sequence[Reason]
) -> None:
    go, reads = asyncio.Event(), []

    async def read(hold: Any, texts: Any) -> Sequence[Reason]:
        reads.append(texts)
        await go.wait()
        return found

    async with world(tmp_path, read=read) as here:
        turn = await here.held()
        made = await here.decide(ANA, turn, "edit", texts=EDIT, undo=3.0)
        assert (await here.work(ANA, do.SendNow(made.id))).state == "settling"
        assert turn.heard == []
        assert "hold.hurried" in await here.types()
        go.set()
        await turn.hears()
        assert turn.decision.texts == EDIT
        stored = (await here.hold(turn)).decision
        assert stored is not None
        assert stored.recheck == ("warned" if found else "clean")
        assert reads == [EDIT]
