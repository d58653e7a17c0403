"""Requests that come again: when they attach to a running turn, and when they must not."""

import asyncio
from itertools import count
from pathlib import Path

import pytest

from tests.upstream import Until
from tests.world import FAST, World, history, patient, request
from tests.world_client import Socket, held
from tests.world_models import says
from tests.world_rules import hold_all, rules, stop_at
from tests.world_wire import check_error, check_stream, check_whole

DRAFT = "Sure. I guarantee it."


async def abandoned(world: World, **more: object) -> str:
    """A hold whose customer has hung up, and the server has seen it."""
    number = len([e for e in world.people.events if e.type == "hold.opened"]) + 1
    customer = await world.ask("m", **more)  # type: ignore[arg-type]
    ident = (await world.people.opened(number)).id
    await customer.gone()
    await world.people.event("hold.customer_left", hold=ident)
    return ident


async def many(world: World, number: int, body: bytes) -> list[Socket]:
    """So many customers with the same request, some at a time."""
    customers: list[Socket] = []
    while len(customers) < number:
        customers += await asyncio.gather(*(world.send(body) for _ in range(50)))
    return customers


@pytest.mark.parametrize("streamed", [True, False])
async def test_the_same_request_follows_the_running_hold(world: World, streamed: bool) -> None:
    world.upstream.script("m", says(DRAFT))
    ident = await abandoned(world, conv="c1", stream=streamed)
    again = await world.ask("m", conv="c1", stream=streamed)
    await world.people.event("hold.customer_back", hold=ident)
    await world.people.approve(ident)
    (check_stream if streamed else check_whole)(await again.rest())
    assert again.text == DRAFT
    assert len(world.upstream.seen) == 1


async def test_what_was_sent_is_sent_again(world: World) -> None:
    world.upstream.script("m", says(DRAFT))
    ident = await abandoned(world, conv="c1")
    again = await world.ask("m", conv="c1")
    frame = await again.until(held)
    assert frame.hitl["hold_id"] == ident
    assert again.text == "Sure. I "


async def test_another_body_is_another_turn(world: World) -> None:
    """... which waits for its conversation's first."""
    world.upstream.script("m", says(DRAFT))
    ident = await abandoned(world, conv="c1")
    other = await world.ask("m", "Something else.", conv="c1")
    await world.people.reject(ident)
    second = (await world.people.opened(2)).id
    assert second != ident
    await world.people.approve(second)
    assert (await other.rest()).text == DRAFT


async def test_not_while_somebody_still_listens(world: World) -> None:
    world.upstream.script("m", says(DRAFT))
    first = await world.ask("m", conv="c1")
    await first.until(held)
    second = await world.ask("m", conv="c1")
    ident = (await world.people.opened()).id
    await world.people.reject(ident)
    await first.rest()
    await world.people.approve((await world.people.opened(2)).id)
    assert (await second.rest()).text == DRAFT
    assert first.text != second.text


async def test_two_strangers_with_the_same_words_never_meet(world: World) -> None:
    world.upstream.script("m", says(DRAFT))
    ident = await abandoned(world)
    stranger = await world.ask("m")
    other = (await world.people.opened(2)).id
    assert other != ident
    await world.people.edit(ident, "For the first one only.")
    await world.people.reject(other)
    assert "first one" not in (await stranger.rest()).text


async def test_a_history_with_our_own_words_is_proof(world: World) -> None:
    world.upstream.script("m", says("It is blue."))
    first = await (await world.ask("m", "Which colour?")).rest()
    world.upstream.script("m", says(DRAFT))
    told = history("Which colour?", "It is blue.", "May I have it?")
    ident = await abandoned(world, messages=told)
    assert (await world.people.row(ident)).conv == first.conversation
    again = await world.ask("m", messages=told)
    await world.people.event("hold.customer_back", hold=ident)
    await world.people.approve(ident)
    assert (await again.rest()).text == DRAFT


async def test_a_history_that_the_client_made_up_is_none(world: World) -> None:
    world.upstream.script("m", says(DRAFT))
    told = history("Which colour?", "It is green.", "May I have it?")
    ident = await abandoned(world, messages=told)
    again = await world.ask("m", messages=told)
    assert (await world.people.opened(2)).id != ident
    await again.until(held)


async def test_where_two_holds_fit_it_is_a_new_turn(world: World) -> None:
    """Two customers with one history, word for word: neither gets the other's decision."""
    world.upstream.script("m", says("It is blue."))
    await (await world.ask("m", "Which colour?")).rest()
    world.upstream.script("m", says(DRAFT))
    told = history("Which colour?", "It is blue.", "May I have it?")
    one, two = await world.ask("m", messages=told), await world.ask("m", messages=told)
    idents = [(await world.people.opened(number)).id for number in (1, 2)]
    for customer in (one, two):
        await customer.gone()
    for ident in idents:
        await world.people.event("hold.customer_left", hold=ident)
    third = await world.ask("m", messages=told)
    assert (await world.people.opened(3)).id not in idents
    await third.until(held)


async def test_no_model_call_and_no_rate_for_a_retry(world: World) -> None:
    world.upstream.script("m", says(DRAFT))
    ident = await abandoned(world, conv="c1")
    for number in range(1, 6):
        again = await world.ask("m", conv="c1")
        await world.people.event("hold.customer_back", number, hold=ident)
        await again.gone()
        await world.people.event("hold.customer_left", number + 1, hold=ident)
    assert len(world.upstream.seen) == 1


async def test_decided_while_nobody_listened_the_retry_gets_it(world: World) -> None:
    world.upstream.script("m", says(DRAFT))
    ident = await abandoned(world, conv="c1")
    await world.people.edit(ident, "hope so.")
    await world.people.hold(ident, lambda hold: hold.delivery == "undelivered")
    again = await (await world.ask("m", conv="c1")).rest()
    check_stream(again)
    assert again.text == "Sure. I hope so."
    await world.people.hold(ident, lambda hold: hold.delivery == "delivered")
    assert len(world.upstream.seen) == 1


async def test_once_delivered_the_same_words_are_a_new_question(world: World) -> None:
    world.upstream.script("m", says(DRAFT))
    customer = await world.ask("m", conv="c1")
    ident = (await customer.until(held)).hitl["hold_id"]
    await world.people.approve(ident)
    await customer.rest()
    await world.people.hold(ident, lambda hold: hold.delivery == "delivered")
    world.upstream.script("m", says("Again: no."))
    again = await (await world.ask("m", conv="c1")).rest()
    assert again.text == "Again: no."


async def test_an_answer_that_was_not_held_is_not_replayed(world: World) -> None:
    """Nobody knows whether it was read: the model is asked again."""
    go_on = asyncio.Event()
    world.upstream.script("m", says("It is ", Until(go_on), "blue."))
    customer = await world.ask("m", conv="c1")
    await customer.until(lambda frame: bool(frame.text))
    await customer.gone()
    await world.upstream.until(lambda up: up.gone == 1)
    go_on.set()
    again = await (await world.ask("m", conv="c1")).rest()
    assert again.text == "It is blue."
    assert len(world.upstream.seen) == 2


# --- with a key --------------------------------------------------------------------------------

KEY = {"idempotency-key": "order-17"}


async def test_with_a_key_retries_run_side_by_side(world: World) -> None:
    """2 to 20 at once: one model call, one hold, the same answer for all."""
    world.upstream.script("m", says(DRAFT))
    customers = await asyncio.gather(*(world.ask("m", headers=KEY) for _ in range(20)))
    for customer in customers:
        await customer.until(held)
    await world.people.approve((await world.people.opened()).id)
    for customer in customers:
        check_stream(await customer.rest())
    assert {customer.text for customer in customers} == {DRAFT}
    assert len(world.upstream.seen) == 1
    assert len([e for e in world.people.events if e.type == "hold.opened"]) == 1


async def test_another_body_under_the_same_key_is_refused(world: World) -> None:
    world.upstream.script("m", says(DRAFT))
    first = await world.ask("m", headers=KEY)
    await first.until(held)
    other = await (await world.ask("m", "Something else.", headers=KEY)).rest()
    check_error(other, 422, "idempotency_mismatch", "idempotency-key")


async def test_another_body_is_refused_after_the_answer_too(world: World) -> None:
    world.upstream.script("m", says("Sure."))
    await (await world.ask("m", headers=KEY)).rest()
    other = await (await world.ask("m", "Something else.", headers=KEY)).rest()
    check_error(other, 422, "idempotency_mismatch", "idempotency-key")


async def test_the_answer_is_kept_for_its_key(world: World) -> None:
    world.upstream.script("m", says("Sure."))
    first = await (await world.ask("m", headers=KEY)).rest()
    again = await (await world.ask("m", headers=KEY)).rest()
    check_stream(again)
    assert again.text == first.text == "Sure."
    assert len(world.upstream.seen) == 1


async def test_another_tenant_s_key_is_another_key(world: World) -> None:
    world.upstream.script("m", says("Sure."))
    await (await world.ask("m", headers=KEY)).rest()
    world.key = await world.new_key("other")
    await (await world.ask("m", "Something else.", headers=KEY)).rest()
    assert len(world.upstream.seen) == 2


async def test_a_key_whose_answer_broke_off_is_answered_anew(world: World) -> None:
    go_on = asyncio.Event()
    world.upstream.script("m", says("It is ", Until(go_on), "blue."))
    customer = await world.ask("m", headers=KEY)
    await customer.until(lambda frame: bool(frame.text))
    await customer.gone()
    await world.upstream.until(lambda up: up.gone == 1)
    go_on.set()
    again = await (await world.ask("m", headers=KEY)).rest()
    check_stream(again)
    assert again.text == "It is blue."


async def test_a_key_whose_hold_was_cancelled_is_answered_anew(tmp_path: Path) -> None:
    """... and nothing of the draft that nobody decided about comes back with it."""
    async with World(tmp_path, rules(stop_at(on_disconnect="cancel"))) as world:
        world.upstream.script("m", says(DRAFT))
        customer = await world.ask("m", headers=KEY)
        ident = (await customer.until(held)).hitl["hold_id"]
        await customer.gone()
        await world.people.event("hold.cancelled", hold=ident)
        world.upstream.script("m", says("No."))
        again = await (await world.ask("m", headers=KEY)).rest()
        check_stream(again)
        assert again.text == "No."


async def test_a_key_whose_model_failed_may_try_again(world: World) -> None:
    failed = await (await world.ask("fault-flaky-1", headers=KEY)).rest()
    assert failed.status == 502
    again = await (await world.ask("fault-flaky-1", headers=KEY)).rest()
    assert again.status == 200, again.body
    assert again.text == "Hello"


async def test_a_key_that_is_too_long(world: World) -> None:
    customer = await (await world.ask("m", headers={"idempotency-key": "x" * 256})).rest()
    check_error(customer, 400, "invalid_request", "idempotency-key")


# --- many --------------------------------------------------------------------------------------


@pytest.mark.slow
async def test_a_thousand_with_the_same_words_each_get_their_own_answer(tmp_path: Path) -> None:
    """One key, one body, no ids: a thousand strangers, each with an answer of their own."""
    numbers = count()
    calm = patient(FAST, commit_after=60.0, heartbeat=60.0, check_frame=60.0)
    async with World(tmp_path, rules(hold_all()), waits=calm) as world:
        world.upstream.script("m", lambda seen: says(f"answer {next(numbers)}")(seen))
        customers = await many(world, 1000, request("m", "Where is my parcel?"))
        holds = [await world.people.opened(number) for number in range(1, 1001)]
        for at in range(0, 1000, 50):
            await asyncio.gather(*(world.people.approve(hold.id) for hold in holds[at : at + 50]))
        texts = [(await customer.rest()).text for customer in customers]
        assert len(set(texts)) == 1000
        assert len(world.upstream.seen) == 1000
        assert len({customer.conversation for customer in customers}) == 1000
