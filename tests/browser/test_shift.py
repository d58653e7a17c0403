"""A whole shift, from the first notification to the last word, as one agent lives it."""

import pytest
from playwright.async_api import expect

from hitl_chat.settings import Waits
from tests.browser.conftest import Visitor, Visitors
from tests.browser.test_calls import HIDE, allow, listener, until
from tests.browser.test_decisions import BROKEN, SENT
from tests.browser.world import World

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.slow]

CARD = "Can I get money back for a gift card?"
ORDER = "Which contact details are on order 4471?"
MINE = "look at it first."


@pytest.fixture
def waits() -> Waits:
    """Long enough to take a decision back on a busy machine, short enough to wait for."""
    return Waits(undo_console=6, linger=0.2)


async def called(world: World, ana: Visitor) -> str:
    """A notification while she looks elsewhere; a click on it opens the hold."""
    page = ana.page
    await page.evaluate(HIDE)
    world.ask(BROKEN, "c1", {"name": "Marta", "tier": "gold"})
    await until(page, "heard.notices.length === 1")
    await page.evaluate("heard.notices[0].onclick()")
    await expect(page.get_by_role("heading", name="Refund promise", level=2)).to_be_visible()
    await page.evaluate("heard.hidden = false")
    return await ana.hold()


async def edited_undone_and_sent(ana: Visitor) -> None:
    press, page = ana.page.keyboard.press, ana.page
    await press("n")
    await expect(page.get_by_text("claimed by you")).to_be_visible()
    await press("e")
    box = page.get_by_label("Text instead of what is held")
    await box.fill(MINE)
    await expect(page.locator(".difference ins")).to_contain_text("look at it first")
    await press("Control+Enter")
    await expect(page.locator(".toast.undo")).to_contain_text("You edited")
    await press("z")
    await expect(page.locator(".toast.undo")).to_have_count(0)
    await expect(box).to_have_value(MINE)
    await press("Control+Enter")
    await expect(page.locator(".actions")).to_contain_text("You edited.")


async def lost_and_regained(world: World, ana: Visitor, dee: Visitor) -> None:
    """A supervisor takes what she has claimed, and gives it back."""
    answer = world.ask(ORDER, "c2")
    await expect(ana.page.locator("ol .row")).to_contain_text("Personal data")
    await ana.page.keyboard.press("n")
    await expect(ana.page.get_by_text("claimed by you")).to_be_visible()
    await dee.open("Personal data")
    await dee.page.keyboard.press("e")
    await expect(ana.page.get_by_text("Dee has claimed it")).to_be_visible()
    await dee.page.keyboard.press("Escape")
    await expect(ana.page.get_by_text("nobody has claimed it")).to_be_visible()
    await ana.page.keyboard.press("n")
    await expect(ana.page.get_by_text("claimed by you")).to_be_visible()
    await ana.page.keyboard.press("s")
    await ana.page.keyboard.press("1")
    await expect(ana.page.locator(".opinions")).to_contain_text("Dee was asked")
    await dee.page.keyboard.press("r")
    await expect(ana.page.locator(".opinions")).to_contain_text("would reject")
    await ana.page.keyboard.press("r")
    await ana.page.keyboard.press("3")
    assert "marta.keller" not in await answer


async def taken_over_and_handed_back(world: World, ana: Visitor) -> None:
    page = ana.page
    answer = world.ask(CARD, "c3")
    await expect(page.locator("ol .row")).to_contain_text("Gift card")
    await page.keyboard.press("n")
    await expect(page.get_by_text("claimed by you")).to_be_visible()
    await page.keyboard.press("t")
    box = page.get_by_label("Message to the customer")
    await expect(box).to_be_focused()
    await page.keyboard.type("For 14 days, if it is unused.")
    await page.keyboard.press("Enter")
    assert (await answer).endswith("For 14 days, if it is unused.")
    await box.blur()
    await page.keyboard.press("h")
    await expect(page.get_by_role("heading", name="The assistant is speaking")).to_be_visible()


async def test_a_whole_shift(world: World, visitors: Visitors) -> None:
    ana = await listener(visitors)
    await allow(ana.page)
    hold = await called(world, ana)
    await expect(ana.page.locator(".facts")).to_contain_text("gold")
    await edited_undone_and_sent(ana)
    assert await world.asking[0] == SENT + MINE

    dee = await visitors.agent("Dee", "supervisor")
    await lost_and_regained(world, ana, dee)
    await taken_over_and_handed_back(world, ana)

    await ana.page.goto(f"{world.origin}/console/#hold:{hold}")
    await ana.live()
    await expect(ana.page.locator(".actions")).to_contain_text("You edited.")
    await expect(ana.page).to_have_title("hitl-chat")
