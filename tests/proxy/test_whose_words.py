"""Whose words are whose, and that none is lost: carried, said, half said, and said again."""

import asyncio
from pathlib import Path

import msgspec
import pytest

from hitl_chat.settings import Limits, Settings
from hitl_chat.store import messages
from tests.upstream import Reset, Until
from tests.upstream_wire import Script
from tests.world import FAST, World, history, patient
from tests.world_client import PATIENCE, Socket, held, with_text
from tests.world_models import document, says, stream
from tests.world_people import ANA
from tests.world_rules import rule, rules, stop_at
from tests.world_wire import check_stream, check_whole

DRAFT = "Sure. I guarantee it."


async def said_unheard(world: World, conv: str = "c1") -> None:
    """A person spoke while nobody waited, and handed back."""
    world.upstream.script("m", says("Hello."))
    await (await world.ask("m", conv=conv)).rest()
    await recorded(world)
    epoch = await world.people.take_over(conv)
    await world.people.say(conv, epoch, "It has arrived.")
    await world.people.hand_back(conv, epoch, "Told them that it has arrived.")


async def recorded(world: World) -> None:
    """No turn runs any more, and what they left is on record."""
    async with asyncio.timeout(PATIENCE):
        while world.program.turns.running:  # noqa: ASYNC110 (it tells nobody)
            await asyncio.sleep(0)
    await world.program.desk.tasks.settled()
    await world.program.db.write(lambda conn: None, behind=True)


async def transcript(world: World, conv: str = "c1") -> list[tuple[str, str | None]]:
    stored = await world.program.db.read(lambda conn: messages.transcript(conn, "acme", conv))
    return [(each.author, each.text) for each in stored]


@pytest.mark.parametrize("streamed", [True, False])
async def test_words_that_were_not_heard_come_with_the_next_answer_once(
    world: World, streamed: bool
) -> None:
    await said_unheard(world)
    world.upstream.script("m", says("Anything else?"))
    again = await (await world.ask("m", "Hello?", conv="c1", stream=streamed)).rest()
    (check_stream if streamed else check_whole)(again)
    assert again.text == "It has arrived.\n\nAnything else?"
    once = await (await world.ask("m", "Hello??", conv="c1", stream=streamed)).rest()
    assert once.text == "Anything else?"


async def test_words_are_not_delivered_with_an_error(world: World) -> None:
    """Neither does the model know of the hand-back yet."""
    await said_unheard(world)
    world.upstream.script("m", [Reset()])
    failed = await (await world.ask("m", "Hello?", conv="c1", stream=False)).rest()
    assert failed.status >= 500
    world.upstream.script("m", says("Anything else?"))
    again = await (await world.ask("m", "Hello??", conv="c1")).rest()
    assert again.text == "It has arrived.\n\nAnything else?"
    assert "Told them that it has arrived." in str(world.upstream.seen[-1].body["messages"])


async def test_words_for_a_whole_answer_that_nobody_got_come_again(tmp_path: Path) -> None:
    """Until the body is sent, nobody has heard anything."""
    async with World(tmp_path, waits=patient(FAST, linger=60.0, takeover_wait=60.0)) as world:
        world.upstream.script("m", says("Hello."))
        await (await world.ask("m", conv="c1")).rest()
        await recorded(world)
        epoch = await world.people.take_over("c1")
        customer = await world.ask("m", conv="c1", stream=False)
        await customer.beat()
        await world.people.say("c1", epoch, "It has arrived.")
        await customer.gone()
        await recorded(world)
        await world.people.hand_back("c1", epoch)
        world.upstream.script("m", says("Anything else?"))
        again = await (await world.ask("m", "Hello?", conv="c1", stream=False)).rest()
        assert again.text == "It has arrived.\n\nAnything else?"


async def test_half_an_answer_before_a_takeover_is_in_the_transcript(world: World) -> None:
    world.upstream.script("m", says("It is blue. And", Until(asyncio.Event())))
    customer = await world.ask("m", "Which colour?", conv="c1")
    await customer.until(with_text("And"))
    epoch = await world.people.take_over("c1")
    await world.people.say("c1", epoch, "It is green.")
    await customer.rest()
    await recorded(world)
    assert await transcript(world) == [
        ("customer", "Which colour?"),
        ("ai", "It is blue. And"),
        ("human", "It is green."),
    ]


async def test_half_an_answer_and_the_one_after_the_hand_back_are_two_messages(
    world: World,
) -> None:
    world.upstream.script("m", says("It is blue. And", Until(asyncio.Event())))
    customer = await world.ask("m", "Which colour?", conv="c1")
    await customer.until(with_text("And"))
    epoch = await world.people.take_over("c1")
    await customer.until(lambda frame: frame.state == "human")
    world.upstream.script("m", says("It is green."))
    await world.people.hand_back("c1", epoch)
    check_stream(await customer.rest())
    assert customer.frames[-2].hitl.get("author", "ai") == "ai"
    await recorded(world)
    assert (await transcript(world))[1:] == [("ai", "It is blue. And"), ("ai", "It is green.")]
    told = history("Which colour?", "It is blue. And\n\nIt is green.", "Thanks.")
    again = await (await world.ask("m", messages=told)).rest()
    assert again.conversation == "c1"


async def lost(world: World, action: str, **more: object) -> None:
    """A decided answer whose customer was gone; the retry is to get it."""
    customer: Socket = await world.ask("m", conv="c1", **more)  # type: ignore[arg-type]
    ident = (await world.people.opened()).id
    await customer.gone()
    await world.people.event("hold.customer_left", hold=ident)
    await (world.people.approve(ident) if action == "approve" else world.people.edit(ident, "No."))


@pytest.mark.parametrize("streamed", [True, False])
@pytest.mark.parametrize(("action", "finish"), [("approve", "length"), ("edit", "stop")])
async def test_a_retry_hears_how_the_model_ended_unless_a_person_did(
    world: World, streamed: bool, action: str, finish: str
) -> None:
    world.upstream.script("m", says(DRAFT, finish="length"))
    await lost(world, action, stream=streamed)
    again = await (await world.ask("m", conv="c1", stream=streamed)).rest()
    finishes = again.finishes if streamed else [again.document["choices"][0]["finish_reason"]]
    assert finishes == [finish]


async def test_a_retry_is_told_whose_words_it_gets(world: World) -> None:
    world.upstream.script("m", says(DRAFT))
    await lost(world, "edit")
    again = await (await world.ask("m", conv="c1")).rest()
    authors = [(f.text, f.hitl.get("author")) for f in again.frames if f.text]
    assert authors[-1] == ("No.", "human")


@pytest.mark.parametrize(("action", "author"), [("approve", "ai"), ("edit", "human")])
async def test_a_repetition_after_a_restart_is_told_whose_words_it_gets(
    tmp_path: Path, action: str, author: str
) -> None:
    keyed = {"idempotency-key": "k"}
    async with World(tmp_path) as world:
        world.upstream.script("m", says(DRAFT, finish="length"))
        customer = await world.ask("m", conv="c1", headers=keyed)
        ident = (await customer.until(held)).hitl["hold_id"]
        await (world.people.approve(ident) if author == "ai" else world.people.edit(ident, "No."))
        await customer.rest()
        key = world.key
    async with World(tmp_path) as world:
        world.key = key
        again = await (await world.ask("m", conv="c1", headers=keyed)).rest()
        assert again.text == customer.text
        assert again.frames[-2].hitl["author"] == author
        assert again.finishes == ["length" if author == "ai" else "stop"]
        assert world.upstream.seen == []


async def test_a_second_hold_is_held(world: World) -> None:
    """... though the first was decided: by somebody who handed back without a word."""
    world.upstream.script("m", says(DRAFT))
    customer = await world.ask("m", conv="c1")
    await world.people.decide((await customer.until(held)).hitl["hold_id"], "take_over", ANA)
    await world.people.hand_back("c1", world.people.epoch("c1"))
    second = (await customer.until(held)).hitl["hold_id"]
    beat = await customer.until(lambda frame: not frame.text)
    assert (beat.state, beat.hitl["hold_id"]) == ("held", second)
    await world.people.approve(second)
    assert (await customer.rest()).text.endswith(DRAFT)


async def test_one_too_many_at_the_same_moment_gets_a_503(tmp_path: Path) -> None:
    async with World(tmp_path, limits=Limits(turns=1), served=False) as world:
        world.upstream.script("m", says("Hello.", Until(asyncio.Event())))
        asked = [world.inside("m", metadata={"conversation_id": name}) for name in ("a", "b")]
        answers = await asyncio.gather(*(customer.head() for customer in asked))
        assert sorted(answer.status for answer in answers) == [200, 503]
        for customer in asked:
            await customer.gone()


def reported(name: str) -> Script:
    """A model that answers under this name."""
    return lambda seen: stream(
        {**document({"role": "assistant"}), "model": name}, document({"content": "Hello."})
    )


class Renamed(World):
    """Its models are called otherwise where they come from."""

    def settings(self) -> Settings:
        settings = super().settings()
        known = {
            name: msgspec.structs.replace(about, model="real")
            for name, about in settings.models.items()
        }
        return msgspec.structs.replace(settings, models=known)


@pytest.mark.parametrize(("reports", "is_held"), [("real-2024", False), ("other", True)])
async def test_another_model_than_was_asked_for(
    tmp_path: Path, reports: str, is_held: bool
) -> None:
    """What counts is the name that its provider was given, not the client's."""
    strict = rule("swapped", {"ended": "model_mismatch"}, on_no_agent="wait", strictness="answer")
    async with Renamed(tmp_path, rules(strict, stop_at())) as world:
        world.upstream.script("m", says("Hello."))
        world.upstream.script("real", reported(reports))
        customer = await world.ask("mine")
        if is_held:
            assert (await customer.until(held)).hitl["hold_id"]
        else:
            assert (await customer.rest()).text == "Hello."
