"""Why a check spoke, in texts: on the agent's card, in one place of the record, nowhere else."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from sqlalchemy import Connection, select

from hitl_chat.core.evidence import Evidence, Finding, KnownAnswer
from hitl_chat.core.types import Reason
from hitl_chat.models.scripted import Scripted
from hitl_chat.ports import ModelCall
from hitl_chat.store import findings, holds
from hitl_chat.store.schema import event, text, verdict
from hitl_chat.store.schema_asides import hold_known
from tests.checks.knowing import BOTH
from tests.customer.front_end import token
from tests.world import World
from tests.world_client import Socket, held
from tests.world_console import console

RULES = """
rules:
  - name: says-otherwise
    when: {check: consistency, above: 0.5}
    on_no_agent: wait
"""
DRAFT = "You can return them within 90 days."
SAMPLES = ("Only faulty ones, within 30 days.", "If they are faulty you have 30 days.")


def said(call: ModelCall) -> list[tuple[float, str]]:
    """The draft; whoever asks again is told otherwise."""
    asked = call.body["messages"][-1]["content"]
    if "temperature" not in call.body:
        return [(0, DRAFT)]
    return [(0, SAMPLES["again" in asked] if "\n" not in asked else "Ask again?")]


@pytest.fixture
def model() -> Scripted:
    return Scripted(said)


@pytest.fixture
async def world(tmp_path: Path, model: Scripted) -> AsyncIterator[World]:
    async with World(tmp_path, RULES, models={"*": model}) as made:
        yield made


async def card_of(world: World, customer: Socket) -> dict[str, Any]:
    frame = await customer.until(held)
    async with console(world) as tab:
        stream = f"hold:{frame.hitl['hold_id']}"
        await tab.send({"type": "follow", "stream": stream})
        while True:
            card: dict[str, Any] = (await tab.until("card_reset"))["card"]
            if card["hold"]["draft_state"] == "whole":
                return card


async def test_the_card_shows_what_disagrees_and_where(world: World) -> None:
    card = await card_of(world, await world.ask("m", "May I return my headphones?"))
    (finding,) = card["findings"]
    assert finding["check"] == "consistency"
    assert finding["score"] >= 0.5
    assert finding["limits"] == {"says-otherwise": 0.5}
    assert finding["ms"] > 0
    (cluster,) = finding["evidence"]["clusters"]
    assert cluster["says"] == "30 days"
    assert {one["text"] for one in cluster["samples"]} == set(SAMPLES)
    assert sorted(one["reworded"] for one in cluster["samples"]) == [False, True]
    (span,) = card["hold"]["reasons"][0]["spans"]
    assert DRAFT[span["start"] : span["end"]] == "90"


async def test_no_customer_gets_any_of_it(world: World) -> None:
    plain = await world.ask("m", "May I?")
    aware = await world.send(
        b'{"model":"m","stream":true,"messages":[{"role":"user","content":"May I? I know."}]}',
        headers={"authorization": f"Bearer {await world.new_key('acme', aware=True)}"},
    )
    for customer in (plain, aware):
        frame = await customer.until(held)
        await world.people.approve(frame.hitl["hold_id"])
        await customer.rest()
        assert customer.text == DRAFT
        assert re.search(rb"30 days|similarity|evidence|clusters", customer.body) is None


async def test_its_texts_are_forgotten_with_the_others(world: World) -> None:
    customer = await world.ask("m", "May I?")
    hold = (await customer.until(held)).hitl["hold_id"]
    await world.people.approve(hold)
    await customer.rest()
    db = world.program.db
    kept = await db.read(lambda conn: findings.of_hold(conn, "acme", hold))
    assert kept[0].evidence.clusters
    rows = await db.read(lambda conn: conn.execute(select(text.c.ref, text.c.bytes)).all())
    assert [ref for ref, content in rows if b"30 days" in (content or b"")] == [f"{hold}/findings"]
    plain = await db.read(
        lambda conn: [
            *conn.execute(select(event.c.body)).scalars(),
            *conn.execute(select(verdict.c.detail)).scalars(),
        ]
    )
    assert not any("30 days" in each for each in plain)
    await db.forget(world.program.clock.now() + 1)
    assert await db.read(lambda conn: findings.of_hold(conn, "acme", hold)) == ()


async def test_a_known_answer_is_told_with_what_became_of_it(world: World) -> None:
    """As the check would say it: it needs an embedding model, which this world has not."""
    db, now = world.program.db, world.program.clock.now()
    known = KnownAnswer(BOTH.id, BOTH.question, BOTH.bad, BOTH.good, 0.93, by="ana")
    found = (Finding("known_bad", 0.9, evidence=Evidence(known=(known,))),)
    ids = []
    for question in ("May I?", "May I return them?", "And now?"):
        customer = await world.ask("m", question)
        ids.append((await customer.until(held)).hitl["hold_id"])
        await world.people.whole(ids[-1])

    def meet(conn: Connection) -> None:
        for ident in ids:
            hold = holds.get(conn, "acme", ident)
            assert hold is not None
            why = (Reason("x", "known_bad", "threshold"),)
            findings.keep(conn, replace(hold, reasons=why), found, now)

    await db.write(meet)
    await world.people.reject(ids[0])
    await world.people.approve(ids[1])
    past = await db.read(lambda conn: findings.history(conn, "acme", [BOTH.id], ids[2]))
    assert past[BOTH.id].holds == 2
    assert past[BOTH.id].decisions == {"approve": 1, "reject": 1}
    other = await db.read(lambda conn: findings.history(conn, "other", [BOTH.id], ids[2]))
    assert other == {}
    rows = await db.read(lambda conn: conn.execute(select(hold_known.c.known)).scalars().all())
    assert set(rows) == {BOTH.id}
    card = await world.program.overview.card("acme", ids[2])
    assert card.history[BOTH.id].decisions == {"approve": 1, "reject": 1}


# --- the customer, as the front end says --------------------------------------------------------

TOLD = {"customer": {"tier": "gold", "name": "Ana R."}}


async def test_what_the_front_end_says_of_its_customer_is_for_agents_only(
    world: World, model: Scripted
) -> None:
    customer = await world.ask("m", "May I?", metadata=TOLD)
    card = await card_of(world, customer)
    assert card["background"]["customer"] == {"name": "Ana R.", "tier": "gold"}
    await world.people.approve(card["hold"]["id"])
    await customer.rest()
    assert b"gold" not in customer.body
    assert not any("gold" in str(call.body) for call in model.calls)


async def test_a_browser_tells_nothing_of_itself(world: World) -> None:
    pass_ = await token(world, "conv_browser")
    customer = await world.ask(
        "m", "May I?", headers={"authorization": f"Bearer {pass_}"}, metadata=TOLD
    )
    card = await card_of(world, customer)
    assert card["background"]["customer"] == {}


async def test_what_cannot_be_shown_is_refused(world: World) -> None:
    customer = await world.ask("m", "May I?", metadata={"customer": {"tier": 3}})
    assert (await customer.rest()).status == 400
    assert customer.error["param"] == "metadata.customer.tier"
