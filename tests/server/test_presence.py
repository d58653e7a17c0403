"""Whether a customer is there, as the console of whoever speaks with them is told."""

from pathlib import Path
from typing import Any

from tests.customer.front_end import following
from tests.server.console_world import Tab
from tests.world import World
from tests.world_client import held
from tests.world_console import console
from tests.world_models import says

DRAFT = "Sure. I guarantee it."
C1 = "conv:c1"


async def here(tab: Tab, there: bool) -> None:
    await tab.until("presence", stream=C1, here=there)


async def taken_over(world: World, tab: Tab) -> Any:
    """A customer asks, and Ana speaks with them."""
    world.upstream.script("m", says(DRAFT))
    customer = await world.ask("m", conv="c1")
    await customer.until(held)
    await tab.send({"type": "follow", "stream": C1, "seq": None})
    await here(tab, there=True)
    assert (await tab.command("taking", "take_over", conversation="c1"))["ok"]
    return customer


async def test_who_hangs_up_is_seen_to_leave_and_to_come_again(tmp_path: Path) -> None:
    async with World(tmp_path) as world, console(world) as ana:
        customer = await taken_over(world, ana)
        await customer.gone()
        await here(ana, there=False)
        again = await world.ask("m", "Are you there?", conv="c1")
        await here(ana, there=True)
        await again.gone()
        await here(ana, there=False)


async def test_a_page_that_follows_is_a_customer_who_is_there(tmp_path: Path) -> None:
    async with World(tmp_path) as world, console(world) as ana:
        customer = await taken_over(world, ana)
        async with following(world, "c1") as page:
            await page.until("reset")
            await customer.gone()
            while world.program.desk.voices.here("acme", "c1"):
                await page.beat(page.beats + 1)
            await ana.send({"type": "unfollow", "stream": C1})
            await ana.send({"type": "follow", "stream": C1, "seq": None})
            await ana.until("talk_reset")
            assert (await ana.until("presence"))["here"]
        await here(ana, there=False)


async def test_a_console_that_comes_again_is_told_how_it_stands(tmp_path: Path) -> None:
    async with World(tmp_path) as world, console(world) as ana:
        customer = await taken_over(world, ana)
        async with console(world, "Ben") as ben:
            await ben.send({"type": "follow", "stream": C1, "seq": None})
            await here(ben, there=True)
            await customer.gone()
            await here(ben, there=False)


async def test_who_asks_again_for_what_somebody_took_over_is_there(tmp_path: Path) -> None:
    """The same request again: it finds the turn that waits for a person already."""
    async with World(tmp_path) as world, console(world) as ana:
        world.upstream.script("m", says(DRAFT))
        customer = await world.ask("m", conv="c1")
        await customer.until(held)
        await customer.gone()
        await world.people.event("hold.customer_left")
        await ana.send({"type": "follow", "stream": C1, "seq": None})
        await here(ana, there=False)
        assert (await ana.command("taking", "take_over", conversation="c1"))["ok"]
        again = await world.ask("m", conv="c1")
        await here(ana, there=True)
        await again.gone()
        await here(ana, there=False)
