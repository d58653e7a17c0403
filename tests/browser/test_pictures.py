"""Whoever adds a page takes pictures of it, and nothing on a page is wider than a phone."""

from pathlib import Path

import pytest
from playwright.async_api import Page, expect
from starlette.routing import Route

from hitl_chat.server.pages import pages
from hitl_chat.settings import Waits
from tests.browser.conftest import Visitor, Visitors
from tests.browser.customers import complained
from tests.browser.scenes import SCENES
from tests.browser.test_decisions import BROKEN
from tests.browser.world import World

pytestmark = pytest.mark.asyncio(loop_scope="session")

SIZE = {"width": 360, "height": 740}  # narrower than most
PHONE = {"viewport": SIZE, "has_touch": True, "is_mobile": True, "reduced_motion": "reduce"}
DOOR = ("/sign-in", "/in/nothing")
# What can be seen and reaches out of the window. Reasons stand in one line on purpose: it scrolls
# with the finger and with the focus; so does what goes over the wire, in the tour.
TOO_WIDE = """() => {
  const wide = [...document.body.querySelectorAll('*')].filter((one) => {
    if (one.closest('.because, .instead, .wire, .unseen, .rows thead')) return false;
    if (!one.checkVisibility({ visibilityProperty: true })) return false;
    const { left, right, width } = one.getBoundingClientRect();
    return width > 1 && (right > innerWidth + 1 || left < -1);
  });
  const page = document.documentElement.scrollWidth > innerWidth ? ['the page'] : [];
  return [...page, ...wide.map((one) => `${one.tagName} ${one.className} ${one.textContent}`)];
}"""


@pytest.fixture
def waits() -> Waits:
    return Waits(undo_console=30, linger=0.2)


async def too_wide(page: Page) -> list[str]:
    found: list[str] = await page.evaluate(TOO_WIDE)
    return found


async def test_every_page_has_a_scene(world: World, built: Path) -> None:
    shown = {path for scene in SCENES.values() for path in scene.pages}
    routes = pages(built, shop=True).routes
    paths = [*DOOR, *(route.path for route in routes if isinstance(route, Route))]
    answers = {path: await world.http.get(path) for path in paths}
    found = {path for path, one in answers.items() if "html" in one.headers.get("content-type", "")}
    assert {"/console/", "/wall", "/sign-in"} <= found
    assert found == found & shown


async def phone(visitors: Visitors, name: str, role: str, locale: str) -> Visitor:
    visitor = await visitors.new(locale=locale, **PHONE)
    await visitor.page.goto(await visitors.world.link(name, role))
    assert await too_wide(visitor.page) == []
    await visitor.page.get_by_role("button").first.click()
    await visitor.page.wait_for_url("**/console/")
    await expect(visitor.page.locator(".standing.live, .door")).to_be_visible()
    return visitor


@pytest.mark.slow
@pytest.mark.parametrize("locale", ["en", "de"])
async def test_a_console_fits_a_phone(world: World, visitors: Visitors, locale: str) -> None:
    page = (await phone(visitors, "Ana", "agent", locale)).page
    assert await too_wide(page) == []
    world.ask(BROKEN, customer={"name": "Robin", "tier": "gold" * 20})
    await page.locator("ol .row").tap()
    await expect(page.locator(".draft.whole")).to_be_visible()
    assert await too_wide(page) == []
    for key in ("?", "b", "u", "p", "i", "Control+k"):
        await page.keyboard.press(key)
        await expect(page.get_by_role("dialog")).to_be_visible()
        assert (key, await too_wide(page)) == (key, [])
        await page.keyboard.press("Escape")
    await page.keyboard.press("e")
    await page.locator(".editor textarea").fill("look at it first, and tell you then.")
    assert await too_wide(page) == []
    await page.keyboard.press("Control+Enter")
    await expect(page.locator(".toast.undo")).to_be_visible()
    assert await too_wide(page) == []
    await page.keyboard.press("z")
    await expect(page.locator(".toast.undo")).to_have_count(0)
    await page.reload()
    await expect(page.locator(".draft.whole")).to_be_visible()
    await page.keyboard.press("t")
    await expect(page.locator(".composer textarea")).to_be_focused()
    assert await too_wide(page) == []


@pytest.mark.slow
@pytest.mark.parametrize("locale", ["en", "de"])
async def test_all_other_pages_fit_a_phone(world: World, visitors: Visitors, locale: str) -> None:
    ana = await visitors.agent("Konstantin Brandt-Schneider")
    world.ask(BROKEN)
    await ana.open("Refund promise")
    await ana.take_over()
    await complained(visitors, "You are closed on Saturdays!")
    amy = await phone(visitors, "Amy", "admin", locale)
    dee = await phone(visitors, "Dee", "supervisor", locale)
    for who, path, there in (
        (amy.page, "/console/people", "tbody tr"),
        (dee.page, "/wall", ".agents tbody tr"),
        (dee.page, "/lane", ".row"),
        (dee.page, "/shop", "hitl-chat"),
        (dee.page, "/tour", "iframe"),
        (dee.page, "/sign-in", "form"),
    ):
        await who.goto(f"{world.origin}{path}")
        await expect(who.locator(there).first).to_be_visible()
        assert (path, await too_wide(who)) == (path, [])


@pytest.mark.slow
async def test_who_works_here_can_be_read_on_a_phone(world: World, visitors: Visitors) -> None:
    """Every figure of an agent, and what can be done about them, without moving sideways."""
    ana = await visitors.agent("Ana")
    world.ask(BROKEN)
    await ana.claim_next()
    dee = await phone(visitors, "Dee", "supervisor", "en")
    await dee.page.goto(f"{world.origin}/wall")
    row = dee.page.locator(".agents tbody tr").filter(has_text="Ana")
    give = row.get_by_role("button", name="Give away")
    await give.scroll_into_view_if_needed()
    for part in (give, row.get_by_role("button", name="Call"), row.locator("td.figure").last):
        await expect(part).to_be_in_viewport(ratio=1)
    assert await too_wide(dee.page) == []
