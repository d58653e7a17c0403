"""The people page: everybody with their roles, inviting, changing, and one's own password."""

from playwright.async_api import Page

from tests.browser.scenes.stage import NARROW, WIDE, Play, Size, scene
from tests.browser.test_people import field
from tests.server.people_world import BETTER, GOOD, add

SOME = (
    ("Ana", "agent", ("refunds",), ("en", "de")),
    ("Ben", "agent", (), ("en",)),
    ("Dee", "supervisor", ("law", "refunds", "child-safety"), ("de", "en", "fr")),
    ("Konstantin Brandt-Schneider", "engineer", (), ()),
    ("Omar", "auditor", (), ()),
)


async def staffed(play: Play) -> None:
    for name, role, skills, languages in SOME:
        await add(play.world, name, role, skills=skills, languages=languages)


async def admin(play: Play, size: Size = WIDE, locale: str = "en") -> Page:
    page = (await play.agent("Amy", "admin", size, locale)).page
    await page.goto(f"{play.world.origin}/console/people")
    await page.locator("tbody tr").first.wait_for()
    return page


@scene("/console/people")
async def people(play: Play) -> None:
    cleo = await play.agent("Cleo")
    await cleo.page.get_by_role("switch").click()
    await play.agent("Finn")
    await staffed(play)
    page = await admin(play)
    await play.take(page, "everybody")
    await page.get_by_role("button", name="Invite").click()
    await field(page, "Name").fill("Ana")
    await page.get_by_role("button", name="Make a link").click()
    await page.get_by_role("alert").wait_for()
    await play.take(page, "invite-refused")
    await page.keyboard.press("Escape")
    await page.get_by_role("button", name="Edit Dee").click()
    await play.take(page, "edit")
    await page.keyboard.press("Escape")
    await page.get_by_role("button", name="Shut out Omar").click()
    await play.take(page, "shut-out")
    await page.get_by_role("dialog").get_by_role("button", name="Shut out").click()
    await page.locator("tr.shut_out").wait_for()
    await page.get_by_role("button", name="Reset Cleo").click()
    await page.get_by_role("dialog").get_by_role("button", name="Reset").click()
    await page.locator("output").wait_for()
    await play.take(page, "link-and-shut-out")


@scene("/console/people")
async def account(play: Play) -> None:
    """An agent's own: where they are signed in, and their password."""
    page = await play.at((await play.world.link("Ana")).removeprefix(play.world.origin))
    for label in ("New password", "The same again"):
        await page.get_by_label(label).fill(GOOD)
    await page.keyboard.press("Enter")
    await page.locator(".standing.live").wait_for()
    await page.goto(f"{play.world.origin}/console/people")
    await page.locator(".sessions li").wait_for()
    await play.take(page, "mine")
    await page.get_by_label("The old one").fill("something else")
    for label in ("12 characters or more", "The new one again"):
        await page.get_by_label(label).fill(BETTER)
    await page.get_by_role("button", name="Change password").click()
    await page.get_by_role("alert").wait_for()
    await play.take(page, "wrong-password")


@scene("/console/people")
async def people_phone(play: Play) -> None:
    """In German, as its words are longer."""
    await staffed(play)
    page = await admin(play, NARROW, "de")
    await play.take(page, "everybody")
    await page.locator(".title .button").click()
    await page.locator("dialog[open]").wait_for()
    await play.take(page, "invite")
    await page.keyboard.press("Escape")
    await page.locator(".sessions").scroll_into_view_if_needed()
    await play.take(page, "oneself")


@scene("/console/people")
async def people_german(play: Play) -> None:
    await staffed(play)
    await play.take(await admin(play, locale="de"), "everybody")
