"""Agents who race, leave or never come, and whose voice a conversation has (rows 72 to 77, 82, 87).

How consoles reconnect and repeat themselves is in tests/server and tests/browser.
"""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from hitl_chat.errors import HitlError
from hitl_chat.models.scripted import Scripted
from tests.upstream import Until
from tests.world import FAST, World, patient
from tests.world_client import Inside, held, with_text
from tests.world_history import check
from tests.world_models import chunks, document, says
from tests.world_people import ANA, BEN, SUE
from tests.world_rules import SORRY_AFTER, rule, rules, stop_at
from tests.world_wire import check_stream

DRAFT = "Sure. I guarantee it."
CALM = patient(FAST, heartbeat=30.0, check_frame=30.0, commit_after=30.0)


async def said(what: Any) -> str:
    """What became of a command: "done", or the code of its refusal."""
    try:
        await what
    except HitlError as refused:
        return refused.code
    return "done"


async def test_fifty_decide_at_once(tmp_path: Path) -> None:
    """72: one of them does, the others learn who; the customer gets that one's decision."""
    async with World(tmp_path) as world:
        world.upstream.script("m", says(DRAFT))
        customer = await world.ask("m")
        ident = (await customer.until(held)).hitl["hold_id"]
        await world.people.whole(ident)
        texts = [f"answer {number}." for number in range(50)]
        racing = (
            said(world.people.edit(ident, text, (ANA, BEN, SUE)[at % 3]))
            for at, text in enumerate(texts)
        )
        ends = await asyncio.gather(*racing)
        assert ends.count("done") == 1
        assert set(ends) <= {"done", "decided", "settling", "claimed", "stale_version"}
        check_stream(await customer.rest())
        assert customer.text == f"Sure. I {texts[ends.index('done')]}"
        await check(world.program.db, customer)


async def test_an_agent_claims_and_disconnects(tmp_path: Path) -> None:
    """74: the lease runs out, the hold is everybody's again."""
    async with World(tmp_path) as world:
        world.people.come(ANA)
        world.people.come(BEN)
        world.upstream.script("m", says(DRAFT))
        customer = await world.ask("m")
        ident = (await customer.until(held)).hitl["hold_id"]
        await world.people.whole(ident)
        await world.people.claim(ident, ANA)
        assert await said(world.people.reject(ident, BEN)) == "claimed"
        world.people.go(ANA)
        await world.people.hold(ident, lambda hold: hold.state == "open")
        await world.people.reject(ident, BEN)
        assert (await customer.rest()).text == f"Sure. I {SORRY_AFTER}"


async def test_an_agent_disconnects_while_speaking(tmp_path: Path) -> None:
    """75: the conversation stays a person's; the model never takes it back by itself."""
    async with World(tmp_path, waits=patient(FAST, takeover_wait=0.3)) as world:
        world.people.come(ANA)
        world.upstream.script("m", says(DRAFT))
        customer = await world.ask("m", conv="c1")
        await world.people.decide((await customer.until(held)).hitl["hold_id"], "take_over")
        world.people.go(ANA)
        await world.people.event("conversation.unattended")
        await customer.rest()
        asked = len(world.upstream.seen)
        again = await (await world.ask("m", "Hello?", conv="c1")).rest()
        assert "guarantee" not in again.text
        assert len(world.upstream.seen) == asked
        world.people.come(BEN)
        epoch = await world.people.take_over("c1", BEN)
        answered = await world.ask("m", "Hello??", conv="c1")
        await answered.until(lambda frame: frame.state == "human")
        await world.people.say("c1", epoch, "Ben here.", BEN)
        assert "Ben here." in (await answered.rest()).text


async def test_an_agent_disconnects_and_nobody_is_left(tmp_path: Path) -> None:
    """75: a customer is told so at once, instead of waiting for nobody; the model stays silent."""
    async with World(tmp_path, waits=patient(FAST, takeover_wait=600.0)) as world:
        world.people.come(ANA)
        epoch = await world.people.take_over(await begun(world))
        world.people.go(ANA)
        await world.people.event("conversation.unattended")
        told = await (await world.ask("m", "Hello?", conv="c1")).rest()
        check_stream(told)
        assert told.text == "A colleague will reply here."
        assert world.upstream.seen == []
        world.people.come(BEN)
        waits = await world.ask("m", "Hello??", conv="c1")
        await waits.until(lambda frame: frame.state == "human")
        assert await world.people.take_over("c1", BEN) > epoch
        await world.people.say("c1", world.people.epoch("c1"), "Ben here.", BEN)
        assert "Ben here." in (await waits.rest()).text


async def test_an_agent_disconnects_while_a_customer_waits_and_nobody_is_left(
    tmp_path: Path,
) -> None:
    """75: who waits already is told so, too, when somebody else would be looked for."""
    async with World(tmp_path, waits=patient(FAST, takeover_wait=600.0)) as world:
        world.people.come(ANA)
        await world.people.take_over(await begun(world))
        waits = await world.ask("m", "Hello?", conv="c1")
        await waits.until(lambda frame: frame.state == "human")
        world.people.go(ANA)
        told = await waits.rest()
        check_stream(told)
        assert told.text == "A colleague will reply here."
        assert world.upstream.seen == []


async def begun(world: World) -> str:
    """A conversation in which nothing was said yet."""
    await world.program.customers.begin("acme", "c1")
    return "c1"


ENDLESS = [(1.0, raw) for _, raw in chunks(*[document({"content": "m "})] * 10_000)]


async def at_a_pace(_: float) -> None:
    """Fast, but ten thousand words take longer than any takeover."""
    await asyncio.sleep(0.001)


async def test_a_takeover_in_the_middle_of_an_answer(tmp_path: Path) -> None:
    """76: confirmed means that no word of the model is handed to a transport any more."""
    model = Scripted(lambda _: ENDLESS, sleep=at_a_pace)
    async with World(tmp_path, models={"m": model}, waits=CALM, served=False) as world:
        for number in range(40):
            await taken_over(world, f"c{number}", number % 20)
        assert (model.cancelled, model.running) == (40, 0)
        await check(world.program.db)


async def taken_over(world: World, conv: str, words: int) -> None:
    customer = world.inside("m", metadata={"conversation_id": conv})
    while len(customer.frames) <= words and not customer.ended:
        assert await customer.more()
    epoch = await world.people.take_over(conv)
    before = customer.text
    await world.people.say(conv, epoch, "It is me.")
    await customer.rest()
    assert customer.text[len(before) :].strip() == "It is me."
    await customer.gone()


@pytest.mark.parametrize("first", ["take_over", "approve"])
async def test_a_takeover_and_an_approval_at_once(tmp_path: Path, first: str) -> None:
    """76: five hundred races, half of them with each ahead; one voice, and the loser is told."""
    async with World(tmp_path, waits=CALM, served=False) as world:
        world.upstream.script("m", says(DRAFT))
        for batch in range(10):
            numbers = range(batch * 25, batch * 25 + 25)
            await asyncio.gather(*(raced(world, f"c{n}", first) for n in numbers))
        await check(world.program.db)


async def raced(world: World, conv: str, first: str) -> None:
    customer: Inside = world.inside("m", metadata={"conversation_id": conv})
    ident = str((await customer.until(held)).hitl["hold_id"])
    await world.people.whole(ident)
    taking = said(world.people.take_over(conv, ANA))
    approving = said(world.people.approve(ident, BEN))
    ways = (taking, approving) if first == "take_over" else (approving, taking)
    ends = dict(zip(("first", "second"), await asyncio.gather(*ways), strict=True))
    taken, approved = ends.values() if first == "take_over" else reversed(ends.values())
    row = await world.people.row(ident)
    assert row.decision is not None
    if row.decision.action == "approve":
        assert approved == "done"
        await customer.rest()
        assert customer.text == DRAFT
    else:
        assert (taken, row.decision.action) == ("done", "take_over")
        assert approved != "done"
        assert "guarantee" not in customer.text
    await customer.gone()
    assert "guarantee" not in customer.text or row.decision.action == "approve"


async def test_handed_back_while_a_message_waits(tmp_path: Path) -> None:
    """77: the model answers it, once, and knows what was said."""
    async with World(tmp_path) as world:
        world.upstream.script("m", says(DRAFT))
        customer = await world.ask("m", conv="c1")
        await world.people.decide((await customer.until(held)).hitl["hold_id"], "take_over")
        epoch = world.people.epoch("c1")
        await world.people.say("c1", epoch, "One moment.")
        await customer.rest()
        world.upstream.script("m", says("It is blue."))
        pending = await world.ask("m", "And the colour?", conv="c1")
        await pending.until(lambda frame: frame.state == "human")
        asked = len(world.upstream.seen)
        await world.people.hand_back("c1", epoch, "Answered the first question.")
        check_stream(await pending.rest())
        assert pending.text == "It is blue."
        assert len(world.upstream.seen) == asked + 1
        assert "Answered the first question." in str(world.upstream.seen[-1].body["messages"])
        await world.people.event("conversation.handed_back")
        await check(world.program.db, customer, pending)


ASKING = rules(
    rule("judged", {"check": "judge"}, on_no_agent="wait", fallback_after_text=SORRY_AFTER),
    checks={"judge": {"kind": "scripted", "scores": {"red": 0.9}}},
)


async def test_handed_back_the_checks_judge_the_new_answer(tmp_path: Path) -> None:
    """77: those of the answer before were cancelled, and mean nothing for this one."""
    async with World(tmp_path, ASKING) as world:
        world.upstream.script("m", says("It is blue. And", Until(asyncio.Event())))
        customer = await world.ask("m", conv="c1")
        await customer.until(with_text("It is blue."))
        epoch = await world.people.take_over("c1")
        await customer.until(lambda frame: frame.state == "human")
        world.upstream.script("m", says("It is green. ", "It is red."))
        await world.people.hand_back("c1", epoch)
        ident = (await customer.until(held)).hitl["hold_id"]
        assert customer.text.split() == ["It", "is", "blue.", "It", "is", "green."]
        await world.people.approve(ident)
        assert (await customer.rest()).text.endswith("It is green. It is red.")
        await check(world.program.db, customer)


@pytest.mark.parametrize(("what", "text"), [("fallback_text", SORRY_AFTER), ("block", SORRY_AFTER)])
async def test_nobody_is_online(tmp_path: Path, what: str, text: str) -> None:
    """82: what the rule says is done at once, not after the deadline; and it is on record."""
    long = rules(stop_at(on_no_agent=what, deadline=600))
    async with World(tmp_path, long) as world:
        world.upstream.script("m", says(DRAFT))
        customer = await (await world.ask("m")).rest()
        check_stream(customer)
        assert customer.text == f"Sure. I {text}"
        row = await world.people.opened()
        assert row.decision is not None
        assert (row.decision.by, row.decision.action) == ("system:no_agent", what)


async def test_somebody_is_online(tmp_path: Path) -> None:
    """82: then the same rule waits; away counts as nobody."""
    long = rules(stop_at(on_no_agent="fallback_text", deadline=600))
    async with World(tmp_path, long) as world:
        world.people.come(ANA)
        world.upstream.script("m", says(DRAFT, Until(asyncio.Event())))
        customer = await world.ask("m")
        ident = (await customer.until(held)).hitl["hold_id"]
        await customer.beat(2)
        assert (await world.people.row(ident)).alive
        await world.people.away(ANA)
        world.upstream.script("n", says(DRAFT))
        assert (await (await world.ask("n")).rest()).text == f"Sure. I {SORRY_AFTER}"


async def test_nobody_ever_answers(tmp_path: Path) -> None:
    """87: the deadline decides; the hold stays to be seen, as expired."""
    async with World(tmp_path, rules(stop_at(deadline=0.3))) as world:
        world.people.come(ANA)
        world.upstream.script("m", says(DRAFT))
        customer = await (await world.ask("m")).rest()
        assert customer.text == f"Sure. I {SORRY_AFTER}"
        row = await world.people.opened()
        assert row.decision is not None
        assert row.decision.by == "system:deadline"
        shown = await (await world.get(f"/v1/holds/{row.id}")).rest()
        assert (shown.document["state"], shown.document["decision"]) == ("decided", "expired")
        assert await said(world.people.reject(row.id)) == "decided"
