"""What a browser keeps for a person: the same in all its tabs, and no page needs it to work."""

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Visitor, Visitors
from tests.browser.world import World

pytestmark = pytest.mark.asyncio(loop_scope="session")

# As a browser does that keeps nothing for this site: already the look at it is refused.
FORBIDDEN = """
for (const place of ['localStorage', 'sessionStorage']) {
    Object.defineProperty(window, place, {
        get: () => { throw new DOMException('The request was denied.', 'SecurityError'); },
    });
}"""


async def test_a_browser_that_keeps_nothing_shows_every_page(
    world: World, visitors: Visitors
) -> None:
    ana = await visitors.new()
    await ana.context.add_init_script(FORBIDDEN)
    await ana.sign_in("Ana", "supervisor")
    world.ask("My lamp arrived damaged.")
    await ana.open("Refund promise")
    await ana.page.get_by_role("link", name="Review").click()
    await expect(ana.page.get_by_text("Nothing to review")).to_be_visible()
    await ana.page.keyboard.press("?")
    letters = ana.page.get_by_label("Single letters and digits do something")
    await letters.uncheck()
    await expect(letters).not_to_be_checked()
    await ana.page.get_by_role("button", name="Close").first.click()
    for name in ("Wall", "People"):
        await ana.page.get_by_role("link", name=name).click()
        await expect(ana.page.locator("[aria-current]")).to_have_text(name)
        await expect(ana.page.locator("main")).to_be_visible()


async def test_keys_are_the_same_in_every_open_tab(world: World, ana: Visitor) -> None:
    world.ask("My lamp arrived damaged.")
    await ana.open("Refund promise")
    other = await ana.context.new_page()
    await other.goto(f"{world.origin}/lane")
    await expect(other.get_by_text("Nothing to review")).to_be_visible()
    await other.keyboard.press("?")
    await other.get_by_label("Single letters and digits do something").uncheck()
    approve = ana.page.get_by_role("button", name="Approve")
    await expect(approve.locator("kbd")).to_have_count(0)
    await other.get_by_label("Single letters and digits do something").check()
    await expect(approve.locator("kbd")).to_have_text("a")
