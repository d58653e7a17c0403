"""axe on the rarer states of every page, in both themes, wide and narrow: no violations."""

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import Visitor, Visitors
from tests.browser.customers import asks, complained
from tests.browser.scenes.stage import NARROW, WIDE
from tests.browser.test_accessible import BROKEN, Theme, findings
from tests.browser.test_wall import at_the_wall
from tests.browser.world import World

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.parametrize("theme", ["light", "dark"]),
    pytest.mark.slow,  # several visitors, and axe reads every page more than once
]
STOPS = {
    "Hold everything": "Everything is held.",
    "Block everything": "Everything is blocked.",
    "Pass everything": "Everything passes, unchecked.",
}


async def both_sizes(page: Page) -> list[str]:
    """What axe finds when there is room, and when there is little; nothing is wider than that."""
    found = []
    for width, height in (NARROW, WIDE):
        await page.set_viewport_size({"width": width, "height": height})
        found += await findings(page)
        if await page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append(f"wider than {width} pixels")
    return found


async def themed(visitors: Visitors, theme: Theme) -> Visitor:
    return await visitors.new(reduced_motion="reduce", color_scheme=theme)


async def test_the_lane(world: World, visitors: Visitors, theme: Theme) -> None:
    ana = await (await themed(visitors, theme)).sign_in("Ana")
    ana.allowed = ("ERR_FAILED",)
    page, press = ana.page, ana.page.keyboard.press
    await page.goto(f"{world.origin}/lane")
    await expect(page.get_by_text("Nothing to review")).to_be_visible()
    assert await both_sizes(page) == []
    await complained(visitors, "You are closed on Saturdays!")
    await page.reload()
    await expect(page.locator(".row")).to_have_count(1)
    await press("j")
    await expect(page.get_by_text("You are closed on Saturdays!")).to_be_visible()
    await page.locator("summary").focus()
    await press("Enter")
    assert await both_sizes(page) == []
    await press("?")
    await expect(page.get_by_role("dialog")).to_be_visible()
    assert await both_sizes(page) == []
    await press("Escape")
    await press("c")
    await expect(page.get_by_label("What is right instead")).to_be_focused()
    assert await both_sizes(page) == []
    await page.route("**/console/**", lambda route: route.abort())
    await press("Control+Enter")
    await expect(page.get_by_role("alert")).to_contain_text("cannot be reached")
    await expect(page.locator(".standing")).to_contain_text("Connection lost")
    assert await both_sizes(page) == []


async def test_the_wall(world: World, visitors: Visitors, theme: Theme) -> None:
    dee = await at_the_wall(visitors, reduced_motion="reduce", color_scheme=theme)
    dee.allowed = ("ERR_FAILED",)
    page = dee.page
    await expect(page.get_by_text("Nobody is online.")).to_be_visible()
    for button, said in STOPS.items():
        await page.get_by_role("button", name=button).click()
        await page.get_by_role("button", name="Yes, do it").click()
        await expect(page.get_by_text(said)).to_be_visible()
        assert await both_sizes(page) == []
    await page.get_by_label("Message").fill("Lunch is late.")
    await page.get_by_role("button", name="Send").click()
    await expect(page.get_by_text("Sent.")).to_be_visible()
    assert await both_sizes(page) == []
    await page.route("**/console/wall**", lambda route: route.abort())
    await expect(page.locator(".standing")).to_contain_text("does not answer")
    assert await both_sizes(page) == []
    await page.reload()
    await expect(page.locator("main")).to_contain_text("does not answer")
    assert await both_sizes(page) == []


async def test_the_console(world: World, visitors: Visitors, theme: Theme) -> None:
    ana = await (await themed(visitors, theme)).sign_in("Ana")
    dee = await at_the_wall(visitors)
    page = ana.page
    await dee.page.get_by_role("button", name="Pass everything").click()
    await dee.page.get_by_role("button", name="Yes, do it").click()
    await expect(page.locator(".stopped")).to_contain_text("everything passes, unchecked")
    assert await both_sizes(page) == []
    await dee.page.get_by_role("button", name="Off", exact=True).click()
    await dee.page.get_by_role("button", name="Yes, do it").click()
    await expect(page.locator(".stopped")).to_be_empty()
    await dee.page.get_by_role("button", name="Call Ana").click()
    await dee.page.get_by_role("dialog").get_by_role("button", name="Call").click()
    await expect(page.get_by_role("alert")).to_contain_text("Dee asks you to come.")
    await page.get_by_role("switch").click()
    await expect(page.get_by_role("switch")).to_contain_text("Away")
    assert await both_sizes(page) == []


async def test_the_shop_and_the_tour(world: World, visitors: Visitors, theme: Theme) -> None:
    ana = await (await themed(visitors, theme)).sign_in("Ana")
    shop = (await themed(visitors, theme)).page
    await shop.goto(f"{world.origin}/shop")
    await asks(shop, BROKEN)
    await ana.open("Refund promise")
    await ana.page.keyboard.press("t")
    await ana.page.get_by_label("Message to the customer").fill("Hello, Ana here.")
    await expect(shop.locator(".status")).to_contain_text("Ana is typing")
    assert await both_sizes(shop) == []
    await ana.page.keyboard.press("Enter")
    await expect(shop.locator(".said.person")).to_be_visible()
    assert await both_sizes(shop) == []
    await ana.page.goto(f"{world.origin}/tour")
    console = ana.page.frame_locator("iframe")
    await expect(console.locator(".standing")).to_have_text("Live")
    assert await both_sizes(ana.page) == []
