"""Coming in by a link, and going out."""

import asyncio

import pytest
from playwright.async_api import WebSocketRoute, expect

from hitl_chat.server.messages import CROWDED
from tests.browser.conftest import Visitor, Visitors
from tests.browser.line import SOCKET
from tests.browser.world import World

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_looking_at_a_link_does_not_use_it_up(world: World, visitors: Visitors) -> None:
    link = await world.link("Ana")
    for _ in range(3):  # mail scanners and chat previews
        assert (await world.http.get(link)).status_code == 200
    ana = await visitors.new()
    await ana.page.goto(link)
    await ana.page.get_by_role("button", name="Sign in as Ana").click()
    await ana.live()
    assert ana.page.url.removesuffix("#") == f"{world.origin}/console/"


async def test_a_used_link_signs_nobody_else_in(world: World, visitors: Visitors) -> None:
    link = await world.link("Ana")
    ana, thief = await visitors.new(), await visitors.new()
    await ana.page.goto(link)
    await ana.page.get_by_role("button", name="Sign in as Ana").click()
    await ana.live()
    thief.allowed = ("410",)
    await thief.page.goto(link)
    await expect(thief.page.get_by_role("heading")).to_have_text("This link no longer works")


async def test_the_cookie_cannot_be_read_by_scripts_or_sent_elsewhere(ana: Visitor) -> None:
    (cookie,) = await ana.context.cookies()
    assert cookie["name"] == "__Host-hitl"
    assert (cookie["httpOnly"], cookie["secure"], cookie["sameSite"]) == (True, True, "Strict")
    assert await ana.page.evaluate("document.cookie") == ""


async def test_without_a_session_the_console_says_how_to_come_in(
    world: World, visitors: Visitors
) -> None:
    stranger = await visitors.new()
    stranger.allowed = ("401",)
    await stranger.page.goto(f"{world.origin}/console/")
    await expect(stranger.page.get_by_role("heading", name="signed out")).to_be_visible()
    await expect(stranger.page.get_by_text("people add NAME")).to_be_visible()


async def test_signing_out_closes_the_door(world: World, ana: Visitor) -> None:
    ana.allowed = ("401",)
    await ana.page.get_by_role("button", name="Sign out").click()
    await expect(ana.page.get_by_role("heading", name="signed out")).to_be_visible()
    await ana.page.reload()
    await expect(ana.page.get_by_role("heading", name="signed out")).to_be_visible()


async def test_whoever_could_not_be_signed_out_is_told(ana: Visitor) -> None:
    ana.allowed = ("500", "ERR_FAILED")
    leave = ana.page.get_by_role("button", name="Sign out")
    for fails in (lambda route: route.fulfill(status=500), lambda route: route.abort()):
        await ana.page.route("**/console/sign-out", fails)
        await leave.click()
        await expect(ana.page.locator(".toast")).to_contain_text("may still be signed in")
        await ana.live()
        await ana.page.unroute("**/console/sign-out")
        await ana.page.reload()
    ana.allowed = ("401",)
    await leave.click()
    await expect(ana.page.get_by_role("heading", name="signed out")).to_be_visible()


async def test_one_console_too_many_says_so_and_knocks_once(ana: Visitor) -> None:
    knocks, room = list[str](), asyncio.Event()

    async def knocked(console: WebSocketRoute) -> None:
        knocks.append(console.url)
        if room.is_set():
            console.connect_to_server()
        else:
            await console.close(code=CROWDED, reason="at most 20 consoles at once")

    await ana.page.route_web_socket(SOCKET, knocked)
    await ana.page.reload()
    await expect(ana.page.get_by_role("heading", name="Too many consoles")).to_be_visible()
    await ana.page.evaluate("dispatchEvent(new Event('online'))")
    room.set()
    await ana.page.get_by_role("button", name="Reload").click()
    await ana.live()
    assert len(knocks) == 2


async def test_an_auditor_reads_and_cannot_decide(world: World, visitors: Visitors) -> None:
    await visitors.agent("Ana")
    omar = await visitors.agent("Omar", "auditor")
    world.ask("My lamp arrived damaged.")
    await omar.open("Refund promise")
    for name in ("Approve", "Edit", "Reject"):
        button = omar.page.get_by_role("button", name=name).first
        await expect(button).to_have_attribute("aria-disabled", "true")
    await omar.page.keyboard.press("r")
    await expect(omar.page.get_by_text("may read here and not decide").first).to_be_visible()


async def test_an_admin_is_shown_the_way_to_the_people(visitors: Visitors) -> None:
    amy = await visitors.new()
    await amy.page.goto(await amy.world.link("Amy", "admin"))
    await amy.page.get_by_role("button", name="Sign in as Amy").click()
    await expect(amy.page.get_by_role("heading", name="for agents")).to_be_visible()
    await amy.page.get_by_role("link", name="People").click()
    await expect(amy.page.get_by_role("heading", name="Everybody")).to_be_visible()


async def test_a_password_is_chosen_once_and_lets_in_again(
    world: World, visitors: Visitors
) -> None:
    """With the keyboard alone."""
    ana = await visitors.new()
    ana.allowed = ("400", "401")
    page = ana.page
    await page.goto(await world.link("Ana"))
    await page.get_by_label("New password").fill("ana ana ana ana")
    await page.get_by_label("The same again").fill("ana ana ana ana")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("alert")).to_contain_text("easy to guess")
    for label in ("New password", "The same again"):
        await page.get_by_label(label).fill("plum kettle 9 road")
    await page.keyboard.press("Enter")
    await ana.live()
    await page.get_by_role("button", name="Sign out").click()
    await page.get_by_role("link", name="Sign in").click()
    for password, wrong in (("brown otters sing late", True), ("plum kettle 9 road", False)):
        await page.get_by_label("Name").fill("Ana")
        await page.get_by_label("Password").fill(password)
        await page.keyboard.press("Enter")
        if wrong:
            alert = page.get_by_role("alert")
            await expect(alert).to_have_text("The name or the password is wrong.")
    await ana.live()


async def test_colleagues_see_who_is_here_and_who_is_away(visitors: Visitors) -> None:
    ana, ben = await visitors.agent("Ana"), await visitors.agent("Ben")
    shown = ben.page.get_by_role("list", name="Colleagues online")
    await expect(shown).to_have_text("Ana")
    switch = ana.page.get_by_role("switch")
    await expect(switch).to_be_checked()
    await switch.click()
    await expect(switch).not_to_be_checked()
    await expect(shown).to_have_text("Ana, away")
    await ana.page.reload()
    await ana.live()
    await expect(switch).not_to_be_checked()
