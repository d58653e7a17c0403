"""What a customer sees while people and rules are at work."""

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Visitor, Visitors, rejects
from tests.browser.customers import in_the_shop
from tests.browser.test_accessible import findings
from tests.browser.world import World

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_safe_answer_streams_untouched(visitors: Visitors) -> None:
    page = (await in_the_shop(visitors, "What are your opening hours?")).page
    await expect(page.locator(".said.model .words")).to_contain_text(
        "Our shop is open Monday to Friday"
    )
    await expect(page.locator(".status")).to_have_text("")
    await expect(page.locator(".said.model .note")).to_have_count(0)


async def test_an_approved_answer_shows_no_scar(visitors: Visitors, ana: Visitor) -> None:
    page = (await in_the_shop(visitors, "My lamp arrived damaged.")).page
    await expect(page.get_by_text("A colleague is checking this answer.")).to_be_visible()
    await ana.open("Refund promise")
    await ana.page.keyboard.press("a")
    await expect(page.locator(".said.model .words")).to_have_text(
        "Sorry to hear that. Please send us a photo. We guarantee a full refund, whatever happened."
    )
    await expect(page.locator(".said")).to_have_count(2)
    await expect(page.locator(".status")).to_have_text("")


async def test_an_edited_answer_says_that_a_person_reviewed_it(
    visitors: Visitors, ana: Visitor
) -> None:
    page = (await in_the_shop(visitors, "My lamp arrived damaged.")).page
    await ana.open("Refund promise")
    await (await ana.edit()).fill("look at it first.")
    await ana.page.keyboard.press("Control+Enter")
    await expect(page.locator(".said.model .words")).to_contain_text("photo. We look at it first.")
    await expect(page.locator(".said.model .note")).to_have_text("Reviewed by a person")


async def test_nobody_there_is_said_at_once_in_the_rules_words(visitors: Visitors) -> None:
    page = (await in_the_shop(visitors, "My lamp arrived damaged.")).page
    await expect(page.locator(".said.model .words")).to_contain_text("A colleague will tell you")
    assert "guarantee" not in await page.get_by_role("log").inner_text()


async def test_what_is_written_meanwhile_is_asked_afterwards(
    world: World, visitors: Visitors, ana: Visitor
) -> None:
    page = (await in_the_shop(visitors, "My lamp arrived damaged.")).page
    await expect(page.get_by_text("A colleague is checking this answer.")).to_be_visible()
    await page.get_by_role("textbox").fill("What are your opening hours?")
    await page.keyboard.press("Enter")
    await expect(page.locator(".said.customer")).to_have_count(2)
    await ana.open("Refund promise")
    await rejects(ana.page)
    await expect(page.locator(".said.model .words").last).to_contain_text("Our shop is open")


async def test_a_server_that_refuses_is_told_in_words(world: World, visitors: Visitors) -> None:
    visitor = await visitors.new()
    visitor.allowed = ("500",)
    await visitor.page.route("**/shop/token", lambda route: route.fulfill(status=500))
    await visitor.page.goto(f"{world.origin}/shop")
    await visitor.page.get_by_role("textbox").fill("Hello?")
    await visitor.page.keyboard.press("Enter")
    await expect(visitor.page.locator(".said.notice .words")).to_have_text(
        "This did not work. Please try again in a moment."
    )
    assert await findings(visitor.page) == []
    await visitor.page.unroute("**/shop/token")
    await visitor.page.get_by_role("button", name="Try again").focus()
    await visitor.page.keyboard.press("Enter")
    await expect(visitor.page.locator(".said.model .words")).to_be_visible()
    await expect(visitor.page.locator(".said")).to_have_count(2)
    await expect(visitor.page.get_by_role("textbox")).to_be_focused()
