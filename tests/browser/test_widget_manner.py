"""The widget in a browser: what its page may say of it, and how it treats who writes or reads."""

import asyncio

import pytest
from playwright.async_api import Page, Route, expect

from tests.browser.conftest import Visitors
from tests.browser.customers import asks, in_the_shop, shopping
from tests.browser.world import World

pytestmark = pytest.mark.asyncio(loop_scope="session")

PRIVATE = """() => {
    const chat = document.createElement('hitl-chat');
    for (const [name, value] of [['grant', '/shop/token'], ['keep', 'no'], ['person', 'no']])
        chat.setAttribute(name, value);
    document.querySelector('hitl-chat').replaceWith(chat);
}"""
COMPOSING = """(box) => box.dispatchEvent(
    new KeyboardEvent('keydown', { key: 'Enter', isComposing: true, bubbles: true }))"""
# Where it is and how far it goes, once what has changed by now is painted.
PLACE = """async (box) => {
    for (let frames = 0; frames < 2; frames++) await new Promise(requestAnimationFrame);
    return [box.scrollTop, box.scrollHeight - box.clientHeight];
}"""


async def private(world: World, page: Page) -> None:
    await page.goto(f"{world.origin}/shop")
    await page.evaluate(PRIVATE)


async def test_a_page_may_forget_and_may_have_nobody_to_talk_to(
    world: World, visitors: Visitors
) -> None:
    page = (await visitors.new()).page
    await private(world, page)
    await expect(page.get_by_text("Chat is an AI assistant.")).to_be_visible()
    await expect(page.get_by_role("button", name="Talk to a person")).to_be_hidden()
    await asks(page, "What are your opening hours?")
    await expect(page.get_by_role("button", name="This is wrong")).to_be_visible()
    await private(world, page)
    await asks(page, "Do you ship to Austria?")
    await expect(page.get_by_role("button", name="This is wrong")).to_be_visible()
    await expect(page.locator(".said.customer")).to_have_count(1)


async def test_only_a_bare_enter_sends(world: World, visitors: Visitors) -> None:
    page = (await shopping(visitors)).page
    box = page.get_by_role("textbox")
    await box.press_sequentially("What are")
    await page.keyboard.press("Shift+Enter")
    await page.keyboard.type("your opening hours?")
    await box.evaluate(COMPOSING)  # a word is chosen, in Japanese for example
    await expect(box).to_have_value("What are\nyour opening hours?")
    await expect(page.locator(".said")).to_have_count(0)
    await page.keyboard.press("Enter")
    await expect(page.locator(".said.customer .words")).to_have_text("What are your opening hours?")
    await expect(box).to_have_value("")


async def test_who_has_scrolled_up_to_read_stays_there(world: World, visitors: Visitors) -> None:
    page = (await visitors.new(viewport={"width": 400, "height": 500})).page
    world.stage.says([(0.0, "A line.\n" * 60), (1.0, "The end.")], "And that.")
    await page.goto(f"{world.origin}/shop")
    await asks(page, "Tell me everything.")
    await expect(page.locator(".said.model .words")).to_contain_text("A line.")
    read = page.locator(".scroll")
    place, end = await read.evaluate(PLACE)
    assert place == end > 0
    await read.evaluate("(element) => (element.scrollTop = 0)")
    world.stage.go_on.set()
    await expect(page.locator(".said.model .words")).to_contain_text("The end.")
    assert (await read.evaluate(PLACE))[0] == 0
    await asks(page, "And now?")
    await expect(page.locator(".said.model .words").last).to_have_text("And that.")
    place, end = await read.evaluate(PLACE)
    assert place == end


async def test_what_one_was_writing_is_not_left_to_the_next(
    world: World, visitors: Visitors
) -> None:
    visitor = await in_the_shop(visitors, "What are your opening hours?")
    visitor.allowed = ("401", "This token is over.")
    page = visitor.page
    good = page.get_by_role("button", name="Good answer")
    await expect(good).to_be_visible()
    await page.get_by_role("textbox").fill("My card number is")

    await another_token(page, "**/feedback")
    await good.click()
    await expect(page.get_by_text("This did not work.")).to_be_visible()
    await good.click()
    await expect(page.locator(".said")).to_have_count(0)
    await expect(page.get_by_role("textbox")).to_have_value("")


async def another_token(page: Page, path: str) -> None:
    """The token is over with the next request there, and the one after it is somebody else's."""

    async def over(route: Route) -> None:
        await page.unroute(path)
        await route.fulfill(status=401, json={"error": {"message": "This token is over."}})

    async def somebody_else(route: Route) -> None:
        await route.continue_(post_data="{}")

    await page.route(path, over)
    await page.route("**/shop/token", somebody_else)


async def test_nor_what_was_written_while_somebody_else_asks(
    world: World, visitors: Visitors
) -> None:
    visitor = await in_the_shop(visitors, "What are your opening hours?")
    visitor.allowed = ("401",)
    page = visitor.page
    await expect(page.get_by_role("button", name="Good answer")).to_be_visible()
    await page.get_by_role("textbox").fill("My card number is")
    await another_token(page, "**/v1/chat/completions")
    await page.evaluate("document.querySelector('hitl-chat').ask('Do you ship to Austria?')")
    await expect(page.locator(".said.customer .words")).to_have_text(["Do you ship to Austria?"])
    await expect(page.locator(".said.model")).to_have_count(1)
    await expect(page.get_by_role("textbox")).to_have_value("")


MOVED = """() => {
    const chat = document.querySelector('hitl-chat');
    const place = chat.parentNode;
    chat.remove();
    place.append(chat);
    return chat.shadowRoot.querySelector('textarea').value;
}"""


async def test_an_element_that_is_moved_keeps_what_its_customer_was_writing(
    world: World, visitors: Visitors
) -> None:
    page = (await shopping(visitors)).page
    box = page.get_by_role("textbox")
    await box.fill("What are")
    await page.evaluate(MOVED)
    await expect(box).to_have_value("What are")
    await asks(page, "What are your opening hours?")
    await expect(page.get_by_role("button", name="Good answer")).to_be_visible()
    await box.fill("My card number is")
    assert await page.evaluate(MOVED) == ""  # nobody knows yet who is here now
    await expect(box).to_have_value("My card number is")
    await expect(page.locator(".said")).to_have_count(2)


LATER = "() => { const now = Date.now; Date.now = () => now() + 60_000; }"
TAKEN_OUT = "() => { window.chat = document.querySelector('hitl-chat'); window.chat.remove(); }"


async def test_but_not_for_whoever_finds_it_a_minute_later(
    world: World, visitors: Visitors
) -> None:
    page = (await shopping(visitors)).page
    box = page.get_by_role("textbox")
    await box.fill("My card number is")
    for step in (TAKEN_OUT, LATER, "() => document.body.append(window.chat)"):
        await page.evaluate(step)
    await expect(box).to_have_value("")


async def test_one_that_is_put_back_for_somebody_else_does_not(
    world: World, visitors: Visitors
) -> None:
    visitor = await in_the_shop(visitors, "What are your opening hours?")
    page, known = visitor.page, asyncio.Event()
    await expect(page.get_by_role("button", name="Good answer")).to_be_visible()
    box = page.get_by_role("textbox")
    await box.fill("My card number is")

    async def somebody_else(route: Route) -> None:
        await known.wait()
        await route.continue_(post_data="{}")

    await page.route("**/shop/token", somebody_else)
    await page.evaluate(MOVED)
    await box.fill("Do you ship")
    async with page.expect_response("**/events"):
        known.set()
    await expect(box).to_have_value("Do you ship")
    await asks(page, "Do you ship to Austria?")
    await expect(page.locator(".said.customer .words")).to_have_text(["Do you ship to Austria?"])


OWN = """async () => {
    const { Chat } = await import('/widget/client.js');
    const token = () => fetch('/shop/token', { method: 'POST', body: '{}' });
    return await new Promise((resolve) => {
        const chat = new Chat({
            base: location.origin,
            grant: async () => (await token()).json(),
            changed: ({ asking, lines }) => asking || resolve(lines.map(({ text }) => text)),
        });
        chat.send('What are your opening hours?');
    });
}"""


async def test_the_client_alone_serves_pages_with_elements_of_their_own(
    world: World, visitors: Visitors
) -> None:
    page = (await shopping(visitors)).page
    question, answer = await page.evaluate(OWN)
    assert question == "What are your opening hours?"
    assert "Saturday" in answer
