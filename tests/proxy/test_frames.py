"""The frames of a streamed answer, as the wire protocol lists them, through every ending."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from tests.upstream import Until, event
from tests.world import FAST, World, patient
from tests.world_client import Answer, held
from tests.world_models import USAGE, document, says, stream, usage
from tests.world_people import ANA
from tests.world_rules import SORRY, SORRY_AFTER, rule, rules, stop_at, words
from tests.world_wire import check_stream

DRAFT = ("Sure. I guar", "antee it. Trust me.")


async def held_half(world: World, *texts: str, **more: Any) -> tuple[Answer, str]:
    """A customer whose answer is held, and the hold's id."""
    world.upstream.script("m", says(*(texts or DRAFT)))
    customer = await world.ask("m", "May I have a refund?", **more)
    frame = await customer.until(held)
    return customer, str(frame.hitl["hold_id"])


async def test_what_nothing_objects_to_comes_as_the_model_sent_it(tmp_path: Path) -> None:
    calm = patient(FAST, heartbeat=60.0, check_frame=60.0, commit_after=60.0)
    async with World(tmp_path, waits=calm) as world:
        world.upstream.script("m", says("Sure. ", "It is blue."))
        customer = await (await world.ask("m")).rest()
    check_stream(customer)
    assert customer.text == "Sure. It is blue."
    assert customer.states == []
    assert {frame.chunk["id"] for frame in customer.frames[:-1]} == {"chatcmpl-up"}


async def test_usage_comes_when_it_was_asked_for(world: World) -> None:
    world.upstream.script("m", says("Sure."))
    customer = await (await world.ask("m", stream_options={"include_usage": True})).rest()
    check_stream(customer, usage=True)
    assert customer.frames[-2].chunk["usage"] == USAGE


async def test_usage_does_not_come_unasked(world: World) -> None:
    world.upstream.script("m", says("Sure."))
    customer = await (await world.ask("m")).rest()
    check_stream(customer, usage=False)


@pytest.mark.parametrize("wanted", [True, False])
async def test_figures_that_a_model_sends_unasked_go_to_who_asked(
    world: World, wanted: bool
) -> None:
    """Naive loops read a choice in every chunk."""
    steps = stream(document({"role": "assistant", "content": "Sure."}))
    world.upstream.script("m", [*steps[:-2], event(usage()), *steps[-2:]])
    asked: dict[str, Any] = {"stream_options": {"include_usage": True}} if wanted else {}
    customer = await (await world.ask("m", **asked)).rest()
    check_stream(customer, usage=wanted)
    assert customer.text == "Sure."


async def test_usage_comes_after_a_decision_too(world: World) -> None:
    customer, hold = await held_half(world, stream_options={"include_usage": True})
    await world.people.edit(hold, "maybe.")
    check_stream(await customer.rest(), usage=True)
    assert customer.frames[-2].chunk["usage"] == USAGE


async def test_the_hold_frame_says_what_waits(world: World) -> None:
    customer, ident = await held_half(world)
    frame = next(frame for frame in customer.frames if held(frame))
    row = await world.people.row(ident)
    assert frame.delta == {}
    assert frame.hitl == {
        "v": 1,
        "state": "held",
        "hold_id": ident,
        "conversation_id": customer.conversation,
        "seq": frame.hitl["seq"],
        "since": int(row.opened_at),
        "expires": int(row.deadline_at),
        "notice": "A colleague is checking this answer.",
    }


async def test_beats_after_text_bring_empty_content(world: World) -> None:
    customer, ident = await held_half(world)
    await customer.beat(3)
    beats = [f for f in customer.frames if f.state == "held" and not held(f)]
    assert [beat.delta for beat in beats] == [{"content": ""}] * 3
    assert {beat.hitl["hold_id"] for beat in beats} == {ident}


async def test_beats_before_text_bring_nothing(world: World) -> None:
    customer, _ = await held_half(world, "guarantee!", " And more.")
    await customer.beat(3)
    first, *beats = customer.frames
    assert held(first)
    assert first.delta == {"role": "assistant"}
    assert [beat.delta for beat in beats] == [{}] * len(beats)


async def test_approved(world: World) -> None:
    customer, ident = await held_half(world)
    await world.people.approve(ident)
    check_stream(await customer.rest())
    assert customer.text == "".join(DRAFT)
    shown = [state for state in customer.states if state != "checking"]  # only a slow one says so
    assert shown == ["held", "released", "final"]
    tag = next(f.hitl for f in customer.frames if f.state == "released")
    assert (tag["decision"], tag["author"], tag["hold_id"]) == ("approved", "ai", ident)
    assert tag["delivery_id"]


async def test_edited(world: World) -> None:
    customer, ident = await held_half(world)
    await world.people.edit(ident, "cannot promise that.")
    check_stream(await customer.rest())
    assert customer.text == "Sure. I cannot promise that."
    tag = next(f.hitl for f in customer.frames if f.state == "released")
    assert (tag["decision"], tag["author"]) == ("edited", "human")
    assert customer.frames[-2].hitl["author"] == "human"
    assert customer.finishes == ["stop"]


async def test_rejected_before_any_text(world: World) -> None:
    customer, ident = await held_half(world, "guarantee!")
    await world.people.reject(ident)
    check_stream(await customer.rest())
    assert customer.text == SORRY
    tag = next(f.hitl for f in customer.frames if f.state == "released")
    assert (tag["decision"], tag["author"]) == ("rejected", "policy")
    assert customer.finishes == ["stop"]


async def test_rejected_after_half_an_answer(world: World) -> None:
    customer, ident = await held_half(world)
    await world.people.reject(ident)
    check_stream(await customer.rest())
    assert customer.text == f"Sure. I {SORRY_AFTER}"


@pytest.mark.parametrize(
    ("terms", "text", "decision"),
    [
        ({"on_deadline": "fallback_text"}, SORRY_AFTER, "expired"),
        ({"on_deadline": "release"}, "guarantee it. Trust me.", "auto_released"),
        ({"on_deadline": "block"}, SORRY_AFTER, "blocked"),
    ],
)
async def test_nobody_decided_in_time(
    tmp_path: Path, terms: dict[str, str], text: str, decision: str
) -> None:
    async with World(tmp_path, rules(stop_at(deadline=0.2, **terms))) as world:
        customer, ident = await held_half(world)
        check_stream(await customer.rest())
        assert customer.text == f"Sure. I {text}"
        tag = next(f.hitl for f in customer.frames if f.state == "released")
        assert (tag["decision"], tag["hold_id"]) == (decision, ident)
        assert tag["author"] == ("ai" if decision == "auto_released" else "policy")


async def test_nobody_is_there_to_decide(tmp_path: Path) -> None:
    async with World(tmp_path, rules(stop_at(on_no_agent="fallback_text"))) as world:
        world.upstream.script("m", says(*DRAFT))
        customer = await (await world.ask("m")).rest()
        check_stream(customer)
        assert customer.text == f"Sure. I {SORRY_AFTER}"


async def test_blocked_without_a_hold(tmp_path: Path) -> None:
    blocking = rule("never", words("guarantee"), then="block", fallback=SORRY)
    async with World(tmp_path, rules(blocking)) as world:
        world.upstream.script("m", says("guarantee!", " And more."))
        customer = await (await world.ask("m")).rest()
        check_stream(customer)
        assert customer.text == SORRY
        assert customer.states[-1:] == ["final"]


async def test_withdrawn_after_it_was_read(tmp_path: Path) -> None:
    watching = rule(
        "watch", words("guarantee"), then="watch", fallback_after_text="We promise nothing."
    )
    async with World(tmp_path, rules(watching)) as world:
        go_on = asyncio.Event()
        world.upstream.script("m", says("I guarantee it", ". ", Until(go_on), "More."))
        customer = await world.ask("m")
        await customer.until(lambda frame: frame.state == "corrected")
        go_on.set()
        check_stream(await customer.rest())
        tag = next(f for f in customer.frames if f.state == "corrected")
        assert tag.text == "\n\n[Correction] We promise nothing."
        assert tag.hitl["replace"] == {"from": 0, "text": "We promise nothing."}
        assert customer.text.endswith(tag.text)


async def test_a_person_takes_over_speaks_and_leaves(world: World) -> None:
    customer, ident = await held_half(world)
    conv = customer.conversation
    await world.people.decide(ident, "take_over")
    shown = await customer.until(lambda frame: frame.state == "human")
    assert shown.delta == {}
    assert (shown.hitl["agent"], shown.hitl["typing"]) == ({"display": "Ana"}, False)
    epoch = world.people.epoch(conv)
    await asyncio.gather(  # the second comes before the answer ends for want of more
        world.people.say(conv, epoch, "Hi, this is Ana."),
        world.people.say(conv, epoch, "How can I help?"),
    )
    check_stream(await customer.rest())
    assert customer.text == "Sure. I \n\nHi, this is Ana.\n\nHow can I help?"
    said = [f for f in customer.frames if f.text and f.state == "human"]
    assert [f.hitl["author"] for f in said] == ["human", "human"]
    assert len({f.hitl["message_id"] for f in said}) == 2
    assert customer.finishes == ["stop"]


async def test_a_conversation_that_is_taken_over_is_answered_by_its_person(world: World) -> None:
    customer, ident = await held_half(world, conv="c1")
    await world.people.decide(ident, "take_over")
    epoch = world.people.epoch("c1")
    await world.people.say("c1", epoch, "One moment.")
    await customer.rest()
    asked = len(world.upstream.seen)
    again = await world.ask("m", "Are you there?", conv="c1")
    await again.until(lambda frame: frame.state == "human")
    await world.people.say("c1", epoch, "I am.")
    check_stream(await again.rest())
    assert again.text == "I am."
    assert len(world.upstream.seen) == asked


async def test_handed_back_the_model_answers_and_knows(world: World) -> None:
    customer, ident = await held_half(world, conv="c1")
    await world.people.decide(ident, "take_over")
    await customer.until(lambda frame: frame.state == "human")
    world.upstream.script("m", says("It is ", "blue."))
    epoch = world.people.epoch("c1")
    await world.people.hand_back("c1", epoch, "I told them to wait.")
    check_stream(await customer.rest())
    assert customer.text.endswith("It is blue.")
    tag = next(f.hitl for f in customer.frames if f.state == "ai")
    assert tag["reason"] == "handed_back"
    assert "I told them to wait." in str(world.upstream.seen[-1].body["messages"])


async def test_nobody_answers_though_somebody_took_over(tmp_path: Path) -> None:
    async with World(tmp_path, waits=patient(FAST, takeover_wait=0.2)) as world:
        customer, ident = await held_half(world)
        await world.people.decide(ident, "take_over")
        check_stream(await customer.rest())
        assert customer.text == f"Sure. I \n\n{ANA.person.name} will reply here."


async def test_a_verdict_that_is_long_in_coming_is_shown_as_checking(tmp_path: Path) -> None:
    """Text that waits (here: for the end of a possible match) is announced, once."""
    async with World(tmp_path) as world:
        go_on = asyncio.Event()
        world.upstream.script("m", says("Is it guar", Until(go_on), "ded?"))
        customer = await world.ask("m")
        frame = await customer.until(lambda f: f.state == "checking")
        assert not frame.text
        await customer.beat(2)
        go_on.set()
        check_stream(await customer.rest())
        assert customer.text == "Is it guarded?"


async def test_a_client_that_is_not_aware_learns_no_scores_and_no_names(world: World) -> None:
    customer, ident = await held_half(world)
    await world.people.approve(ident)
    await customer.rest()
    assert b"no-promises" not in customer.body
    assert b"patterns" not in customer.body
    assert b"Ana" not in customer.body


async def test_an_aware_client_learns_why_and_who_decided(world: World) -> None:
    world.key = await world.new_key("acme", aware=True)
    customer, ident = await held_half(world)
    frame = next(frame for frame in customer.frames if held(frame))
    assert frame.hitl["reasons"][0]["rule"] == "no-promises"
    await world.people.approve(ident)
    await customer.rest()
    (released,) = [frame for frame in customer.frames if frame.state == "released"]
    assert released.hitl["reviewer"] == "Ana"


@pytest.mark.parametrize("aware", [True, False])
async def test_a_whole_answer_tells_an_aware_client_the_same(world: World, aware: bool) -> None:
    world.key = await world.new_key("acme", aware=aware)
    world.upstream.script("m", says("I guarantee it."))
    customer = await world.ask("m", stream=False)
    await world.people.approve((await world.people.opened()).id)
    told = json.loads((await customer.rest()).body)["hitl"]
    reasons = [reason["rule"] for reason in told.get("reasons", ())]
    assert (reasons, told.get("reviewer")) == ((["no-promises"], "Ana") if aware else ([], None))


async def test_nobody_reviewed_what_nobody_decided(tmp_path: Path) -> None:
    async with World(tmp_path, rules(stop_at(deadline=0.05))) as world:
        world.key = await world.new_key("acme", aware=True)
        world.upstream.script("m", says("I guarantee it."))
        told = json.loads((await (await world.ask("m", stream=False)).rest()).body)["hitl"]
        assert told["decision"] == "expired"
        assert "reviewer" not in told
