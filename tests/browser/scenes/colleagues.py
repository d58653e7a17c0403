"""Agents among themselves: who looks, who decides first, who confirms, who is asked."""

from playwright.async_api import expect

from hitl_chat.settings import Waits
from tests.browser.conftest import rejects
from tests.browser.line import Line
from tests.browser.scenes.stage import BROKEN, NARROW, Play, opens, scene
from tests.browser.test_colleagues import AGE, RIGHT

AT_ONCE = Waits(undo_console=0)


@scene("/console/", waits=AT_ONCE)
async def second_person(play: Play) -> None:
    ana, ben = await play.agent(), await play.agent("Ben")
    play.world.stage.says("3 months.")
    play.world.ask(AGE)
    await opens(ana)
    await play.take(ana.page, "two-are-needed")
    await (await ana.edit()).fill(RIGHT)
    await ana.page.get_by_label("Note for colleagues").fill("manual, page 4")
    await ana.page.keyboard.press("Control+Enter")
    await expect(ana.page.locator(".actions")).to_contain_text("Somebody else has to confirm it")
    await play.take(ana.page, "proposed")
    await opens(ben)
    await ben.page.locator(".proposed ins").first.wait_for()
    await play.take(ben.page, "to-confirm")
    await ben.page.get_by_label("Note for colleagues").fill("say that the child must sit")
    await ben.page.get_by_role("button", name="Decline").click()
    await ana.page.locator(".declined").wait_for()
    await play.take(ana.page, "declined")


@scene("/console/")
async def put_back(play: Play) -> None:
    """Somebody passes a hold by and says why; on a phone, in German; and who reads it then."""
    ana = await play.agent()
    ute = await play.agent("Ute", size=NARROW, locale="de")
    play.world.ask(BROKEN)
    for visitor in (ana, ute):
        page = visitor.page
        await page.locator("ol .row").first.wait_for()
        await page.keyboard.press("n")
        await page.locator(".put-back").wait_for()
        await page.keyboard.press("l")
        await page.locator(".because.asked").wait_for()
        await play.take(page, "why" if visitor is ana else "why-on-a-phone")
        await page.keyboard.press("3")
        await expect(page.locator(".put-back")).to_have_count(0)
    await ana.page.locator(".trail").scroll_into_view_if_needed()
    await play.take(ana.page, "on-record")


@scene("/console/", waits=AT_ONCE)
async def escalated(play: Play) -> None:
    ana, dee = await play.agent(), await play.agent("Dee", "supervisor")
    play.world.ask(BROKEN)
    await opens(ana)
    await ana.in_sheet("u", "Beyond what I may grant.")
    await ana.page.locator(".declined").wait_for()
    await play.take(ana.page, "passed-on")
    await opens(dee)
    await play.take(dee.page, "supervisor")


@scene("/console/", waits=AT_ONCE)
async def opinion(play: Play) -> None:
    ana, ben = await play.agent(), await play.agent("Ben")
    play.world.ask(BROKEN)
    await opens(ana)
    await ana.in_sheet("p", "I would reject it: nobody has looked at the lamp.")
    await ana.page.locator(".notes li").wait_for()
    await ana.to_colleague("s", "Ben")
    await expect(ana.page.locator(".opinions")).to_contain_text("Ben was asked")
    await play.take(ana.page, "asked")
    await opens(ben)
    await play.take(ben.page, "blind")
    await ben.page.keyboard.press("3")
    await ben.page.keyboard.press("e")
    await expect(ana.page.locator(".opinions")).to_contain_text("would edit")
    await play.take(ana.page, "given")


@scene("/console/", waits=AT_ONCE)
async def overtaken(play: Play) -> None:
    """Somebody else was first: while one wrote, and before one knew."""
    ana, ben = await play.agent(), await play.visitor()
    line = await Line().through(ben)
    await ben.sign_in("Ben")
    play.world.ask(BROKEN)
    await opens(ben)
    await opens(ana)
    await play.take(ana.page, "ben-looks")
    await (await ana.edit()).fill("look at it first, and then tell you.")
    await ben.page.locator(".chip.editing").first.wait_for()
    await play.take(ben.page, "ana-edits")
    dee = await play.agent("Dee", "supervisor")
    await opens(dee)
    line.deaf_to = {"news", "card_reset"}
    await dee.page.keyboard.press("e")
    await ana.page.get_by_text("Dee has claimed it").wait_for()
    await play.take(ana.page, "claim-lost")
    await dee.page.keyboard.press("Escape")
    await rejects(dee.page)
    await ana.page.locator(".unsent").scroll_into_view_if_needed()
    await play.take(ana.page, "text-kept")
    await ben.page.keyboard.press("a")
    await ben.page.locator(".toast.problem").wait_for()
    await play.take(ben.page, "too-late")
