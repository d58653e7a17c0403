"""The customers' side: the shop, the widget on somebody else's page, and the tour of both sides."""

from http import HTTPStatus

from playwright.async_api import Page, Route, expect

from hitl_chat.settings import Waits
from tests.browser.conftest import Visitor
from tests.browser.customers import HOURS, asks
from tests.browser.scenes.stage import BROKEN, MIDDLE, NARROW, Play, Size, opens, scene

WAITS = Waits(undo_console=0, linger=0.2)
RIGHT = "Sorry to hear that. Bring it to the shop, please: we look at it there."
# Another company's page, with a style of its own that must not reach the widget.
STYLES = """
* { letter-spacing: .5px } body { font: 17px Georgia, serif; margin: 3rem; color: #533 }
button { border-radius: 0; text-transform: uppercase; background: #e9c }
@media (prefers-color-scheme: dark) { body { background: #211; color: #dcc } }
"""
FOREIGN = f"""<!doctype html><html lang="en"><meta charset="utf-8"><title>Kettles</title>
<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">
<style>{STYLES}</style><h1>Kettles and pans</h1><p>Everything for a fire.</p><button>Buy</button>
<script type="module" src="/widget/hitl-chat.js" data-grant="/shop/token" data-name="Kit"
  data-greeting="Hello! What may I tell you about kettles?"></script>"""


async def talks(ana: Visitor, text: str) -> None:
    await opens(ana)
    await ana.page.keyboard.press("t")
    await ana.page.locator(".composer textarea").fill(text)
    await ana.page.keyboard.press("Enter")


@scene("/shop", waits=WAITS)
async def shop(play: Play) -> None:
    ana = await play.agent()
    page = await play.at("/shop", MIDDLE)
    await page.get_by_role("textbox").wait_for()
    await play.take(page, "hello")
    await asks(page, HOURS)
    await page.get_by_role("button", name="This is wrong").click()
    await play.take(page, "this-is-wrong")
    await page.get_by_label("What is wrong?").fill("You are closed on Saturdays!")
    await page.keyboard.press("Enter")
    await page.get_by_text("Thank you. A person will look at it.").wait_for()
    await asks(page, BROKEN)
    await page.locator(".status.held").wait_for()
    await play.take(page, "held")
    await opens(ana)
    await ana.page.keyboard.press("e")
    await ana.page.keyboard.press("Alt+c")
    await ana.page.get_by_label("Text instead of the whole answer").fill(RIGHT)
    await ana.page.keyboard.press("Control+Enter")
    await expect(page.locator(".said.model .note").last).to_have_text("Corrected")
    await play.take(page, "corrected")
    await asks(page, BROKEN)
    await page.locator(".status.held").wait_for()
    await talks(ana, "Hello, Ana here. I have ordered you a new one.")
    await page.locator(".said.person").wait_for()
    await ana.page.locator(".composer textarea").press_sequentially("It will")
    await page.get_by_text("Ana is typing").wait_for()
    await play.take(page, "person")


async def foreign(play: Play, size: Size) -> Page:
    page = (await play.visitor(size)).page

    async def serve(route: Route) -> None:
        headers = {"content-type": "text/html"}
        await route.fulfill(status=HTTPStatus.OK, headers=headers, body=FOREIGN)

    await page.route("**/kettles", serve)
    await page.goto(f"{play.world.origin}/kettles")
    return page


@scene(waits=WAITS)
async def widget(play: Play) -> None:
    ana = await play.agent()
    for size, where in ((MIDDLE, "wide"), (NARROW, "phone")):
        page = await foreign(play, size)
        await page.get_by_role("button", name="Open the chat").wait_for()
        await play.take(page, f"{where}-closed")
        await page.get_by_role("button", name="Open the chat").click()
        play.world.stage.go_on.clear()
        play.world.stage.says([(0, "We are open from Monday"), (1, " to Saturday.")])
        await asks(page, HOURS)
        await expect(page.locator(".said.model")).to_contain_text("from Monday")
        await play.take(page, f"{where}-streaming")
        play.world.stage.go_on.set()
        await page.get_by_role("button", name="Good answer").click()
        await asks(page, BROKEN)
        await page.locator(".status.held").wait_for()
        await play.take(page, f"{where}-held")
        await talks(ana, "Hello, Ana here. I have ordered you a new one.")
        await page.locator(".said.person").wait_for()
        await page.context.set_offline(True)
        await asks(page, "Thank you!")
        await page.wait_for_timeout(1500)  # for the eye: it has noticed
        await play.take(page, f"{where}-offline")
        await page.context.close()


@scene("/tour", waits=WAITS)
async def tour(play: Play) -> None:
    ana = await play.agent()
    page = ana.page
    await page.goto(f"{play.world.origin}/tour")
    console = page.frame_locator("iframe")
    await console.locator(".standing.live").wait_for()
    await play.take(page, "hello")
    await asks(page, BROKEN)
    await page.locator(".status.held").wait_for()
    await play.take(page, "held")
    await console.locator("ol .row").first.click()
    await console.locator(".answer").wait_for()
    await play.take(page, "card")
    await console.get_by_role("button", name="Approve").click()
    await page.locator(".wire li").filter(has_text="[DONE]").wait_for()
    await play.take(page, "approved")
    await page.set_viewport_size({"width": NARROW[0], "height": NARROW[1]})
    await play.take(page, "phone")


@scene("/shop")
async def shop_german(play: Play) -> None:
    """On a phone, with nobody there."""
    page = await play.at("/shop", NARROW, "de")
    await page.get_by_role("textbox").wait_for()
    await play.take(page, "hello")
    await page.get_by_role("textbox").fill(BROKEN)
    await page.keyboard.press("Enter")
    await page.locator(".said.model").wait_for()
    await page.wait_for_timeout(500)
    await play.take(page, "nobody-there")
