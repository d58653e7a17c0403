"""When something is lost: the connection, the server, part of the page, a command."""

from playwright.async_api import Page, Route, WebSocketRoute

from tests.browser.line import SOCKET, Line
from tests.browser.scenes.stage import BROKEN, Play, opens, scene


class Wire:
    """Between a console and the server, until it is cut."""

    def __init__(self) -> None:
        self.sockets: list[WebSocketRoute] = []
        self.whole = True

    async def connect(self, console: WebSocketRoute) -> None:
        if self.whole:
            console.connect_to_server()
            self.sockets.append(console)
        else:
            await console.close()

    async def cut(self) -> None:
        self.whole = False
        await self.sockets[-1].close(code=1012)


async def aborts(route: Route) -> None:
    await route.abort()


@scene("/console/", "/lane", "/wall", "/console/people")
async def lost(play: Play) -> None:
    """The server, on each page."""
    dee = await play.visitor()
    line = Wire()
    await dee.page.route_web_socket(SOCKET, line.connect)
    await dee.sign_in("Dee", "supervisor")
    page = dee.page
    play.world.ask(BROKEN)
    await opens(dee)
    for path in ("lane", "wall", "console/people"):
        other = await dee.context.new_page()
        await other.goto(f"{play.world.origin}/{path}")
        await other.locator(".standing.live").wait_for()
        await goes(other)
        await play.take(other, path.rpartition("/")[2])
    await line.cut()
    await page.locator(".standing.lost").wait_for()
    await play.take(page, "console")


async def goes(page: Page) -> None:
    await page.route("**/console/**", aborts)
    await page.context.set_offline(True)
    await page.locator(".standing.lost").wait_for()
    await page.context.set_offline(False)


@scene("/console/")
async def commands(play: Play) -> None:
    """One that is refused, one that waits, one that no model heard."""
    ana = await play.visitor()
    line = await Line().through(ana)
    await ana.sign_in("Ana")
    page = ana.page
    play.world.ask(BROKEN)
    await opens(ana)
    await ana.in_sheet("u", "Beyond what I may grant.")
    await page.get_by_role("dialog").locator(".toast").wait_for()
    await play.take(page, "refused-in-a-sheet")
    await page.keyboard.press("Escape")
    await page.route("**/console/suggestions", aborts)
    await ana.in_sheet("i", "Do not promise anything.")
    await page.locator(".toast.problem").wait_for()
    await play.take(page, "no-model")
    await page.keyboard.press("Escape")
    await page.keyboard.press("Escape")
    line.mute = True
    await page.keyboard.press("a")
    await page.get_by_text("Approving…").wait_for()
    await play.take(page, "waits-for-the-server")


@scene("/console/")
async def half_a_page(play: Play) -> None:
    """What is opened later cannot be loaded."""
    ana = await play.visitor()
    await ana.page.route("**/console/later.css", aborts)
    await ana.page.route("**/card-*.js", aborts)
    await ana.sign_in("Ana")
    play.world.ask(BROKEN)
    await ana.page.locator("ol .row").click()
    await ana.page.get_by_role("button", name="Try again").wait_for()
    await play.take(ana.page, "older")
