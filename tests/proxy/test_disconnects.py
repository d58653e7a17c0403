"""Customers who hang up: the model stops at once, a hold does not."""

import asyncio
from pathlib import Path

import pytest

from tests.upstream import Until
from tests.world import World
from tests.world_client import held
from tests.world_models import says
from tests.world_rules import rules, stop_at

DRAFT = "Sure. I guarantee it."


@pytest.mark.parametrize("streamed", [True, False])
@pytest.mark.parametrize("how", ["fin", "rst"])
async def test_the_model_is_cancelled(world: World, streamed: bool, how: str) -> None:
    never = asyncio.Event()
    world.upstream.script("m", says("It is ", Until(never), "blue."))
    customer = await world.ask("m", stream=streamed)
    await world.upstream.until(lambda up: up.running == 1)
    customer.reset() if how == "rst" else customer.hang_up()
    await world.upstream.until(lambda up: up.gone == 1)
    assert [event for event in world.people.events if event.stream != "rules"] == []


async def test_a_customer_who_leaves_at_once(world: World) -> None:
    never = asyncio.Event()
    world.upstream.script("m", says("It is ", Until(never), "blue."))
    (await world.ask("m")).reset()
    await world.hangs_up(await world.ask("m"))
    await world.upstream.until(lambda up: up.running == 0)


async def test_a_held_draft_is_finished_without_its_customer(world: World) -> None:
    go_on = asyncio.Event()
    world.upstream.script("m", says(DRAFT, Until(go_on), " Truly."))
    customer = await world.ask("m", conv="c1")
    ident = (await customer.until(held)).hitl["hold_id"]
    await customer.gone()
    left = await world.people.event("hold.customer_left", hold=ident)
    assert left.body["hold"] == ident
    go_on.set()
    row = await world.people.whole(ident)
    assert row.draft_state == "whole"
    draft = await world.people.draft(ident)
    assert dict(draft.pending) == {"0/content": "guarantee it. Truly."}
    assert world.upstream.gone == 0


async def test_a_hold_nobody_waits_for_goes_last_but_stays(world: World) -> None:
    world.upstream.script("m", says(DRAFT))
    customer = await world.ask("m", conv="c1")
    ident = (await customer.until(held)).hitl["hold_id"]
    await customer.gone()
    await world.people.event("hold.sunk", hold=ident)
    row = await world.people.row(ident)
    assert (row.band, row.state) == (2, "open")


async def test_its_decision_is_kept_for_who_asks_again(world: World) -> None:
    world.upstream.script("m", says(DRAFT))
    customer = await world.ask("m", conv="c1")
    ident = (await customer.until(held)).hitl["hold_id"]
    await world.hangs_up(customer)
    await world.people.edit(ident, "hope so.")
    row = await world.people.hold(ident, lambda hold: hold.delivery == "undelivered")
    assert row.decision is not None
    again = await (await world.ask("m", conv="c1")).rest()
    assert again.text == "Sure. I hope so."


async def test_cancelled_with_its_customer_where_the_rule_says_so(tmp_path: Path) -> None:
    async with World(tmp_path, rules(stop_at(on_disconnect="cancel"))) as world:
        world.upstream.script("m", says(DRAFT))
        customer = await world.ask("m", conv="c1")
        ident = (await customer.until(held)).hitl["hold_id"]
        await customer.gone()
        await world.people.event("hold.cancelled", hold=ident)
        assert (await world.people.row(ident)).state == "cancelled"
        with pytest.raises(Exception, match="cancelled"):
            await world.people.decide(ident, "reject")


async def test_a_hold_of_a_whole_answer_outlives_its_customer(world: World) -> None:
    world.upstream.script("m", says(DRAFT))
    customer = await world.ask("m", stream=False, conv="c1")
    ident = (await world.people.opened()).id
    await customer.gone()
    await world.people.event("hold.customer_left", hold=ident)
    await world.people.edit(ident, "Perhaps.")
    again = await (await world.ask("m", stream=False, conv="c1")).rest()
    assert again.text == "Perhaps."


async def test_nothing_is_left_behind(world: World) -> None:
    """A hundred hung up at every moment: no turn, no task, no call to the model is left."""
    world.upstream.script("m", says("It is ", "blue. ", "And ", "so ", "on."))
    await (await world.ask("m")).rest()
    tasks = len(asyncio.all_tasks())
    for number in range(100):
        customer = await world.ask("m")
        if number % 2:
            await customer.head()
        (customer.reset if number % 3 else customer.hang_up)()
    await (await world.ask("m")).rest()
    async with asyncio.timeout(8):
        while world.program.turns.running or len(asyncio.all_tasks()) > tasks:  # noqa: ASYNC110
            await asyncio.sleep(0)
    await world.upstream.until(lambda up: up.running == 0)
