"""A person takes the conversation, talks with the customer in the shop, and hands it back."""

import re

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Visitor, Visitors
from tests.browser.customers import asks, shopping
from tests.browser.world import World

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_take_over_talk_and_hand_back(world: World, visitors: Visitors, ana: Visitor) -> None:
    shop = (await shopping(visitors)).page
    await asks(shop, "My lamp arrived damaged.")
    await expect(shop.get_by_text("A colleague is checking this answer.")).to_be_visible()
    await expect(shop.locator(".said.model .words")).to_have_text(
        "Sorry to hear that. Please send us a photo. We "
    )

    await ana.open("Refund promise")
    await ana.page.get_by_role("button", name="Take over").click()
    await expect(ana.page.get_by_role("heading", name="You are speaking")).to_be_visible()
    await expect(shop.get_by_text("Ana joined")).to_be_visible()
    box = ana.page.get_by_label("Message to the customer")
    await expect(box).to_be_focused()
    await ana.page.keyboard.type("Hello, Ana here.")
    await expect(shop.get_by_text("Ana is typing…")).to_be_visible()
    await ana.page.keyboard.press("Enter")
    await expect(ana.page.locator(".message.human")).to_contain_text("Hello, Ana here.")
    await expect(shop.locator(".said.person")).to_have_text(re.compile("^AnaHello, Ana here\\."))
    assert "guarantee" not in await shop.get_by_role("log").inner_text()

    await shop.get_by_role("textbox", name="Message").press_sequentially("Is a photo")
    await expect(ana.page.get_by_text("The customer is typing…")).to_be_visible()
    await asks(shop, "Is a photo of the box enough?")
    await expect(ana.page.get_by_text("The customer is typing…")).to_be_hidden()
    await expect(ana.page.locator(".message.customer").last).to_contain_text("photo of the box")
    await box.fill("It is, thank you.")
    await ana.page.keyboard.press("Enter")
    await expect(shop.locator(".said.person").last).to_contain_text("It is, thank you.")

    await ana.page.get_by_label("Note to the assistant").fill("Photo is on its way.")
    await ana.page.get_by_role("button", name="Hand back").click()
    await expect(ana.page.get_by_role("heading", name="The assistant is speaking")).to_be_visible()
    await asks(shop, "What are your opening hours?")
    await expect(shop.locator(".said.model .words").last).to_contain_text("Our shop is open")


async def test_colleagues_see_who_speaks_and_a_supervisor_can_step_in(
    world: World, visitors: Visitors, ana: Visitor
) -> None:
    world.ask("My lamp arrived damaged.")
    await ana.open("Refund promise")
    await ana.page.keyboard.press("t")
    await expect(ana.page.get_by_role("heading", name="You are speaking")).to_be_visible()

    ben = await visitors.agent("Ben")
    await ben.page.get_by_role("button", name="Ana conversation").click()
    await expect(ben.page.get_by_role("heading", name="Ana is speaking")).to_be_visible()
    await ben.page.get_by_role("button", name="Take over").click()
    await expect(ben.page.locator(".toast")).to_contain_text("Ana speaks in this conversation")

    dee = await visitors.agent("Dee", "supervisor")
    await dee.page.get_by_role("button", name="Ana conversation").click()
    await dee.page.get_by_role("button", name="Take over").click()
    await expect(dee.page.get_by_role("heading", name="You are speaking")).to_be_visible()
    await expect(ana.page.get_by_role("heading", name="Dee is speaking")).to_be_visible()


async def test_nobody_reads_that_they_type_themselves(
    world: World, visitors: Visitors, ana: Visitor
) -> None:
    page = ana.page
    shop = (await shopping(visitors)).page
    await asks(shop, "My lamp arrived damaged.")
    await ana.open("Refund promise")
    await page.keyboard.press("t")
    dee = await visitors.agent("Dee", "supervisor")
    await dee.page.get_by_role("button", name="Ana conversation").click()
    await page.get_by_label("Message to the customer").press_sequentially("One mom")
    await expect(dee.page.locator(".typing")).to_have_text("Ana is typing…")
    await dee.page.get_by_role("button", name="Take over").click()
    await expect(page.get_by_role("heading", name="Dee is speaking")).to_be_visible()
    assert await page.locator(".typing").inner_text() == ""  # at once: it fades by itself
    await expect(dee.page.get_by_label("Message to the customer")).to_be_focused()
    await dee.page.keyboard.type("Dee here")
    await expect(page.locator(".typing")).to_have_text("Dee is typing…")
    assert await dee.page.locator(".typing").inner_text() == ""


async def test_several_conversations_at_once_say_what_came_and_who_waits(
    world: World, visitors: Visitors, ana: Visitor
) -> None:
    page = ana.page
    shops = []
    for _ in range(2):
        shop = (await shopping(visitors)).page
        await asks(shop, "My lamp arrived damaged.")
        await ana.open("Refund promise")
        await page.keyboard.press("t")
        await expect(page.get_by_role("heading", name="You are speaking")).to_be_visible()
        await expect(page.locator(".head")).to_contain_text("the customer waits for an answer")
        await page.get_by_label("Message to the customer").fill("Hello.")
        await page.keyboard.press("Enter")
        await expect(page.locator(".head")).not_to_contain_text("waits for an answer")
        shops.append(shop)
    rows = page.locator(".row.talk")
    await expect(rows).to_have_count(2)
    await expect(page.locator(".unread")).to_have_count(0)
    await asks(shops[0], "Are you there?")
    await expect(page.locator(".unread")).to_have_text("1 new")
    await expect(page.locator(".message.customer").last).not_to_contain_text("Are you there?")
    await rows.filter(has_text="1 new").click()
    await expect(page.locator(".message.customer").last).to_contain_text("Are you there?")
    await expect(page.locator(".unread")).to_have_count(0)
    await expect(page.locator(".head")).to_contain_text("the customer waits for an answer")


async def test_a_customer_who_leaves_and_comes_again_is_seen_to(
    world: World, visitors: Visitors, ana: Visitor
) -> None:
    shop = (await shopping(visitors)).page
    await asks(shop, "My lamp arrived damaged.")
    await ana.open("Refund promise")
    await ana.page.keyboard.press("t")
    head = ana.page.locator(".head")
    await expect(head).to_contain_text("the customer waits for an answer")
    await shop.goto("about:blank")
    await expect(head).to_contain_text("the customer is not there, and has no answer yet")
    await ana.page.reload()
    await expect(head).to_contain_text("the customer is not there, and has no answer yet")
    await shop.go_back()
    await expect(head).to_contain_text("the customer waits for an answer")
    await ana.page.get_by_label("Message to the customer").fill("Here I am.")
    await ana.page.keyboard.press("Enter")
    await expect(shop.locator(".said.person")).to_contain_text("Here I am.")


async def test_escape_leaves_the_box_and_keeps_what_is_in_it(world: World, ana: Visitor) -> None:
    page = ana.page
    world.ask("My lamp arrived damaged.")
    await ana.open("Refund promise")
    box = await ana.take_over()
    await page.keyboard.type("Hello")
    await page.keyboard.press("Escape")
    await expect(box).not_to_be_focused()
    await page.keyboard.press("p")
    await expect(page.get_by_role("dialog")).to_be_visible()
    await expect(box).to_have_value("Hello")
