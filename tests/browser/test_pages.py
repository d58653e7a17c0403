"""From page to page: the same ways on every page, in the same order, as far as a role may go."""

import pytest
from playwright.async_api import Page, expect

from hitl_chat.core.roles import MAY
from tests.browser.conftest import Visitors
from tests.browser.test_accessible import findings
from tests.browser.world import World

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.slow]

EVERYWHERE = ["Console", "Review", "Wall", "People"]
WAYS = {
    "agent": ["Console", "Review", "People"],
    "engineer": ["Console", "Review", "People"],
    "supervisor": EVERYWHERE,
    "auditor": EVERYWHERE,
    "admin": ["Wall", "People"],
}
GERMAN = ["Konsole", "Nachsehen", "Übersicht", "Leute"]


async def ways(page: Page, name: str = "Pages") -> list[str]:
    shown = page.get_by_role("navigation", name=name, exact=True)
    await expect(shown.locator("[aria-current=page]")).to_have_count(1)
    return await shown.locator("a, [aria-current]").all_inner_texts()


async def is_at(page: Page, name: str) -> None:
    await expect(page.locator(".pages [aria-current=page]")).to_have_text(name)


async def test_every_role_is_here() -> None:
    assert WAYS.keys() == MAY.keys()


@pytest.mark.parametrize("role", WAYS)
async def test_every_page_leads_to_the_others(world: World, visitors: Visitors, role: str) -> None:
    kim = await visitors.new()
    kim.allowed = ("403",)
    page = kim.page
    await page.goto(await world.link("Kim", role))
    await page.get_by_role("button", name="Sign in as Kim").click()
    await page.get_by_role("link", name="People").click()
    for name in (*WAYS[role], WAYS[role][0]):
        if name != "People":
            await page.get_by_role("link", name=name, exact=True).click()
        else:
            await page.goto(f"{world.origin}/console/people")
        await is_at(page, name)
        assert await ways(page) == WAYS[role]


async def test_on_a_phone_and_in_german_too(world: World, visitors: Visitors) -> None:
    ute = await visitors.new(
        viewport={"width": 320, "height": 640}, has_touch=True, is_mobile=True, locale="de"
    )
    page = ute.page
    await page.goto(await world.link("Ute", "supervisor"))
    await page.get_by_role("button", name="Ute").tap()
    await expect(page.locator(".standing")).to_have_text("Verbunden")
    for name in GERMAN:
        menu = page.get_by_role("button", name="Menü")
        if await menu.count() and await menu.get_attribute("aria-expanded") == "false":
            await menu.tap()
        if name != GERMAN[0]:
            await page.get_by_role("link", name=name, exact=True).tap()
        await is_at(page, name)
        assert await ways(page, "Seiten") == GERMAN
        await expect(page.locator(".pages [aria-current]")).to_be_in_viewport(ratio=1)
        assert await findings(page) == []
