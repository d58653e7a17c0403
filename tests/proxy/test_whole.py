"""Answers that are not streamed: a completion at once, or blanks while a hold waits, then one."""

import asyncio
from pathlib import Path

from tests.upstream import Until
from tests.world import FAST, World, patient
from tests.world_client import Socket
from tests.world_models import USAGE, call, replies, says
from tests.world_rules import SORRY, hold_all, rules, stop_at
from tests.world_wire import check_whole


async def held_whole(world: World, text: str = "I guarantee it.") -> tuple[Socket, str]:
    world.upstream.script("m", says(text))
    customer = await world.ask("m", stream=False)
    return customer, (await world.people.opened()).id


async def test_what_nothing_objects_to_is_the_model_s_own_answer(world: World) -> None:
    world.upstream.script("m", says("It is blue."))
    customer = await (await world.ask("m", stream=False)).rest()
    check_whole(customer)
    assert customer.text == "It is blue."
    assert customer.document["id"] == "chatcmpl-up"
    assert customer.document["usage"] == USAGE
    assert "hitl" not in customer.document
    assert int(customer.headers["content-length"]) == len(customer.body)


async def test_blanks_while_it_is_held_then_the_answer(world: World) -> None:
    customer, ident = await held_whole(world)
    await customer.beat(3)
    assert customer.status == 200
    assert bytes(customer.body) == b"\n" * len(customer.body)
    assert customer.headers["transfer-encoding"] == "chunked"
    await world.people.approve(ident)
    check_whole(await customer.rest())
    assert customer.text == "I guarantee it."
    assert (
        customer.document["hitl"].items()
        >= {
            "state": "final",
            "decision": "approved",
            "author": "ai",
            "hold_id": ident,
        }.items()
    )


async def test_decided_before_anything_was_committed_there_are_no_blanks(tmp_path: Path) -> None:
    async with World(tmp_path, waits=patient(FAST, commit_after=60.0, commit_whole=60.0)) as world:
        customer, ident = await held_whole(world)
        await world.people.edit(ident, "Perhaps.")
        check_whole(await customer.rest())
        assert customer.body.startswith(b"{")
        assert customer.text == "Perhaps."
        assert customer.document["hitl"]["decision"] == "edited"


async def test_rejected(world: World) -> None:
    customer, ident = await held_whole(world)
    await world.people.reject(ident)
    check_whole(await customer.rest())
    assert customer.text == SORRY
    assert customer.document["choices"][0]["finish_reason"] == "stop"
    assert customer.document["hitl"]["author"] == "policy"


async def test_all_of_it_can_still_be_edited(world: World) -> None:
    """Nothing was read, so the words before the objection wait as well."""
    customer, ident = await held_whole(world, "Sure. I guarantee it.")
    draft = await world.people.draft(ident)
    assert (dict(draft.sent), dict(draft.pending)) == ({}, {"0/content": "Sure. I guarantee it."})
    await world.people.edit(ident, "No.")
    assert (await customer.rest()).text == "No."


async def test_expired(tmp_path: Path) -> None:
    async with World(tmp_path, rules(stop_at(deadline=0.2))) as world:
        customer, _ = await held_whole(world)
        check_whole(await customer.rest())
        assert customer.text == SORRY
        assert customer.document["hitl"]["decision"] == "expired"


async def test_taken_over(world: World) -> None:
    customer, ident = await held_whole(world)
    conv = (await world.people.row(ident)).conv
    await world.people.decide(ident, "take_over")
    epoch = world.people.epoch(conv)
    await world.people.say(conv, epoch, "Hi, this is Ana.")
    await world.people.say(conv, epoch, "No.")
    check_whole(await customer.rest())
    assert customer.text == "Hi, this is Ana.\n\nNo."
    assert customer.document["hitl"]["author"] == "human"


async def test_a_slow_model_keeps_its_status_until_late(tmp_path: Path) -> None:
    """Without a hold blanks come late, so that a slow model's error can still be an error."""
    async with World(tmp_path, waits=patient(FAST, commit_after=0.01)) as world:
        go_on = asyncio.Event()
        world.upstream.script("m", lambda _: [Until(go_on), *says("x")(_)])
        customer = await world.ask("m", stream=False)
        await customer.beat(1)
        go_on.set()
        check_whole(await customer.rest())
        assert customer.text == "x"


async def test_http_1_0_gets_no_blanks_and_no_chunks(world: World) -> None:
    """As long as another one, over HTTP/1.1, has got its third blank, it has got nothing."""
    world.upstream.script("m", says("I guarantee it."))
    old, new = [await world.ask("m", stream=False, version=version) for version in ("1.0", "1.1")]
    idents = [(await world.people.opened(number)).id for number in (1, 2)]
    await new.beat(3)
    for ident in idents:
        await world.people.approve(ident)
    check_whole(await old.rest())
    assert old.text == "I guarantee it."
    assert "transfer-encoding" not in old.headers
    assert old.body.startswith(b"{")


async def test_http_1_0_streams_to_the_end_of_the_connection(world: World) -> None:
    world.upstream.script("m", says("It is blue."))
    customer = await (await world.ask("m", version="1.0")).rest()
    assert "transfer-encoding" not in customer.headers
    assert customer.ended == "closed"
    assert customer.text == "It is blue."
    assert customer.frames[-1].done


async def test_tool_calls_of_a_whole_answer(tmp_path: Path) -> None:
    async with World(tmp_path, rules(hold_all())) as world:
        world.upstream.script("m", replies({"tool_calls": [call("refund", "{}")]}, "tool_calls"))
        customer = await world.ask("m", stream=False)
        await world.people.approve((await world.people.opened()).id)
        check_whole(await customer.rest())
        choice = customer.document["choices"][0]
        assert choice["finish_reason"] == "tool_calls"
        assert choice["message"]["tool_calls"] == [call("refund", "{}")]
