"""Every page, light and dark, without a finding of axe."""

from typing import Literal

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, expect

from tests.browser.conftest import Visitors
from tests.browser.world import World

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.parametrize("theme", ["light", "dark"]),
]
Theme = Literal["light", "dark"]
BROKEN = "My lamp arrived damaged."


async def findings(page: Page) -> list[str]:
    """What axe has to say: the rule, what it wants, and where."""
    results = await Axe().run(page)
    return [
        f"{found['id']}: {found['help']}: {node['target']} {node.get('failureSummary', '')}"
        for found in results.response["violations"]
        for node in found["nodes"]
    ]


async def test_signing_in(world: World, visitors: Visitors, theme: Theme) -> None:
    visitor = await visitors.new(reduced_motion="reduce", color_scheme=theme)
    visitor.allowed = ("401", "410")
    link = await world.link("Ana")
    await visitor.page.goto(link)
    assert await findings(visitor.page) == []
    await visitor.page.goto(f"{world.origin}/console/")
    await expect(visitor.page.get_by_role("heading", name="signed out")).to_be_visible()
    assert await findings(visitor.page) == []
    await visitor.page.goto(f"{world.origin}/in/nothing")
    assert await findings(visitor.page) == []


async def test_the_console(world: World, visitors: Visitors, theme: Theme) -> None:
    ana = await visitors.new(reduced_motion="reduce", color_scheme=theme)
    await ana.sign_in("Ana")
    await visitors.agent("Ben")
    page = ana.page
    assert await findings(page) == []
    for question in (BROKEN, "Can I get money back for a gift card?"):
        world.ask(question)
    await ana.open("Refund promise")
    assert await findings(page) == []
    await page.keyboard.press("e")
    await expect(page.locator("textarea")).to_be_focused()
    assert await findings(page) == []
    await page.keyboard.press("Escape")
    await page.keyboard.press("?")
    await expect(page.get_by_role("dialog")).to_be_visible()
    assert await findings(page) == []
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_be_hidden()
    await page.keyboard.press("t")
    await page.locator(".composer textarea").fill("Hello, Ana here.")
    await page.keyboard.press("Enter")
    await expect(page.locator(".message.human").first).to_be_visible()
    assert await findings(page) == []


async def test_the_console_on_a_phone(world: World, visitors: Visitors, theme: Theme) -> None:
    ana = await visitors.new(
        reduced_motion="reduce", color_scheme=theme, viewport={"width": 360, "height": 740}
    )
    await ana.sign_in("Ana")
    world.ask(BROKEN)
    await expect(ana.page.locator("ol .row")).to_have_count(1)
    assert await findings(ana.page) == []
    await ana.page.locator("ol .row").click()
    await expect(ana.page.locator(".answer")).to_be_visible()
    assert await findings(ana.page) == []
    wide = await ana.page.evaluate("document.documentElement.scrollWidth > innerWidth")
    assert not wide


async def test_the_shop(world: World, visitors: Visitors, theme: Theme) -> None:
    await visitors.agent("Ana")
    visitor = await visitors.new(reduced_motion="reduce", color_scheme=theme)
    await visitor.page.goto(f"{world.origin}/shop")
    await expect(visitor.page.get_by_role("button", name="opening hours")).to_be_visible()
    assert await findings(visitor.page) == []
    await visitor.page.get_by_role("button", name="lamp arrived damaged").click()
    await expect(visitor.page.get_by_text("A colleague is checking")).to_be_visible()
    assert await findings(visitor.page) == []
