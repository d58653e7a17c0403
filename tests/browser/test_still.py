"""What stays where it is: the rows that somebody points at, and the focus when buttons change."""

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Visitor, Visitors
from tests.browser.test_decisions import BROKEN
from tests.browser.world import World

pytestmark = pytest.mark.asyncio(loop_scope="session")

GIFT = "Can I get money back for a gift card?"


async def test_rows_do_not_move_under_the_pointer_and_keys_go_through_what_is_seen(
    world: World, ana: Visitor
) -> None:
    page = ana.page
    world.ask(GIFT)
    rows = page.locator("ol .row")
    await expect(rows).to_have_count(1)
    await rows.first.hover()
    before = await rows.first.bounding_box()
    world.ask(BROKEN)  # more urgent: it would come first
    await expect(page.locator(".news")).to_have_text("1 new")
    assert await rows.first.bounding_box() == before
    await page.locator(".queue .next").focus()
    await page.keyboard.press("Tab")
    await expect(rows).to_have_count(2)
    await expect(rows.first).to_be_focused()
    await page.locator(".top h1").hover()  # who is here with the keyboard needs it to be still, too
    world.ask("Which contact details are on order 4471?")
    await expect(page.locator(".news")).to_have_text("1 new")
    await page.keyboard.press("j")
    await page.keyboard.press("j")
    await page.keyboard.press("j")
    await expect(page.get_by_role("heading", name="Gift card", level=2)).to_be_visible()
    await page.keyboard.press("Shift+Tab")
    await page.keyboard.press("Enter")
    await expect(rows).to_have_count(3)
    await expect(rows.first).to_be_focused()


async def test_who_goes_on_with_keys_does_not_point(world: World, ana: Visitor) -> None:
    page = ana.page
    world.ask(GIFT)
    await ana.open("Gift card")
    world.ask(BROKEN)
    await expect(page.locator(".news")).to_have_text("1 new")
    await page.keyboard.press("d")
    await expect(page.locator("ol .row")).to_have_count(2)


async def test_the_focus_stays_with_the_buttons(world: World, ana: Visitor) -> None:
    page = ana.page
    world.ask(BROKEN)
    await ana.open("Refund promise")
    reject = page.get_by_role("button", name="Reject", exact=True)
    await reject.focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("group", name="Decide")).to_be_focused()
    await page.get_by_role("button", name="Back", exact=True).focus()
    await page.keyboard.press("Enter")
    await expect(reject).to_be_focused()


async def test_what_was_passed_on_is_confirmed_by_supervisors_and_others_read_so(
    world: World, ana: Visitor, visitors: Visitors
) -> None:
    dee = await visitors.agent("Dee", "supervisor")
    world.stage.says("3 months.")
    world.ask("From which age is the Sparrow carrier?")
    await ana.open("Child safety")
    await ana.page.keyboard.press("u")
    await ana.page.keyboard.press("Control+Enter")
    await expect(ana.page.locator(".actions")).to_contain_text("a supervisor decides it now (Dee)")
    await dee.open("Child safety")
    await (await dee.edit()).fill("From about 9 months.")
    await dee.page.keyboard.press("Control+Enter")
    actions = ana.page.locator(".actions")
    await expect(actions).to_contain_text("A supervisor has to confirm it.")
    await expect(actions.get_by_role("button")).to_have_count(0)
