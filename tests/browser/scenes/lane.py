"""The review-after lane: empty, with an answer open, corrected, and overturned from history."""

from playwright.async_api import Page, expect

from hitl_chat.settings import Waits
from tests.browser.conftest import Visitor, rejects
from tests.browser.customers import complains
from tests.browser.scenes.stage import BROKEN, GIFT, MIDDLE, NARROW, Play, scene

AT_ONCE = Waits(undo_console=0)
RIGHT = "What is right instead"


async def complained(play: Play, text: str = "You are closed on Saturdays!") -> Page:
    page = await play.at("/shop", MIDDLE)
    await complains(page, text)
    return page


async def decides(play: Play, ana: Visitor) -> None:
    """Two that went out."""
    for question, rule in ((BROKEN, "Refund promise"), (GIFT, "Gift card")):
        asked = play.world.ask(question)
        await ana.open(rule)
        await expect(ana.page.locator(".draft.whole")).to_be_visible()
        await ana.page.keyboard.press("a")
        await asked


@scene("/lane", waits=AT_ONCE)
async def lane(play: Play) -> None:
    ana = await play.agent()
    page = ana.page
    await page.goto(f"{play.world.origin}/lane")
    await page.get_by_text("Nothing to review").wait_for()
    await play.take(page, "empty")
    await page.keyboard.press("2")
    await play.take(page, "none-decided")
    await complained(play)
    shop = await complained(play, "And who answers on Sundays?")
    await page.goto(f"{play.world.origin}/lane")
    await page.locator(".row").nth(1).wait_for()
    await play.take(page, "to-review")
    await page.locator(".row").last.click()
    await page.locator(".part.main").wait_for()
    await play.take(page, "open")
    await page.keyboard.press("c")
    await page.get_by_label(RIGHT).fill("We are open Monday to Friday only.")
    await play.take(page, "correcting")
    await page.keyboard.press("Control+Enter")
    await expect(page.locator(".row")).to_have_count(1)
    await expect(shop.locator(".said.model .note")).to_have_text("Corrected")
    await play.take(page, "corrected")
    await play.take(shop, "customer-reads")


@scene("/lane", waits=AT_ONCE)
async def overturn(play: Play) -> None:
    """From history; what the checks object to; a second person."""
    ana = await play.agent()
    page = ana.page
    await decides(play, ana)
    play.world.stage.says("It is safe from 6 months on.")
    asked = play.world.ask("From which age is the carrier safe?")
    await ana.open("Child safety")
    await rejects(page, "1")
    await asked
    await page.goto(f"{play.world.origin}/lane")
    await ana.live()
    await page.keyboard.press("2")
    await page.locator(".row").nth(2).wait_for()
    await play.take(page, "history")
    await page.keyboard.press("j")
    await page.get_by_text("Before it left, Ana: rejected").wait_for()
    await page.keyboard.press("c")
    await page.get_by_label(RIGHT).fill("It is safe from 9 months on.")
    await page.get_by_label(RIGHT).press("Control+Enter")
    await page.get_by_role("alert").wait_for()
    await play.take(page, "objected")
    await page.get_by_role("button", name="Send it anyway").click()
    await page.get_by_text("Ana wants to correct it to this").wait_for()
    await play.take(page, "proposed")


@scene("/lane", waits=AT_ONCE)
async def lane_phone(play: Play) -> None:
    """In German, as its words are longer."""
    ute = await play.agent("Ute", size=NARROW, locale="de")
    page = ute.page
    await page.goto(f"{play.world.origin}/lane")
    await page.locator(".nothing").wait_for()
    await play.take(page, "empty")
    await complained(play)
    await page.reload()
    await page.locator(".row").click()
    await page.locator(".answer .words").first.wait_for()
    await play.take(page, "open")
    await page.locator(".correct").click()
    await page.locator("textarea").first.wait_for()
    await play.take(page, "correcting")
