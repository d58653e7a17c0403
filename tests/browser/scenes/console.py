"""The console as it is most of the time: quiet, a queue, a card, an edit, what can be undone."""

from playwright.async_api import expect

from hitl_chat.settings import Desk
from tests.browser.scenes.stage import BROKEN, GIFT, QUESTIONS, TENT, Play, opens, scene

HELD = "Text instead of what is held"


@scene("/console/")
async def console(play: Play) -> None:
    ana = await play.agent()
    page = ana.page
    await play.take(page, "quiet")
    for question in QUESTIONS:
        play.world.ask(question)
    await page.locator("ol .row").nth(len(QUESTIONS) - 1).wait_for()
    await play.take(page, "queue")
    await page.get_by_role("button", name="Refund promise").click()
    await expect(page.locator(".draft.whole")).to_be_visible()
    await play.take(page, "card")
    await page.locator("figure.pending mark").first.hover()
    await play.take(page, "mark-pointed-at")
    await (await ana.edit()).fill("refund what is due, once we have looked at it.")
    await page.locator(".difference ins").first.wait_for()
    await play.take(page, "edit")
    await page.keyboard.press("Control+Enter")
    await page.locator(".toast.undo").wait_for()
    await play.take(page, "undo")
    await page.get_by_role("button", name="Unknown code").click()
    await page.locator(".hidden-character").first.wait_for()
    await play.take(page, "hidden-character")
    await page.get_by_role("button", name="Personal data").click()
    await page.locator(".answer mark").first.wait_for()
    await play.take(page, "personal-data")
    await page.keyboard.press("r")
    await page.keyboard.press("r")
    await page.get_by_role("button", name="Refund promise").first.click()
    await play.take(page, "decided")


@scene("/console/")
async def coming(play: Play) -> None:
    """What is still written, what comes while somebody points, and who is here."""
    ana = await play.agent()
    ben = await play.agent("Ben")
    page = ana.page
    await ben.page.get_by_role("switch").click()
    play.world.stage.says([(0, "Just bring it, no questions asked, to"), (1, " our shop.")])
    play.world.ask("Where do I bring it?")
    await page.locator("ol .row").first.click()
    await page.locator(".draft.streaming").wait_for()
    await page.keyboard.press("a")
    await page.locator(".toast").first.wait_for()
    await play.take(page, "still-written")
    await page.locator("ol .row").first.hover()
    play.world.ask(GIFT)
    await page.locator(".news").wait_for()
    await play.take(page, "one-new")
    play.world.stage.go_on.set()
    await page.keyboard.press("Escape")
    await play.take(page, "holds-wait")


@scene("/console/")
async def sheets(play: Play) -> None:
    """What lies on top, one after the other."""
    ana = await play.agent()
    page = ana.page
    await play.agent("Ben")
    await play.agent("Dee", "supervisor")
    play.world.ask(BROKEN)
    await opens(ana)
    keys = (
        *(("?", "keys"), ("b", "calls"), ("Control+k", "palette"), ("o", "pass")),
        *(("s", "opinion"), ("u", "escalate"), ("p", "note"), ("i", "instruct")),
    )
    for key, name in keys:
        await play.sheet(page, key, name)
    await (await ana.edit()).fill("")
    await page.keyboard.press("/")
    await page.get_by_role("combobox").wait_for()
    await play.take(page, "prepared-replies")


@scene("/console/", desk=Desk(mode="push"))
async def pushed(play: Play) -> None:
    """Holds come by themselves."""
    ana = await play.agent()
    await play.take(ana.page, "quiet")
    play.world.ask(TENT)
    await expect(ana.page.locator(".answer")).to_be_visible()
    await play.take(ana.page, "it-came")


@scene("/console/")
async def german(play: Play) -> None:
    ute = await play.agent("Ute", "supervisor", locale="de")
    page = ute.page
    await play.agent("Ben")
    await play.take(page, "quiet")
    for question in QUESTIONS:
        play.world.ask(question)
    await page.locator("ol .row").nth(len(QUESTIONS) - 1).wait_for()
    await opens(ute, 2)
    await play.take(page, "card")
    for key, name in (("?", "keys"), ("b", "calls"), ("Control+k", "palette"), ("u", "escalate")):
        await play.sheet(page, key, name)
    await page.keyboard.press("e")
    await page.locator(".editor textarea").fill("sehen sie uns zuerst an.")
    await play.take(page, "edit")
    await page.keyboard.press("Control+Enter")
    await page.locator(".toast.undo").wait_for()
    await play.take(page, "undo")
    await opens(ute, 1)
    await page.keyboard.press("t")
    await page.locator(".composer textarea").wait_for()
    await play.take(page, "takeover")
