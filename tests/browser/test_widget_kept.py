"""The widget in a browser: what is lost and comes back, and to whom."""

import asyncio

import pytest
from playwright.async_api import Route, expect

from tests.browser.conftest import Visitor, Visitors
from tests.browser.customers import asks, in_the_shop
from tests.browser.test_widget_manner import another_token
from tests.browser.world import World

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_reloaded_page_goes_on_where_it_was(
    world: World, visitors: Visitors, ana: Visitor
) -> None:
    page = (await in_the_shop(visitors, "My lamp arrived damaged.")).page
    await expect(page.get_by_text("A colleague is checking")).to_be_visible()
    await page.reload()
    await expect(page.get_by_text("A colleague is checking")).to_be_visible()
    await expect(page.locator(".said")).to_have_count(2)
    await ana.open("Refund promise")
    await ana.page.keyboard.press("a")
    await expect(page.locator(".said.model .words")).to_have_text(
        "Sorry to hear that. Please send us a photo. We guarantee a full refund, whatever happened."
    )
    await page.reload()
    await expect(page.locator(".said.model .words")).to_contain_text("whatever happened.")
    await expect(page.locator(".said")).to_have_count(2)


async def test_nothing_that_was_kept_is_shown_before_it_is_known_whose_it_is(
    world: World, visitors: Visitors
) -> None:
    page = (await in_the_shop(visitors, "What are your opening hours?")).page
    await expect(page.get_by_role("button", name="This is wrong")).to_be_visible()
    known = asyncio.Event()

    async def slow(route: Route) -> None:
        await known.wait()
        await route.continue_()

    await page.route("**/shop/token", slow)
    await page.reload()
    start = page.get_by_role("button", name="My lamp arrived damaged.")
    await expect(start).to_be_visible()
    await asks(page, "Thank you!")
    await expect(start).to_be_hidden()
    await expect(page.locator(".said .words")).to_have_text(["Thank you!"])
    known.set()
    await expect(page.locator(".said.customer .words")).to_have_text(
        ["What are your opening hours?", "Thank you!"]
    )
    await expect(page.locator(".said.model")).to_have_count(2)


async def test_what_was_written_before_the_first_token_is_asked_after_a_reload(
    world: World, visitors: Visitors
) -> None:
    page = (await visitors.new()).page
    await page.route("**/shop/token", lambda route: None)  # nobody answers
    await page.goto(f"{world.origin}/shop")
    await asks(page, "What are your opening hours?")
    await expect(page.locator(".said.customer")).to_have_count(1)
    await page.unroute("**/shop/token")
    await page.reload()
    await expect(page.locator(".said .words").first).to_have_text("What are your opening hours?")
    await expect(page.locator(".said.model .words")).to_contain_text("Saturday")


async def test_whoever_is_signed_in_meanwhile_reads_nothing_of_the_one_before(
    world: World, visitors: Visitors
) -> None:
    visitor = await in_the_shop(visitors, "What are your opening hours?")
    visitor.allowed = ("401",)
    page = visitor.page
    await expect(page.get_by_role("button", name="This is wrong")).to_be_visible()
    await another_token(page, "**/v1/chat/completions")
    await asks(page, "Do you ship to Austria?")
    await expect(page.locator(".said.customer .words")).to_have_text(["Do you ship to Austria?"])
    await expect(page.get_by_role("button", name="This is wrong")).to_be_visible()
    await expect(page.locator(".said")).to_have_count(2)
    await page.unroute("**/shop/token")
    await page.reload()
    await expect(page.locator(".said.customer .words")).to_have_text(["Do you ship to Austria?"])


async def test_a_lost_connection_is_said_and_loses_nothing(
    world: World, visitors: Visitors, ana: Visitor
) -> None:
    visitor = await in_the_shop(visitors, "My lamp arrived damaged.")
    visitor.allowed = ("ERR_INTERNET_DISCONNECTED", "ERR_FAILED", "ERR_NETWORK")
    page = visitor.page
    await expect(page.get_by_text("A colleague is checking")).to_be_visible()
    await ana.open("Refund promise")
    await visitor.context.set_offline(True)
    await asks(page, "What are your opening hours?")
    await ana.page.keyboard.press("t")
    await ana.page.locator(".composer textarea").fill("Hello, Ana here.")
    await ana.page.keyboard.press("Enter")
    await visitor.context.set_offline(False)
    await expect(page.locator(".said.person .words")).to_have_text("Hello, Ana here.")
    await expect(page.locator(".said.customer")).to_have_count(2)
    await expect(page.locator(".said.notice")).to_have_text("Ana joined")


async def test_while_nobody_answers_the_customer_is_told_so(
    world: World, visitors: Visitors
) -> None:
    visitor = await visitors.new()
    visitor.allowed = ("ERR_FAILED",)
    page = visitor.page
    await page.goto(f"{world.origin}/shop")
    await page.route("**/v1/chat/completions", lambda route: route.abort())
    await asks(page, "What are your opening hours?")
    await expect(page.get_by_text("No connection. Trying again…")).to_be_visible()
    await page.unroute("**/v1/chat/completions")
    await expect(page.locator(".said.model .words")).to_contain_text("Saturday")
    await expect(page.locator(".status")).to_have_text("")


async def test_a_page_without_tokens_says_so_to_its_makers_only(
    world: World, visitors: Visitors
) -> None:
    visitor = await visitors.new()
    visitor.allowed = ("gave no token",)
    page = visitor.page
    await page.route("**/shop/token", lambda route: route.fulfill(json={}))
    await page.goto(f"{world.origin}/shop")
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text))
    async with page.expect_console_message():  # it may come after what is seen
        await asks(page, "What are your opening hours?")
    await expect(page.locator(".said.notice .words")).to_have_text(
        "This did not work. Please try again in a moment."
    )
    assert told == ["hitl-chat: /shop/token gave no token"]
    await page.unroute("**/shop/token")
    await page.get_by_role("button", name="Try again").click()
    await expect(page.locator(".said.model .words")).to_contain_text("Saturday")
