"""The people page: who works here, invited, changed, reset and shut out; with keys, and by axe."""

import pytest
from playwright.async_api import Locator, Page, expect

from tests.browser.conftest import Visitor, Visitors
from tests.browser.test_accessible import Theme, findings
from tests.browser.world import World

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def admin(visitors: Visitors, **more: object) -> Visitor:
    amy = await visitors.new(**more)
    await amy.page.goto(await amy.world.link("Amy", "admin"))
    await amy.page.get_by_role("button", name="Sign in as Amy").click()
    await amy.page.wait_for_url("**/console/")
    await amy.page.goto(f"{amy.world.origin}/console/people")
    await expect(amy.page.get_by_role("heading", name="Everybody")).to_be_visible()
    return amy


def row(page: Page, name: str) -> Locator:
    return page.get_by_role("row").filter(has=page.get_by_role("rowheader", name=name))


def field(page: Page, name: str) -> Locator:
    return page.get_by_role("textbox", name=name, exact=True)


async def test_somebody_is_invited_and_comes(world: World, visitors: Visitors) -> None:
    amy = await admin(visitors)
    page = amy.page
    await page.get_by_role("button", name="Invite").click()
    await field(page, "Name").fill("Zoe")
    await page.get_by_label("Role").select_option("supervisor")
    await page.get_by_label("Skills").fill("Law, refunds")
    await page.get_by_label("Languages").fill("de")
    await page.keyboard.press("Enter")
    link = await page.locator("output").inner_text()
    zoe = await visitors.new()
    await zoe.page.goto(link)
    await zoe.page.get_by_role("button", name="Sign in as Zoe").click()
    await zoe.live()
    await page.reload()
    here = row(page, "Zoe")
    for text in ("Online", "0 of 5", "supervisor", "law, refunds", "de"):
        await expect(here).to_contain_text(text)
    await expect(page.locator("output")).to_have_count(0)  # shown once


async def test_what_the_server_refuses_is_said_and_what_was_typed_stays(
    world: World, visitors: Visitors
) -> None:
    amy = await admin(visitors)
    amy.allowed = ("400", "409")
    page = amy.page
    await page.get_by_role("button", name="Invite").click()
    await field(page, "Name").fill("Amy")
    await page.get_by_role("button", name="Make a link").click()
    await expect(page.get_by_role("alert")).to_contain_text("choose another name")
    await field(page, "Name").fill("Zoe")
    await page.get_by_label("Languages").fill("german")
    await page.get_by_role("button", name="Make a link").click()
    await expect(page.get_by_role("alert")).to_contain_text("'german'")
    await expect(field(page, "Name")).to_have_value("Zoe")


async def test_skills_are_changed_with_the_keyboard_alone(world: World, visitors: Visitors) -> None:
    await visitors.agent("Ben")
    amy = await admin(visitors)
    page = amy.page
    await page.get_by_role("button", name="Edit Ben").focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("dialog", name="Edit Ben")).to_be_visible()
    await page.get_by_label("Skills").focus()
    await page.keyboard.type("law")
    await page.keyboard.press("Tab")
    await page.keyboard.type("de, fr")
    await page.keyboard.press("Tab")
    await page.keyboard.type("2")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("dialog")).to_be_hidden()
    await expect(page.locator(".said")).to_have_text("Saved: Ben.")
    for text in ("law", "de, fr", "0 of 2"):
        await expect(row(page, "Ben")).to_contain_text(text)
    await page.get_by_role("button", name="Shut out Ben").focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("dialog", name="Shut out Ben")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_be_hidden()
    await expect(row(page, "Ben")).to_contain_text("Online")


async def test_who_is_shut_out_sees_the_door(world: World, visitors: Visitors) -> None:
    ben = await visitors.agent("Ben")
    ben.allowed = ("401",)
    amy = await admin(visitors)
    page = amy.page
    await page.get_by_role("button", name="Shut out Ben").click()
    await page.get_by_role("dialog").get_by_role("button", name="Shut out").click()
    await expect(row(page, "Ben").get_by_role("cell").first).to_have_text("Shut out")
    await expect(page.get_by_role("button", name="Edit Ben")).to_have_count(0)
    await expect(ben.page.get_by_role("heading", name="signed out")).to_be_visible()


async def test_a_supervisor_says_what_people_can_do_and_no_more(
    world: World, visitors: Visitors
) -> None:
    await visitors.agent("Ben")
    sue = await visitors.agent("Sue", "supervisor")
    await sue.page.get_by_role("link", name="People").click()
    await expect(sue.page.get_by_role("button", name="Edit Ben")).to_be_visible()
    for name in ("Invite", "Reset Ben", "Shut out Ben"):
        await expect(sue.page.get_by_role("button", name=name)).to_have_count(0)
    await sue.page.get_by_role("button", name="Edit Ben").click()
    await expect(sue.page.get_by_label("Role")).to_have_count(0)


async def test_an_agent_finds_their_own_sessions_and_password(
    world: World, visitors: Visitors
) -> None:
    ana = await visitors.new()
    page = ana.page
    await page.goto(await world.link("Ana"))
    for label in ("New password", "The same again"):
        await page.get_by_label(label).fill("plum kettle 9 road")
    await page.keyboard.press("Enter")
    await ana.live()
    phone = await visitors.new()
    phone.allowed = ana.allowed = ("401",)
    await phone.page.goto(f"{world.origin}/sign-in")
    await field(phone.page, "Name").fill("Ana")
    await phone.page.get_by_label("Password").fill("plum kettle 9 road")
    await phone.page.keyboard.press("Enter")
    await phone.live()
    await page.get_by_role("link", name="People").click()
    await expect(page.get_by_role("heading", name="Everybody")).to_have_count(0)
    await expect(page.locator(".sessions li")).to_have_count(2)
    await page.get_by_role("button", name="everywhere else").click()
    await expect(page.locator(".sessions li")).to_have_count(1)
    await expect(phone.page.get_by_role("heading", name="signed out")).to_be_visible()
    await page.get_by_label("The old one").fill("plum kettle 9 road")
    for label in ("12 characters or more", "The new one again"):
        await page.get_by_label(label).fill("brown otters sing late")
    await page.get_by_role("button", name="Change password").click()
    await expect(page.locator(".said")).to_contain_text("Your password is changed")
    await page.get_by_role("button", name="Sign out everywhere").click()
    await expect(page.get_by_role("heading", name="signed out")).to_be_visible()


async def test_a_lost_server_is_said_wherever_something_is_done(
    world: World, visitors: Visitors
) -> None:
    amy = await admin(visitors)
    amy.allowed = ("ERR_INTERNET_DISCONNECTED",)
    page = amy.page
    why = "this may not have been done"
    await expect(page.locator(".standing")).to_have_text("Live")
    await page.get_by_role("button", name="Invite").click()
    await field(page, "Name").fill("Zoe")
    await amy.context.set_offline(True)
    await page.get_by_role("button", name="Make a link").click()
    await expect(page.get_by_role("dialog").get_by_role("alert")).to_contain_text(why)
    await expect(field(page, "Name")).to_have_value("Zoe")
    await expect(page.locator(".standing")).to_contain_text("Connection lost")
    await page.keyboard.press("Escape")
    await page.get_by_role("button", name="Sign out everywhere").click()
    await expect(page.get_by_role("alert")).to_contain_text(why)
    await amy.context.set_offline(False)
    await expect(page.locator(".standing")).to_have_text("Live")
    await page.get_by_role("button", name="Invite").click()
    await field(page, "Name").fill("Zoe")
    await page.get_by_role("button", name="Make a link").click()
    await expect(page.locator("output")).to_be_visible()


@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_every_state_without_a_finding_of_axe(
    world: World, visitors: Visitors, theme: Theme
) -> None:
    await visitors.agent("Ben")
    amy = await admin(visitors, reduced_motion="reduce", color_scheme=theme)
    amy.allowed = ("401", "409")
    page = amy.page
    assert await findings(page) == []
    await page.get_by_role("button", name="Invite").click()
    await field(page, "Name").fill("Amy")
    await page.get_by_role("button", name="Make a link").click()
    await expect(page.get_by_role("alert")).to_be_visible()
    assert await findings(page) == []
    await page.keyboard.press("Escape")
    await page.get_by_role("button", name="Reset Ben").click()
    assert await findings(page) == []
    await page.get_by_role("dialog").get_by_role("button", name="Reset").click()
    await expect(page.locator("output")).to_be_visible()
    assert await findings(page) == []
    await page.set_viewport_size({"width": 360, "height": 740})
    assert await findings(page) == []
    assert not await page.evaluate("document.documentElement.scrollWidth > innerWidth")
    await page.get_by_role("button", name="Sign out everywhere").click()
    await page.get_by_role("link", name="Sign in").click()
    assert await findings(page) == []
    await field(page, "Name").fill("Amy")
    await page.get_by_label("Password").fill("wrong")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("alert")).to_be_visible()
    assert await findings(page) == []
