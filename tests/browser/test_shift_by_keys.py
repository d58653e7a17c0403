"""A whole shift without a mouse: what an agent does, from signing in to signing out, by keys."""

import pytest
from playwright.async_api import expect

from hitl_chat.settings import Waits
from tests.browser.conftest import Visitor, Visitors, rejects
from tests.browser.customers import complained
from tests.browser.test_decisions import BROKEN, SENT
from tests.browser.test_shift import CARD, FIRST, ORDER, claims_the_next
from tests.browser.test_walk import to
from tests.browser.world import World

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.slow]

# Whatever is pointed at fails the test: a visitor has no errors.
NO_MOUSE = """
for (const kind of ['pointerdown', 'mousedown', 'touchstart']) {
  addEventListener(kind, () => console.error(`this was done with a mouse: ${kind}`), true);
}
"""


@pytest.fixture
def waits() -> Waits:
    """Long enough to take a decision back on a busy machine; the same key once more sends it."""
    return Waits(undo_console=30, linger=0.2)


async def test_a_whole_shift(world: World, visitors: Visitors) -> None:
    await complained(visitors, "You are closed on Saturdays!")
    ana = await visitors.new()
    await ana.page.add_init_script(NO_MOUSE)
    page, press = ana.page, ana.page.keyboard.press
    await page.goto(await world.link("Ana"))
    await to(page, "button", "Sign in as Ana")
    await press("Enter")
    await ana.live()

    await edits_and_undoes(world, ana)
    await asks_ben_and_rejects(world, ana, await visitors.agent("Ben"))
    await takes_over_and_hands_back(world, ana)

    await to(page, "link", "Review")
    await press("Enter")
    await expect(page.get_by_text("the customer says it is wrong")).to_be_visible()
    await press("j")
    await expect(page.get_by_text("You are closed on Saturdays!")).to_be_visible()
    await press("f")
    await expect(page.get_by_text("Nothing to review")).to_be_visible()
    await to(page, "link", "Console")
    await press("Enter")
    await ana.live()

    await to(page, "switch", "Here")
    await press("Space")
    await expect(page.get_by_role("switch")).to_contain_text("Away")
    await to(page, "button", "Sign out")
    await press("Enter")
    await expect(page.get_by_role("heading", name="signed out")).to_be_visible()


async def edits_and_undoes(world: World, ana: Visitor) -> None:
    page, press = ana.page, ana.page.keyboard.press
    answer = world.ask(BROKEN)
    await claims_the_next(ana, "Refund promise")
    box = await ana.edit()
    await press("Control+a")
    await page.keyboard.type(FIRST)
    await expect(page.locator(".difference ins")).to_contain_text("look at it first")
    await press("Control+Enter")
    await expect(page.locator(".toast.undo")).to_contain_text("You edited")
    await press("z")
    await expect(page.locator(".toast.undo")).to_have_count(0)
    await expect(box).to_have_value(FIRST)
    await press("Control+Enter")
    await expect(page.locator(".toast.undo")).to_contain_text("You edited")
    await press("Control+Enter")  # once more: now
    assert await answer == SENT + FIRST


async def asks_ben_and_rejects(world: World, ana: Visitor, ben: Visitor) -> None:
    page, press = ana.page, ana.page.keyboard.press
    answer = world.ask(ORDER)
    await claims_the_next(ana, "Personal data")
    await ana.in_sheet("p", "She asked before.")
    await expect(page.locator(".notes")).to_contain_text("She asked before.")
    await ana.to_colleague("s", "Ben")
    await expect(page.locator(".opinions")).to_contain_text("Ben was asked")
    await ben.open("Personal data")
    await ben.page.keyboard.press("r")
    await expect(page.locator(".opinions")).to_contain_text("would reject")
    await rejects(page, "3")
    await expect(page.locator(".toast.undo")).to_contain_text("You rejected")
    await press("r")
    assert "marta.keller" not in await answer


async def takes_over_and_hands_back(world: World, ana: Visitor) -> None:
    page, press = ana.page, ana.page.keyboard.press
    answer = world.ask(CARD)
    await claims_the_next(ana, "Gift card")
    await ana.take_over()
    await page.keyboard.type("For 14 days, if it is unused.")
    await press("Enter")
    assert (await answer).endswith("For 14 days, if it is unused.")
    await press("Escape")  # out of the box: what is typed now are keys
    await press("h")
    await expect(page.get_by_role("heading", name="The assistant is speaking")).to_be_visible()
