"""What comes after the page (keys, sounds): late it misses nothing, and lost it says so."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from playwright.async_api import Route, expect

from tests.browser.conftest import Visitor, Visitors
from tests.browser.world import World

pytestmark = pytest.mark.asyncio(loop_scope="session")

Handler = Callable[[Route], Awaitable[None]]


@pytest.fixture
def late(built: Path) -> str:
    """The file that comes last."""
    return next(one.name for one in built.glob("*.js") if "hitl-rings" in one.read_text("utf-8"))


async def reloaded(visitors: Visitors, late: str, handler: Handler) -> Visitor:
    """Ana's page once more, and this is done with that file."""
    ana = await visitors.agent("Ana")
    ana.allowed = ("ERR_FAILED",)
    await ana.page.route(f"**/{late}", handler)
    await ana.page.reload()
    await ana.live()
    return ana


def once(go_on: asyncio.Event) -> Handler:
    async def slowly(route: Route) -> None:
        await go_on.wait()
        await route.continue_()

    return slowly


async def test_a_key_that_was_pressed_too_early_is_answered(
    world: World, visitors: Visitors, late: str
) -> None:
    go_on = asyncio.Event()
    ana = await reloaded(visitors, late, once(go_on))
    world.ask("My lamp arrived damaged.")
    await expect(ana.page.locator("ol .row")).to_have_count(1)
    await ana.page.keyboard.press("n")
    go_on.set()
    await expect(ana.page.get_by_text("claimed by you")).to_be_visible()


async def test_a_key_that_was_pressed_too_early_decides_nothing_else(
    world: World, visitors: Visitors, late: str
) -> None:
    go_on = asyncio.Event()
    ana = await reloaded(visitors, late, once(go_on))
    world.ask("My lamp arrived damaged.")
    world.ask("Can I get money back for a gift card?")
    await expect(ana.page.locator("ol .row")).to_have_count(2)
    await ana.open("Refund promise")
    await ana.page.keyboard.press("a")
    await ana.open("Gift card")
    async with ana.page.expect_event("requestfinished", lambda one: one.url.endswith(late)):
        go_on.set()
    await ana.page.keyboard.press("?")
    await expect(ana.page.get_by_role("dialog")).to_be_visible()
    assert await ana.page.evaluate("sessionStorage.getItem('hitl-outbox') ?? '[]'") == "[]"
    await expect(ana.page.locator(".actions")).not_to_contain_text("You approved")


async def test_without_keys_and_sounds_the_page_says_so_and_answers_clicks(
    world: World, visitors: Visitors, late: str
) -> None:
    ana = await reloaded(visitors, late, lambda route: route.abort())
    await expect(ana.page.locator(".toast.problem")).to_contain_text("Keys and sounds cannot")
    world.ask("My lamp arrived damaged.")
    await ana.page.locator("ol .row").click()
    await ana.page.get_by_role("button", name="Approve").click()
    await expect(ana.page.locator(".toast.undo, .actions")).to_contain_text("You approved")
