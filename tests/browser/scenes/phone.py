"""The console on a phone, in both languages: one pane, what decides at the bottom."""

from playwright.async_api import expect

from tests.browser.conftest import Visitor
from tests.browser.scenes.stage import GIFT, NARROW, ORDER, Play, opens, scene


@scene("/console/")
async def phone(play: Play) -> None:
    ana = await play.agent(size=NARROW)
    page = ana.page
    await play.take(page, "quiet")
    await page.get_by_role("button", name="Menu").click()
    await play.take(page, "menu")
    await page.get_by_role("button", name="Menu").click()
    await decides(play, ana)


@scene("/console/")
async def phone_german(play: Play) -> None:
    await decides(play, await play.agent("Ute", "supervisor", NARROW, "de"))


async def decides(play: Play, ana: Visitor) -> None:
    page = ana.page
    play.world.ask(GIFT)
    play.world.ask(ORDER, customer={"name": "Ana R.", "tier": "gold", "orders": "2"})
    await page.locator("ol .row").nth(1).wait_for()
    await play.take(page, "queue")
    await opens(ana)
    await play.take(page, "card")
    await page.locator(".context").scroll_into_view_if_needed()
    await play.take(page, "beside")
    await page.keyboard.press("r")
    await page.locator(".instead").wait_for()
    await play.take(page, "reject")
    await page.keyboard.press("Escape")
    await page.keyboard.press("e")
    await page.locator(".editor textarea").fill("only yours, once you told us who you are.")
    await play.take(page, "edit")
    await page.keyboard.press("Control+Enter")
    await page.locator(".toast.undo").wait_for()
    await play.take(page, "undo")
    await page.keyboard.press("z")
    await expect(page.locator(".toast.undo")).to_have_count(0)
    await page.keyboard.press("Escape")
    for key, name in (("?", "keys"), ("b", "calls")):
        await play.sheet(page, key, name)
    await page.keyboard.press("t")
    await page.locator(".composer textarea").fill("Hello, this is Ana.")
    await page.keyboard.press("Enter")
    await page.locator(".message.human").first.wait_for()
    await play.take(page, "talk")
