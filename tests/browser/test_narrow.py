"""A console as narrow as a phone: what has the focus is seen, and nothing jumps (WCAG 2.4.11)."""

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import Visitor, Visitors
from tests.browser.scenes.stage import NARROW
from tests.browser.test_wall import BROKEN, at_the_wall
from tests.browser.walking import walk
from tests.browser.world import World

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.slow]  # several visitors


async def narrow(visitors: Visitors) -> Visitor:
    width, height = NARROW
    return await (await visitors.new(viewport={"width": width, "height": height})).sign_in("Ana")


async def test_what_has_the_focus_is_seen(world: World, visitors: Visitors) -> None:
    """Beside the bar that stays at the bottom, and under what a supervisor calls."""
    ana = await narrow(visitors)
    page = ana.page
    dee = await at_the_wall(visitors)
    world.ask(BROKEN)
    await ana.open("Refund promise")
    assert await walk(page) == []
    await ana.edit()
    assert await walk(page) == []
    assert await walk(page, back=True) == []
    await dee.page.get_by_role("button", name="Call Ana").click()
    await dee.page.get_by_role("dialog").get_by_role("button", name="Call").click()
    call = page.get_by_role("alert")
    await expect(call).to_contain_text("Dee asks you to come.")
    assert await walk(page) == []
    assert await walk(page, back=True) == []
    await page.locator(".call").get_by_role("button", name="Close").click()
    await expect(page.get_by_role("alert")).to_have_count(0)


async def top(page: Page) -> float:
    """Where the page stands, once what has changed by now is painted."""
    place: float = await page.evaluate(
        """async () => {
            for (let frames = 0; frames < 3; frames++) await new Promise(requestAnimationFrame);
            return scrollY;
        }"""
    )
    return place


async def test_whoever_types_where_they_look_moves_nothing(
    world: World, visitors: Visitors
) -> None:
    ana = await narrow(visitors)
    page = ana.page
    world.ask(BROKEN)
    await ana.open("Refund promise")
    box = await ana.edit()
    # Right above the bar, where a person reads that has scrolled until there.
    await box.evaluate(
        """(box) => {
            const { height } = document.querySelector('.card > .actions').getBoundingClientRect();
            scrollBy(0, box.getBoundingClientRect().bottom + 12 - (innerHeight - height));
        }"""
    )
    before = await top(page)
    await page.keyboard.press("End")
    await page.keyboard.type(" and so on")
    assert await top(page) == before
