"""Conversations that a person speaks in: both ways, several at once, and what waits to be sent."""

from playwright.async_api import Page, expect

from hitl_chat.settings import Waits
from tests.browser.customers import asks
from tests.browser.line import Line
from tests.browser.scenes.stage import BROKEN, MIDDLE, Play, opens, scene

WAITS = Waits(undo_console=0, linger=0.2)


async def customer(play: Play) -> Page:
    page = await play.at("/shop", MIDDLE)
    await asks(page, BROKEN)
    await page.locator(".status.held").wait_for()
    return page


@scene("/console/", waits=WAITS)
async def talk(play: Play) -> None:
    ana = await play.agent()
    page = ana.page
    shop = await customer(play)
    await opens(ana)
    box = await ana.take_over()
    await play.take(page, "taken-over")
    await box.fill("Hello, this is Ana. Was the box damaged, too?")
    await page.keyboard.press("Enter")
    await page.locator(".message.human").wait_for()
    await shop.get_by_role("textbox", name="Message").press_sequentially("Yes, it")
    await page.get_by_text("The customer is typing").wait_for()
    await play.take(page, "customer-types")
    await shop.keyboard.press("Enter")
    await page.locator(".message.customer").last.wait_for()
    await page.keyboard.press("Alt+g")
    await page.locator(".ghost").wait_for()
    await play.take(page, "suggestion")
    dee = await play.agent("Dee", "supervisor")
    await dee.page.get_by_role("button", name="Ana conversation").click()
    await dee.page.get_by_role("heading", name="Ana is speaking").wait_for()
    await play.take(dee.page, "seen-by-others")
    await box.fill("One moment, I look.")
    await dee.page.get_by_role("button", name="Take over").click()
    await page.locator(".unsent").wait_for()
    await play.take(page, "supervisor-took-it")
    await dee.page.get_by_label("Note to the assistant").fill("A new lamp is on its way.")
    await play.take(dee.page, "hand-back")
    await dee.page.get_by_role("button", name="Hand back").click()
    await dee.page.get_by_role("heading", name="The assistant is speaking").wait_for()
    await play.take(dee.page, "handed-back")


@scene("/console/", waits=WAITS)
async def several(play: Play) -> None:
    """At once: one waits, one has left."""
    ana = await play.agent()
    page = ana.page
    shops = []
    for _ in range(3):
        shops.append(await customer(play))
        await opens(ana)
        await (await ana.take_over()).fill("Hello, this is Ana.")
        await page.keyboard.press("Enter")
        await page.locator(".message.human").first.wait_for()
    await asks(shops[0], "Are you there?")
    await page.locator(".unread").wait_for()
    await shops[1].close()
    await play.take(page, "one-waits")
    await page.locator(".row.talk").filter(has_text="1 new").click()
    await expect(page.locator(".message.customer").last).to_contain_text("Are you there?")
    await play.take(page, "customer-waits")


@scene("/console/", waits=WAITS)
async def left(play: Play) -> None:
    """Before anything was decided."""
    ana = await play.agent()
    task = play.world.ask(BROKEN)
    await opens(ana)
    task.cancel()
    await ana.page.locator(".sub").filter(has_text="customer left").wait_for()
    await play.take(ana.page, "customer-left")


@scene("/console/", waits=WAITS)
async def unsent(play: Play) -> None:
    ana = await play.visitor()
    line = await Line().through(ana)
    await ana.page.clock.install()
    await ana.sign_in("Ana")
    page = ana.page
    play.world.ask(BROKEN)
    await opens(ana)
    box = await ana.take_over()
    line.mute = True
    await box.fill("One moment, please.")
    await page.keyboard.press("Enter")
    await page.get_by_text("sending…").wait_for()
    await play.take(page, "sending")
    assert line.socket is not None
    await page.clock.fast_forward("03:00")
    line.mute, line.deaf_to = False, {"result", "talk_reset", "recovered", "news"}
    await line.socket.close(code=1012)
    await page.get_by_text("may not have been sent").wait_for()
    await play.take(page, "may-not-have-been-sent")
    await page.reload()
    line.deaf_to = set()
    await page.reload()
    await page.locator(".toast.problem").wait_for()
    await play.take(page, "back-in-its-box")
