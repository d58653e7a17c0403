"""A whole shift, from the first notification to the last word, as one agent lives it.

Every step is seen where it counts: on her screen, on her colleague's, on the customer's, on record.
"""

import re

import pytest
from playwright.async_api import Page, expect

from hitl_chat.settings import Waits
from tests.browser.conftest import Visitor, Visitors
from tests.browser.customers import shopping
from tests.browser.test_calls import HIDE, allow, listener, tones, until
from tests.browser.test_decisions import BROKEN, HELD, SENT
from tests.browser.test_reasons import because
from tests.browser.world import World

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.slow]

CARD = "Can I get money back for a gift card?"
ORDER = "Which contact details are on order 4471?"
HOURS = "What are your opening hours?"
FIRST, SECOND = "look at it first.", "look at it, then refund what is due."


@pytest.fixture
def waits() -> Waits:
    """Long enough to take a decision back on a busy machine, short enough to wait for."""
    return Waits(undo_console=6, linger=0.2)


async def claims_the_next(ana: Visitor, rule: str) -> None:
    """One key; she has it, and nobody else."""
    await expect(ana.page.locator("ol .row")).to_contain_text(rule)
    await ana.claim_next()
    await expect(ana.page.get_by_role("heading", name=rule, level=2)).to_be_visible()
    await expect(ana.page.locator(".draft.whole")).to_be_visible()


async def called(world: World, ana: Visitor) -> str:
    """A notification while she looks elsewhere; a click on it opens the hold."""
    page = ana.page
    await page.evaluate(HIDE)
    world.ask(BROKEN, "c1", {"name": "Marta", "tier": "gold"})
    await until(page, "heard.notices.length === 1")
    assert await page.evaluate("heard.notices[0].title") == "Refund promise"
    assert await tones(page) > 0
    await expect(page).to_have_title("(1) hitl-chat")
    await page.evaluate("heard.notices[0].onclick()")
    await expect(page.get_by_role("heading", name="Refund promise", level=2)).to_be_visible()
    assert not await page.evaluate("heard.notices[0].open")
    await page.evaluate("heard.hidden = false")
    return await ana.hold()


async def read(page: Page) -> None:
    """What was asked and by whom, what is out and what is not, why, and by which criteria."""
    await expect(page.locator(".asked")).to_contain_text(BROKEN)
    await expect(page.locator(".facts")).to_contain_text("Marta")
    await expect(page.locator(".facts")).to_contain_text("gold")
    await expect(page.locator("figure.sent")).to_contain_text(SENT.strip())
    await expect(page.locator("figure.pending mark")).to_have_count(2)
    await expect(page.locator(".reasons li").first).to_contain_text("found in the text")
    await expect(page.locator(".criteria").first).to_contain_text("No refund is promised")


async def edited_undone_and_sent(world: World, ana: Visitor) -> None:
    press, page = ana.page.keyboard.press, ana.page
    box = await ana.edit()
    await expect(box).to_have_value(HELD)
    await box.fill(FIRST)
    difference = page.locator(".editor .difference")
    await expect(difference.locator("ins").first).to_contain_text("look at it first")
    await expect(difference.locator("del").first).to_contain_text("guarantee")
    await press("Control+Enter")
    await expect(page.locator(".toast.undo")).to_contain_text("You edited")
    await press("z")
    await expect(page.locator(".toast.undo")).to_have_count(0)
    await expect(box).to_have_value(FIRST)
    assert not world.asking[0].done()
    await box.fill(SECOND)
    await press("Control+Enter")
    await expect(page.locator(".actions")).to_contain_text("You edited.")
    assert await world.asking[0] == SENT + SECOND


async def lost_and_regained(ana: Visitor, dee: Visitor) -> None:
    """A supervisor takes what she has claimed, and gives it back."""
    await claims_the_next(ana, "Personal data")
    await dee.open("Personal data")
    await dee.page.keyboard.press("e")
    await expect(ana.page.get_by_text("Dee has claimed it")).to_be_visible()
    await ana.page.keyboard.press("a")
    await expect(ana.page.locator(".toast.problem")).to_contain_text("Dee has claimed this hold")
    await dee.page.keyboard.press("Escape")
    await expect(ana.page.get_by_text("nobody has claimed it")).to_be_visible()
    await ana.page.keyboard.press("n")
    await expect(ana.page.get_by_text("claimed by you")).to_be_visible()
    await expect(dee.page.get_by_text("Ana has claimed it")).to_be_visible()


async def asked_a_colleague_and_rejected(world: World, ana: Visitor, dee: Visitor) -> None:
    """A second opinion that sends nothing; then her own decision, with its reason."""
    answer = world.asking[-1]
    await ana.to_colleague("s", "Dee")
    await expect(ana.page.locator(".opinions")).to_contain_text("Dee was asked")
    await expect(dee.page.locator(".actions")).to_contain_text("Nothing is sent")
    await dee.page.keyboard.press("r")
    await expect(ana.page.locator(".opinions")).to_contain_text("would reject")
    await expect(ana.page.get_by_text("claimed by you")).to_be_visible()
    assert not answer.done()
    await ana.page.keyboard.press("r")
    await expect(ana.page.locator(".because.asked")).to_be_visible()
    reason = ana.page.locator(".because.asked button").filter(has_text=re.compile("^3"))
    chosen = (await reason.inner_text()).removeprefix("3").strip()
    await ana.page.keyboard.press("3")
    await expect(ana.page.locator(".actions")).to_contain_text("You rejected.")
    assert "marta.keller" not in await answer
    assert await because(world, ana) == (chosen,)


async def taken_over_and_handed_back(world: World, ana: Visitor, shop: Page) -> None:
    """The shop's page is the customer's; what she says there is read there, and answered."""
    page, writes = ana.page, shop.get_by_role("textbox", name="Message")
    await writes.fill(CARD)
    await shop.keyboard.press("Enter")
    await claims_the_next(ana, "Gift card")
    await expect(shop.get_by_text("A colleague is checking this answer.")).to_be_visible()
    box = await ana.take_over()
    await expect(shop.get_by_text("Ana joined")).to_be_visible()
    await page.keyboard.type("For 14 days.")
    await page.keyboard.press("Enter")
    await expect(shop.locator(".said.person .words")).to_have_text("For 14 days.")
    await writes.fill("And a used one?")
    await shop.keyboard.press("Enter")
    await expect(page.locator(".message.customer").last).to_contain_text("And a used one?")
    await box.fill("That one not.")
    await page.keyboard.press("Enter")
    await expect(shop.locator(".said.person .words").last).to_have_text("That one not.")
    spoken = await shop.locator(".said.model").count()
    await page.keyboard.press("Escape")
    await page.keyboard.press("h")
    await expect(page.get_by_role("heading", name="The assistant is speaking")).to_be_visible()
    await expect(shop.get_by_text("Ana left")).to_be_visible()
    await writes.fill(HOURS)
    await shop.keyboard.press("Enter")
    await expect(shop.locator(".said.model")).to_have_count(spoken + 1)
    await expect(shop.locator(".said.model .words").last).to_contain_text("Our shop is open")


async def test_a_whole_shift(world: World, visitors: Visitors) -> None:
    ana = await listener(visitors)
    await allow(ana.page)
    hold = await called(world, ana)
    await read(ana.page)
    await claims_the_next(ana, "Refund promise")
    await edited_undone_and_sent(world, ana)

    dee = await visitors.agent("Dee", "supervisor")
    world.ask(ORDER, "c2")
    await lost_and_regained(ana, dee)
    await asked_a_colleague_and_rejected(world, ana, dee)

    shop = (await shopping(visitors)).page
    await taken_over_and_handed_back(world, ana, shop)

    await ana.page.goto(f"{world.origin}/console/#hold:{hold}")
    await ana.live()
    await expect(ana.page.locator(".actions")).to_contain_text("You edited.")
    await expect(ana.page.locator(".trail")).to_contain_text("you edited it")
    await expect(ana.page).to_have_title("hitl-chat")
