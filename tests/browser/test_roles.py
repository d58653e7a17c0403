"""Who sees and does what, page by page and key by key: the whole table, as people live it (86)."""

import pytest
from playwright.async_api import Page, expect

from hitl_chat.core.roles import MAY
from tests.browser.conftest import Visitor, Visitors
from tests.browser.test_decisions import BROKEN
from tests.browser.test_people import admin, row
from tests.browser.test_reasons import held
from tests.browser.world import World

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.slow]

TABLE = """
            console  lane    wall     people
agent       decides  decides shut     own
supervisor  decides  decides directs  staff
engineer    reads    reads   shut     own
auditor     reads    reads   reads    everybody
admin       shut     shut    reads    people
"""
HEADS, *LINES = (line.split() for line in TABLE.strip().splitlines())
PAGES = {role: dict(zip(HEADS, cells, strict=True)) for role, *cells in LINES}
PATHS = {"console": "console/", "lane": "lane", "wall": "wall", "people": "console/people"}
KEYS = ("n", "a", "e", "r", "r", "t", "x", "i", "/", "g", "u", "o", "s", "p", "w", "z", "1")


async def signed_in(visitors: Visitors, role: str) -> Visitor:
    kim = await visitors.new()
    kim.allowed = ("403",)  # what a page may not ask for, the browser calls an error
    await kim.page.goto(await visitors.world.link("Kim", role))
    await kim.page.get_by_role("button", name="Sign in as Kim").click()
    await kim.page.wait_for_url("**/console/")
    return kim


async def at(kim: Visitor, path: str) -> Page:
    await kim.page.goto(f"{kim.world.origin}/{path}")
    return kim.page


async def told_at_the_door(page: Page) -> None:
    await expect(page.locator(".door h1")).to_contain_text("is for")
    await expect(page.get_by_role("main").get_by_role("button")).to_have_count(0)


async def test_every_role_is_in_the_table() -> None:
    assert PAGES.keys() == MAY.keys()


@pytest.mark.parametrize("role", PAGES)
async def test_the_console(world: World, visitors: Visitors, role: str) -> None:
    ana = await visitors.agent("Ana")
    kim = await signed_in(visitors, role)
    page = await at(kim, "console/")
    if PAGES[role]["console"] == "shut":
        return await told_at_the_door(page)
    answer = world.ask(BROKEN)
    await kim.open("Refund promise")
    before = await held(world, kim)
    if PAGES[role]["console"] == "decides":
        await page.keyboard.press("a")
        await answer
        assert (await held(world, kim)).decision is not None
        return None
    for key in KEYS:
        await page.keyboard.press(key)
        await page.keyboard.press("Escape")
        await kim.open("Refund promise")
    after = await held(world, kim)
    assert (after.state, after.version, after.fence) == ("open", before.version, before.fence)
    assert not answer.done()
    await expect(ana.page.locator("ol .row")).not_to_contain_text("Kim")
    return None


@pytest.mark.parametrize("role", PAGES)
async def test_the_lane(world: World, visitors: Visitors, role: str) -> None:
    kim = await signed_in(visitors, role)
    page = await at(kim, "lane")
    if PAGES[role]["lane"] == "shut":
        return await told_at_the_door(page)
    await expect(page.get_by_text("Nothing to review")).to_be_visible()
    return None


@pytest.mark.parametrize("role", PAGES)
async def test_the_wall(world: World, visitors: Visitors, role: str) -> None:
    await visitors.agent("Ana")
    kim = await signed_in(visitors, role)
    page = await at(kim, "wall")
    if PAGES[role]["wall"] == "shut":
        return await told_at_the_door(page)
    await expect(page.get_by_role("rowheader", name="Ana")).to_be_visible()
    for name in ("Hold everything", "Call Ana"):
        shown = int(PAGES[role]["wall"] == "directs")
        await expect(page.get_by_role("button", name=name)).to_have_count(shown)
    return None


@pytest.mark.parametrize("role", PAGES)
async def test_the_people(world: World, visitors: Visitors, role: str) -> None:
    await visitors.agent("Ana")
    kim = await signed_in(visitors, role)
    page = await at(kim, "console/people")
    await expect(page.locator(".sessions li")).to_have_count(1)
    what = PAGES[role]["people"]
    seen = {
        "Edit Ana": what in ("staff", "people"),
        "Invite": what == "people",
        "Reset Ana": what == "people",
        "Shut out Ana": what == "people",
    }
    if what == "own":
        await expect(page.get_by_role("rowheader")).to_have_count(0)
    else:
        await expect(page.get_by_role("rowheader", name="Ana")).to_be_visible()
    for name, there in seen.items():
        await expect(page.get_by_role("button", name=name)).to_have_count(int(there))


async def test_a_role_that_is_lowered_counts_on_the_page_that_is_open(
    world: World, visitors: Visitors
) -> None:
    """80: she looks at a hold meanwhile, and what she looks at stays."""
    dee = await visitors.agent("Dee", "supervisor")
    answer = world.ask(BROKEN)
    await dee.open("Refund promise")
    amy = await admin(visitors)
    await amy.page.get_by_role("button", name="Edit Dee").click()
    await amy.page.get_by_label("Role").select_option("auditor")
    await amy.page.get_by_role("dialog").get_by_role("button", name="Save").click()
    await expect(row(amy.page, "Dee")).to_contain_text("auditor")
    await expect(dee.page.get_by_role("button", name="Approve").first).to_have_attribute(
        "aria-disabled", "true"
    )
    await dee.page.keyboard.press("a")
    await expect(dee.page.get_by_text("may read here and not decide").first).to_be_visible()
    assert not answer.done()
