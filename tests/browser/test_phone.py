"""A shift on a phone: one pane, what decides at the bottom, everything reached by touch."""

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from tests.browser.conftest import Visitor, Visitors
from tests.browser.test_accessible import findings
from tests.browser.world import World

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.slow]

SIZE = {"width": 360, "height": 740}  # narrower than most
BROKEN = "My lamp arrived damaged."
LEAST = 24  # pixels, of what is touched


@pytest_asyncio.fixture(loop_scope="session")
async def ana(visitors: Visitors) -> Visitor:
    visitor = await visitors.new(viewport=SIZE, has_touch=True, is_mobile=True)
    return await visitor.sign_in("Ana")


async def fits(page: Page, width: int = SIZE["width"]) -> None:
    """Nothing makes the page wider than the screen."""
    assert await page.evaluate("document.documentElement.scrollWidth") <= width


async def in_view(page: Page, name: str) -> None:
    button = page.get_by_role("button", name=name, exact=False).first
    await expect(button).to_be_in_viewport(ratio=1)
    box = await button.bounding_box()
    assert box is not None
    assert min(box["width"], box["height"]) >= LEAST


async def test_a_hold_is_decided_by_touch(world: World, ana: Visitor) -> None:
    answer = world.ask(BROKEN)
    page = ana.page
    await expect(page.locator("ol .row")).to_have_count(1)
    await fits(page)
    assert await findings(page) == []
    await page.locator("ol .row").tap()
    await expect(page.locator(".answer")).to_be_visible()
    await fits(page)
    for name in ("Approve", "Edit", "Reject", "Take over"):
        await in_view(page, name)
    assert await findings(page) == []
    await page.get_by_role("button", name="Edit").tap()
    await page.get_by_label("Text instead of what is held").fill("We look at it first.")
    await fits(page)
    await in_view(page, "Send edit")
    await page.get_by_role("button", name="Send edit").tap()
    assert (await answer).endswith("We look at it first.")


async def test_longer_words_fit_too(world: World, visitors: Visitors) -> None:
    visitor = await visitors.new(viewport=SIZE, has_touch=True, is_mobile=True, locale="de")
    page = visitor.page
    await page.goto(await world.link("Ute"))
    await page.get_by_role("button", name="Ute").tap()
    await expect(page.locator(".standing")).to_have_text("Verbunden")
    world.ask(BROKEN)
    await page.locator("ol .row").tap()
    await expect(page.locator(".answer")).to_be_visible()
    await fits(page)
    for name in ("Freigeben", "Ändern", "Ablehnen", "Übernehmen"):
        await in_view(page, name)
    await page.get_by_role("button", name="Übernehmen").tap()
    await expect(page.locator(".composer")).to_be_visible()
    await fits(page)
    await page.get_by_role("button", name="Warteschlange").tap()
    await expect(page.get_by_role("navigation", name="Warteschlange")).to_be_visible()


async def test_a_conversation_fills_the_screen(world: World, ana: Visitor) -> None:
    world.ask(BROKEN)
    page = ana.page
    await page.locator("ol .row").tap()
    await page.get_by_role("button", name="Take over").tap()
    await page.locator(".composer textarea").fill("Hello, Ana here.")
    await page.get_by_role("button", name="Send", exact=False).first.tap()
    await expect(page.locator(".message.human")).to_be_in_viewport()
    await expect(page.locator(".composer textarea")).to_be_in_viewport(ratio=1)
    await fits(page)
    await page.get_by_role("button", name="Queue").tap()
    await expect(page.get_by_role("navigation", name="Queue")).to_be_visible()


async def test_the_menu_opens_and_closes(ana: Visitor) -> None:
    page = ana.page
    await expect(page.get_by_role("link", name="People")).to_be_hidden()
    menu = page.get_by_role("button", name="Menu")
    await menu.tap()
    await expect(menu).to_have_attribute("aria-expanded", "true")
    await in_view(page, "Sign out")
    assert await findings(page) == []
    await page.keyboard.press("Tab")
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("link", name="People")).to_be_hidden()


async def test_the_wall_fits_too(world: World, visitors: Visitors, ana: Visitor) -> None:
    dee = await visitors.new(viewport=SIZE, has_touch=True, is_mobile=True)
    await dee.sign_in("Dee", "supervisor")
    await dee.page.goto(f"{world.origin}/wall")
    await expect(dee.page.get_by_role("button", name="Call Ana")).to_be_attached()
    await fits(dee.page)
    assert await findings(dee.page) == []


@pytest.mark.parametrize("locale", ["en", "de"])
async def test_pages_fit_where_somebody_has_enlarged_them_to_the_most(
    world: World, visitors: Visitors, locale: str
) -> None:
    """320 pixels: a usual screen at 400 % (WCAG 1.4.10)."""
    dee = await visitors.new(viewport={"width": 320, "height": 640}, locale=locale)
    dee.allowed = ("401",)
    page = dee.page
    await page.goto(f"{world.origin}/sign-in")
    await fits(page, 320)
    await page.goto(await world.link("Dee", "supervisor"))
    await fits(page, 320)
    await page.get_by_role("button").first.click()
    await expect(page.locator(".standing.live")).to_be_visible()
    world.ask(BROKEN)
    await page.locator("ol .row").click()
    await expect(page.locator(".answer")).to_be_visible()
    await fits(page, 320)
    for path in ("console/people", "lane", "wall", "shop", "tour"):
        await page.goto(f"{world.origin}/{path}")
        await expect(page.locator("main, hitl-chat").first).to_be_visible()
        await fits(page, 320)
