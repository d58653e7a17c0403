"""Coming in: by a link, by name and password, with what is wrong said at the door."""

from hitl_chat.server.messages import CROWDED
from hitl_chat.settings import Oidc
from tests.browser.line import SOCKET
from tests.browser.scenes.stage import NARROW, Play, scene
from tests.browser.world import TENANT

ISSUER = "http://127.0.0.1:9"  # nobody goes there
ACCOUNTS = Oidc(
    issuer=ISSUER, client_id="hitl", secret_env="SECRET", tenant=TENANT, roles={"leads": "admin"}
)


@scene("/sign-in", "/in/nothing", "/lane", "/wall", "/console/", "/console/people")
async def door(play: Play) -> None:
    page = await play.at("/sign-in")
    await play.take(page, "sign-in")
    await page.get_by_label("Name").fill("Ana")
    await page.get_by_label("Password").fill("wrong wrong wrong")
    await page.keyboard.press("Enter")
    await page.get_by_role("alert").wait_for()
    await play.take(page, "wrong")
    await page.goto(await play.world.link("Zoe", "supervisor"))
    await play.take(page, "link")
    for label in ("New password", "The same again"):
        await page.get_by_label(label).fill("zoe zoe zoe zoe")
    await page.keyboard.press("Enter")
    await page.get_by_role("alert").wait_for()
    await play.take(page, "easy-to-guess")
    await page.goto(f"{play.world.origin}/in/nothing")
    await play.take(page, "used-up")
    await page.goto(f"{play.world.origin}/console/")
    await page.locator(".door").wait_for()
    await play.take(page, "signed-out")
    for path in ("lane", "wall", "console/people"):
        await page.goto(f"{play.world.origin}/{path}")
        await page.locator(".door").wait_for()
        await play.take(page, f"signed-out-{path.rpartition('/')[2]}")


@scene("/sign-in", environ={"SECRET": "of the company"}, oidc=ACCOUNTS)
async def company(play: Play) -> None:
    page = await play.at("/sign-in")
    await play.take(page, "account")


@scene("/console/", "/lane", "/wall")
async def refused(play: Play) -> None:
    """Those who are signed in, and for whom a page is not."""
    amy = (await play.agent("Amy", "admin")).page
    await play.take(amy, "console")
    ana = await play.agent()
    for who, path in ((ana.page, "wall"), (amy, "lane")):
        await who.goto(f"{play.world.origin}/{path}")
        await who.locator(".door").wait_for()
        await play.take(who, path)
    await ana.page.route_web_socket(SOCKET, lambda console: console.close(code=CROWDED))
    await ana.page.goto(f"{play.world.origin}/console/")
    await ana.page.get_by_role("heading", name="Too many consoles").wait_for()
    await play.take(ana.page, "crowded")


@scene("/sign-in")
async def door_phone(play: Play) -> None:
    """In German, as its words are longer."""
    page = await play.at("/sign-in", NARROW, "de")
    await play.take(page, "sign-in")
    await page.goto(await play.world.link("Ute"))
    await play.take(page, "link")
    await page.goto(f"{play.world.origin}/in/nothing")
    await play.take(page, "used-up")
