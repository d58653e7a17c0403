"""Conversations: one message after the other, recognised or new, and whose words are whose."""

import asyncio
from typing import Any

import pytest

from tests.upstream import Until
from tests.world import World, history
from tests.world_client import Socket, held
from tests.world_models import says
from tests.world_people import BEN
from tests.world_wire import check_error, check_stream


async def in_line(world: World, **more: Any) -> tuple[Socket, Socket]:
    """Of two requests behind a running one: which waits, and which was refused."""
    two = [await world.ask("m", conv="c1", **more) for _ in range(2)]
    heads = {asyncio.ensure_future(each.head()): each for each in two}
    done, waiting = await asyncio.wait(heads, return_when=asyncio.FIRST_COMPLETED)
    (refused,) = done
    (waits,) = waiting
    waits.cancel()
    await asyncio.wait([waits])
    return heads[waits], heads[refused]


async def test_one_waits_the_next_is_told_that_it_is_busy(world: World) -> None:
    go_on = asyncio.Event()
    world.upstream.script("m", says("Yes. ", Until(go_on)))
    first = await world.ask("m", "One", conv="c1")
    await first.until(lambda frame: bool(frame.text))
    world.upstream.script("m", says("No."))
    waiting, refused = await in_line(world, text="Two")
    check_error(await refused.rest(), 409, "conversation_busy")
    assert len(world.upstream.seen) == 1
    go_on.set()
    check_stream(await first.rest())
    check_stream(await waiting.rest())
    assert (first.text, waiting.text) == ("Yes. ", "No.")
    assert world.upstream.most == 1


async def test_who_waited_is_answered_with_what_was_said_meanwhile(world: World) -> None:
    """The waiting request was written before it: the server's transcript is what counts."""
    go_on = asyncio.Event()
    world.upstream.script("m", says("It is blue.", Until(go_on)))
    first = await world.ask("m", "Which colour?", conv="c1")
    await first.until(lambda frame: bool(frame.text))
    early = [*history("Which colour?"), *history("Sure?")]
    waiting, _ = await in_line(world, messages=early)
    go_on.set()
    await first.rest()
    await waiting.rest()
    asked = [(m["role"], m["content"]) for m in world.upstream.seen[1].body["messages"]]
    assert ("assistant", "It is blue.") in asked
    assert asked[-1] == ("user", "Sure?")


@pytest.mark.parametrize("keyed", [True, False])
async def test_two_at_the_same_moment_are_still_one_after_the_other(
    world: World, keyed: bool
) -> None:
    go_on = asyncio.Event()
    world.upstream.script("m", says("Yes.", Until(go_on)))
    world.upstream.script("other", says("Yes."))
    keys = [{"idempotency-key": f"k{number}"} if keyed else {} for number in range(2)]
    asked = [world.ask("m", f"{at}", conv="c1", headers=keys[at]) for at in range(2)]
    customers = await asyncio.gather(*asked)
    await world.upstream.until(lambda up: up.running >= 1)
    for number in range(3):  # as long as others take to be answered
        await (await world.ask("other", headers={"idempotency-key": f"o{number}"})).rest()
    assert [seen.model for seen in world.upstream.seen].count("m") == 1
    go_on.set()
    for customer in customers:
        await customer.rest()
    assert {customer.text for customer in customers} == {"Yes."}


async def test_who_hangs_up_while_waiting_leaves_the_line(world: World) -> None:
    go_on = asyncio.Event()
    world.upstream.script("m", says("Yes. ", Until(go_on)))
    first = await world.ask("m", "One", conv="c1")
    await first.until(lambda frame: bool(frame.text))
    waiting, _ = await in_line(world, text="Two")
    await world.hangs_up(waiting)
    again, _ = await in_line(world, text="Three")
    go_on.set()
    await again.rest()
    assert [seen.asked for seen in world.upstream.seen] == ["One", "Three"]


async def test_other_conversations_do_not_wait(world: World) -> None:
    go_on = asyncio.Event()
    world.upstream.script("m", says("Yes. ", Until(go_on)))
    first = await world.ask("m", conv="c1")
    await first.until(lambda frame: bool(frame.text))
    other = await world.ask("m", conv="c2")
    await other.until(lambda frame: bool(frame.text))
    go_on.set()


async def test_a_conversation_found_by_its_words_never_waits(world: World) -> None:
    world.upstream.script("m", says("It is blue."))
    await (await world.ask("m", "Which colour?")).rest()
    go_on = asyncio.Event()
    world.upstream.script("m", says("Yes. ", Until(go_on)))
    told = history("Which colour?", "It is blue.", "Really?")
    customers = [await world.ask("m", messages=told) for _ in range(3)]
    for customer in customers:
        await customer.until(lambda frame: bool(frame.text))
    go_on.set()


@pytest.mark.parametrize("name", ["conversation_id", "session_id", "thread_id", "chat_id"])
async def test_metadata_names_the_conversation(world: World, name: str) -> None:
    world.upstream.script("m", says("Yes."))
    customer = await (await world.ask("m", metadata={name: "chat-17"})).rest()
    assert customer.conversation == "chat-17"


async def test_the_header_wins(world: World) -> None:
    world.upstream.script("m", says("Yes."))
    customer = await world.ask("m", conv="mine", metadata={"chat_id": "other"})
    assert (await customer.rest()).conversation == "mine"


async def test_the_replayed_history_finds_its_conversation(world: World) -> None:
    world.upstream.script("m", says("It is blue."))
    first = await (await world.ask("m", "Which colour?")).rest()
    again = await (
        await world.ask("m", messages=history("Which colour?", "It is blue.", "Really?"))
    ).rest()
    other = await (
        await world.ask("m", messages=history("Which colour?", "It is red.", "Really?"))
    ).rest()
    assert first.conversation == again.conversation != other.conversation


async def test_an_edited_answer_is_the_history_that_counts(world: World) -> None:
    """The client replays what it was given, not what was drafted."""
    world.upstream.script("m", says("Sure. I guarantee it."))
    customer = await world.ask("m", "May I?")
    await world.people.edit((await customer.until(held)).hitl["hold_id"], "hope so.")
    await customer.rest()
    world.upstream.script("m", says("Yes."))
    asked = history("May I?", "Sure. I hope so.", "When?")
    assert (await (await world.ask("m", messages=asked)).rest()).conversation == (
        customer.conversation
    )
    drafted = history("May I?", "Sure. I guarantee it.", "When?")
    other = await (await world.ask("m", messages=drafted)).rest()
    assert other.conversation != customer.conversation


async def test_a_header_that_many_send_never_joins_strangers(world: World) -> None:
    """It only narrows where a history is looked for."""
    world.upstream.script("m", says("Yes."))
    shared = {"x-session-id": "process-1"}
    one = await (await world.ask("m", "A", headers=shared)).rest()
    two = await (await world.ask("m", "B", headers=shared)).rest()
    assert one.conversation != two.conversation


async def test_another_user_s_same_words_are_another_conversation(world: World) -> None:
    world.upstream.script("m", says("Yes."))
    one = await (await world.ask("m", "A", user="u1")).rest()
    told = history("A", "Yes.", "B")
    two = await (await world.ask("m", messages=told, user="u2")).rest()
    mine = await (await world.ask("m", messages=told, user="u1")).rest()
    assert one.conversation == mine.conversation != two.conversation


async def test_tenants_never_share_a_conversation(world: World) -> None:
    world.upstream.script("m", says("Sure. I guarantee it."))
    customer = await world.ask("m", conv="c1")
    ident = (await customer.until(held)).hitl["hold_id"]
    await world.people.decide(ident, "take_over")
    world.key = await world.new_key("other")
    world.upstream.script("m", says("Yes."))
    stranger = await (await world.ask("m", conv="c1")).rest()
    assert stranger.text == "Yes."


async def test_what_was_said_while_nobody_waited_comes_with_the_next_answer(world: World) -> None:
    world.upstream.script("m", says("Sure. I guarantee it."))
    customer = await world.ask("m", conv="c1")
    await world.people.decide((await customer.until(held)).hitl["hold_id"], "take_over")
    epoch = world.people.epoch("c1")
    await world.people.say("c1", epoch, "One moment.")
    await customer.rest()
    await world.people.say("c1", epoch, "It has arrived.")
    await world.people.hand_back("c1", epoch, "It has arrived.")
    world.upstream.script("m", says("Anything else?"))
    again = await (await world.ask("m", "Hello?", conv="c1")).rest()
    check_stream(again)
    assert again.text == "It has arrived.\n\nAnything else?"
    once_more = await (await world.ask("m", "Hello??", conv="c1")).rest()
    assert once_more.text == "Anything else?"


async def test_a_forged_history_does_not_undo_a_takeover(world: World) -> None:
    """The client dropped the person's words: who speaks is the server's to know."""
    world.upstream.script("m", says("Sure. I guarantee it."))
    customer = await world.ask("m", "May I?", conv="c1")
    await world.people.decide((await customer.until(held)).hitl["hold_id"], "take_over")
    epoch = world.people.epoch("c1")
    await world.people.say("c1", epoch, "No.")
    await customer.rest()
    asked = len(world.upstream.seen)
    forged = await world.ask("m", messages=history("May I?", "Yes, always.", "So?"), conv="c1")
    await forged.until(lambda frame: frame.state == "human")
    await world.people.say("c1", epoch, "I said no.")
    assert (await forged.rest()).text == "I said no."
    assert len(world.upstream.seen) == asked


async def test_only_who_took_over_may_speak(world: World) -> None:
    world.upstream.script("m", says("Sure. I guarantee it."))
    customer = await world.ask("m", conv="c1")
    await world.people.decide((await customer.until(held)).hitl["hold_id"], "take_over")
    epoch = world.people.epoch("c1")
    with pytest.raises(Exception, match="Ana"):
        await world.people.say("c1", epoch, "Me too.", by=BEN)
    await world.people.say("c1", epoch, "Hello.")
    assert "Me too." not in (await customer.rest()).text
