"""Both sides on one page: the shop, the console in a frame, and the wire below."""

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Visitor, Visitors
from tests.browser.test_accessible import findings
from tests.browser.world import World

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_hold_is_decided_beside_its_customer(
    world: World, visitors: Visitors, ana: Visitor
) -> None:
    page = ana.page
    await page.goto(f"{world.origin}/tour")
    console = page.frame_locator("iframe")
    await expect(console.locator(".standing")).to_have_text("Live")
    await page.get_by_label("Message", exact=True).fill("My lamp arrived damaged.")
    await page.keyboard.press("Enter")
    await expect(page.locator(".status.held")).to_be_visible()
    await expect(page.locator(".wire li.told").filter(has_text='"held"')).to_have_count(1)
    await console.locator("ol").get_by_role("button", name="Refund promise").click()
    await console.get_by_role("button", name="Approve").click()
    await expect(page.locator(".said.model .words")).to_contain_text("whatever happened.")
    await expect(page.locator(".wire li").filter(has_text="[DONE]")).to_have_count(1)
    assert await findings(page) == []


async def test_the_console_shows_one_card_at_a_time_however_wide_the_window(
    world: World, visitors: Visitors
) -> None:
    visitor = await visitors.new(viewport={"width": 1920, "height": 1000})
    await visitor.sign_in("Ana")
    await visitor.page.goto(f"{world.origin}/tour")
    console = visitor.page.frame_locator("iframe")
    await expect(console.locator(".standing")).to_have_text("Live")
    world.ask("My lamp arrived damaged.")
    row = console.locator("ol").get_by_role("button", name="Refund promise")
    await row.click()
    await expect(console.locator(".answer")).to_be_visible()
    await expect(row).to_be_hidden()


async def test_whoever_signs_in_there_leaves_the_frame(world: World, visitors: Visitors) -> None:
    visitor = await visitors.new()
    visitor.allowed = ("401",)
    await visitor.page.goto(f"{world.origin}/tour")
    await visitor.page.frame_locator("iframe").get_by_role("link", name="Sign in").click()
    await visitor.page.wait_for_url("**/sign-in")
