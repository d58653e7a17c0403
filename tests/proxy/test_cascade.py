"""Cheap checks first, judges only while they can change something: through the whole proxy."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from hitl_chat.models.scripted import Scripted
from hitl_chat.ports import ModelCall
from tests.world import World
from tests.world_client import Socket, held

RULES = """
checks:
  rude: {kind: scripted, scores: {stupid: 0.9}}
  promises: {kind: judge, model: judge, criteria: promises, probe_every: 0}
rules:
  - name: rude-promise
    when: {all: [{check: rude}, {check: promises}]}
    on_no_agent: wait
"""
VERDICT = {"verdict": "bad", "quote": "We refund you.", "why": "a promise"}


@pytest.fixture
def judge() -> Scripted:
    return Scripted(lambda call: [(0, json.dumps(VERDICT))])


@pytest.fixture
async def world(tmp_path: Path, judge: Scripted) -> AsyncIterator[World]:
    def said(call: ModelCall) -> list[tuple[float, str]]:
        return [(0, sentence) for sentence in call.model.split("|")]

    models = {"judge": judge, "*": Scripted(said)}
    async with World(tmp_path, RULES, models=models) as made:
        yield made


async def test_a_polite_answer_is_never_judged(world: World, judge: Scripted) -> None:
    customer = await world.ask("Hello. |We refund you. |Bye.", "Hi")
    assert (await customer.rest()).text == "Hello. We refund you. Bye."
    assert judge.calls == []


async def test_once_it_matters_the_judge_reads_all_of_it(world: World, judge: Scripted) -> None:
    customer = await world.ask("We refund you. |You are stupid. |Bye.", "Hi")
    hold = await judged(world, customer)
    prompts = [call.body["messages"][0]["content"] for call in judge.calls]
    assert any("We refund you. You are stupid." in prompt for prompt in prompts)
    await world.people.approve(hold)
    assert (await customer.rest()).text == "We refund you. You are stupid. Bye."


async def test_a_judge_that_makes_no_sense_holds(
    world: World, judge: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(VERDICT, "verdict", "fine")
    customer = await world.ask("You are stupid. |Bye.", "Hi")
    hold = await judged(world, customer)
    assert judge.calls
    await world.people.approve(hold)
    assert (await customer.rest()).text == "You are stupid. Bye."


async def judged(world: World, customer: Socket) -> str:
    """The hold, once nobody owes a verdict any more."""
    ident: str = (await customer.until(held)).hitl["hold_id"]
    await world.people.hold(
        ident, lambda hold: hold.draft_state == "whole" and not hold.outstanding
    )
    return ident
