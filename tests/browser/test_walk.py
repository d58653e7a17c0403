"""The wall, the lane and the people page by keys alone: all of it reached, seen, and used."""

import pytest
from playwright.async_api import Page, ViewportSize, expect

from tests.browser.conftest import Visitor, Visitors
from tests.browser.customers import complained
from tests.browser.scenes.stage import NARROW, WIDE
from tests.browser.test_wall import BROKEN, at_the_wall
from tests.browser.walking import walk
from tests.browser.world import TENANT, World

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.slow]  # several visitors
SIZES = {"wide": WIDE, "narrow": NARROW}
size = pytest.mark.parametrize("size", SIZES)


def viewport(size: str) -> ViewportSize:
    width, height = SIZES[size]
    return {"width": width, "height": height}


async def to(page: Page, role: str, name: str) -> None:
    """Tab until this control has the focus."""
    dialog = page.get_by_role("dialog")
    scope = dialog if await dialog.count() else page
    wanted = scope.get_by_role(role, name=name).first  # type: ignore[arg-type]
    for _ in range(80):
        if await wanted.evaluate("(one) => one === document.activeElement"):
            return
        await page.keyboard.press("Tab")
    raise AssertionError(f"Tab never comes to {role} {name!r}")


async def test_what_is_missed_is_told(visitors: Visitors) -> None:
    page = (await visitors.new()).page
    await page.set_content(
        "<style>:focus-visible{outline:2px solid} .bare:focus{outline:none}"
        "</style><button>fine</button><button class=bare>bare</button>"
        "<button onfocus='this.blur()'>shy</button>"
    )
    assert await walk(page) == [
        'button "bare" does not show its focus',
        'button "shy" is never reached',
    ]
    await page.set_content(
        "<style>:focus-visible{outline:2px solid}</style><button>under</button>"
        "<div style='position:fixed;inset:0'>"
    )
    assert await walk(page) == ['button "under" is hidden by something else']


@size
async def test_all_of_the_wall_is_reached_and_seen(
    world: World, visitors: Visitors, ana: Visitor, size: str
) -> None:
    await visitors.agent("Ben")
    dee = await at_the_wall(visitors, viewport=viewport(size))
    page = dee.page
    world.ask(BROKEN)
    await ana.claim_next()
    await expect(page.get_by_role("button", name="Give away Ana")).to_be_visible()
    assert await walk(page) == []
    await page.locator(".thresholds summary").focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("slider")).to_be_visible()
    assert await walk(page) == []
    assert await walk(page, back=True) == []
    for opener in ("Call Ana", "Give away Ana", "Block everything"):
        await page.get_by_role("button", name=opener).focus()
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("dialog")).to_be_visible()
        assert (opener, await walk(page)) == (opener, [])
        await page.keyboard.press("Escape")
        await expect(page.get_by_role("dialog")).to_be_hidden()
        await expect(page.get_by_role("button", name=opener)).to_be_focused()


async def test_whatever_supervisors_do_is_done_by_keys(
    world: World, visitors: Visitors, ana: Visitor
) -> None:
    ben = await visitors.agent("Ben")
    world.ask(BROKEN)
    await ana.claim_next()
    dee = await at_the_wall(visitors)
    page, press = dee.page, dee.page.keyboard.press
    await to(page, "button", "Call Ana")
    await press("Enter")
    await expect(page.get_by_label("Why")).to_be_focused()
    await page.keyboard.type("Come, please.")
    await to(page, "button", "Call")
    await press("Enter")
    await expect(ana.page.get_by_role("alert")).to_contain_text("Come, please.")
    await expect(page.get_by_role("dialog")).to_be_hidden()
    await to(page, "button", "Give away Ana")
    await press("Enter")
    await expect(page.get_by_role("dialog").get_by_role("listitem")).to_have_count(1)
    await to(page, "button", "Give away")
    await press("Enter")
    await expect(ben.page.locator("ol .row .claimed")).to_have_text("you")
    await press("Escape")
    await expect(page.get_by_role("dialog")).to_be_hidden()
    await to(page, "textbox", "Message")
    await page.keyboard.type("Lunch is late.")
    await to(page, "button", "Send")
    await press("Enter")
    await expect(ben.page.get_by_role("alert")).to_contain_text("Lunch is late.")
    await page.locator(".thresholds summary").focus()
    await press("Enter")
    await to(page, "slider", "")
    await press("Home")
    await to(page, "button", "Move")
    await press("Enter")
    await expect(page.locator(".moved li")).to_have_count(1)
    assert any(one.above is not None for one in world.program.directing.thresholds(TENANT))


@size
async def test_all_of_the_lane_is_reached_and_seen(
    world: World, visitors: Visitors, size: str
) -> None:
    await complained(visitors, "You are closed on Saturdays!")
    ana = await visitors.new(viewport=viewport(size))
    await ana.sign_in("Ana")
    page = ana.page
    await page.goto(f"{world.origin}/lane")
    await expect(page.locator(".row")).to_have_count(1)
    assert await walk(page) == []
    await page.locator(".row").focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("You are closed on Saturdays!")).to_be_visible()
    assert await walk(page) == []
    assert await walk(page, back=True) == []
    await to(page, "button", "Correct")
    await page.keyboard.press("Enter")
    await expect(page.get_by_label("What is right instead")).to_be_focused()
    assert await walk(page) == []
    await to(page, "button", "Cancel")
    await page.keyboard.press("Enter")
    await expect(page.get_by_label("What is right instead")).to_have_count(0)
    await expect(page.get_by_role("button", name="Correct")).to_be_focused()
    await to(page, "button", "Decided")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Nothing was decided yet")).to_be_visible()
    assert await walk(page) == []


@size
async def test_all_of_the_people_page_is_reached_and_seen(
    world: World, visitors: Visitors, ana: Visitor, size: str
) -> None:
    amy = await at_the_wall(visitors, "Amy", "admin", viewport=viewport(size))
    page = amy.page
    await page.goto(f"{world.origin}/console/people")
    edit = page.get_by_role("button", name="Edit").first
    await expect(edit).to_be_visible()
    assert await walk(page) == []
    await edit.focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("dialog")).to_be_visible()
    assert await walk(page) == []
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_be_hidden()
    await expect(edit).to_be_focused()
