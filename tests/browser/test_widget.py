"""The widget in a browser: what it says, in which language, and with which keys."""

import gzip
import sys
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import Visitor, Visitors
from tests.browser.customers import asks, in_the_shop, shopping
from tests.browser.test_accessible import findings
from tests.browser.world import World

pytestmark = pytest.mark.asyncio(loop_scope="session")
MOST = 11 * 1024  # bytes, compressed


async def test_it_is_small(built: Path, capsys: pytest.CaptureFixture[str]) -> None:
    size = len(gzip.compress((built / "widget" / "hitl-chat.js").read_bytes(), 9))
    with capsys.disabled():
        sys.stdout.write(f"\nwidget/hitl-chat.js: {size} bytes compressed\n")
    assert size < MOST


async def in_german(visitors: Visitors) -> Visitor:
    visitor = await shopping(visitors)
    await visitor.page.evaluate(
        """() => {
            const chat = document.createElement('hitl-chat');
            chat.setAttribute('grant', '/shop/token');
            chat.setAttribute('lang', 'de');
            chat.setAttribute('name', 'Wick');
            chat.setAttribute('keep', 'no');
            document.querySelector('hitl-chat').replaceWith(chat);
        }"""
    )
    return visitor


async def test_german(world: World, visitors: Visitors) -> None:
    page = (await in_german(visitors)).page
    await expect(page.get_by_text("Wick ist ein KI-Assistent.")).to_be_visible()
    await page.get_by_label("Nachricht").fill("What are your opening hours?")
    await page.get_by_role("button", name="Senden").click()
    await expect(page.get_by_role("button", name="Das stimmt nicht")).to_be_visible()
    await page.get_by_role("button", name="Gute Antwort").click()
    await expect(page.get_by_role("button", name="Gute Antwort")).to_have_attribute(
        "aria-pressed", "true"
    )


async def test_a_refusal_is_told_in_the_customers_language_and_in_full_to_the_pages_makers(
    world: World, visitors: Visitors
) -> None:
    visitor = await in_german(visitors)
    visitor.allowed = ("403", "hitl-chat: This token")
    page = visitor.page
    why = "This token is good for m, not for 'wick-1': make one with that model in 'models'."
    refused = {"error": {"message": why}}
    await page.route("**/completions", lambda route: route.fulfill(status=403, json=refused))
    await page.get_by_label("Nachricht").fill("Guten Tag!")
    async with page.expect_console_message(lambda said: said.text == f"hitl-chat: {why}"):
        await page.keyboard.press("Enter")
    await expect(page.locator(".said.notice .words")).to_have_text(
        "Das hat nicht geklappt. Bitte versuchen Sie es gleich noch einmal."
    )


async def test_a_german_customer_gets_a_person(
    world: World, visitors: Visitors, ana: Visitor
) -> None:
    page = (await in_german(visitors)).page
    await page.get_by_role("button", name="Mit einem Menschen sprechen").click()
    await expect(ana.page.locator("ol .row")).to_have_count(1)
    await ana.open("Asks for a person")
    await ana.page.keyboard.press("t")
    await expect(page.get_by_text("Ana ist jetzt da")).to_be_visible()
    await expect(page.get_by_text("Sie sprechen mit Ana")).to_be_visible()


@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_one_that_floats_on_a_phone(world: World, visitors: Visitors, theme: str) -> None:
    visitor = await visitors.new(
        reduced_motion="reduce", color_scheme=theme, viewport={"width": 360, "height": 740}
    )
    page = visitor.page
    await page.goto(f"{world.origin}/shop")
    await page.evaluate(
        """() => {
            const chat = document.createElement('hitl-chat');
            for (const [name, value] of [['grant', '/shop/token'], ['name', 'Wick'],
                                         ['greeting', 'Hello!'], ['floating', '']])
                chat.setAttribute(name, value);
            document.querySelector('hitl-chat').replaceWith(chat);
        }"""
    )
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("button", name="Open the chat")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("textbox")).to_be_focused()
    await expect(page.get_by_role("button", name="Close the chat")).to_have_count(1)
    await page.keyboard.type("What are your opening hours?")
    await page.keyboard.press("Enter")
    await page.get_by_role("button", name="This is wrong").click()
    assert await findings(page) == []
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("button", name="This is wrong")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("button", name="Open the chat")).to_be_focused()
    assert not await page.evaluate("document.documentElement.scrollWidth > innerWidth")


async def floats(page: Page) -> None:
    """In the place of the shop's own."""
    await page.evaluate(
        """() => {
            const chat = document.createElement('hitl-chat');
            for (const name of ['grant', 'floating']) chat.setAttribute(name, '/shop/token');
            document.querySelector('hitl-chat').replaceWith(chat);
        }"""
    )


async def test_one_that_was_closed_says_that_there_is_something_to_read(
    world: World, visitors: Visitors, ana: Visitor
) -> None:
    page = (await shopping(visitors)).page
    await floats(page)
    await page.get_by_role("button", name="Open the chat").click()
    await asks(page, "My lamp arrived damaged.")
    await expect(page.get_by_text("A colleague is checking")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("button", name="Open the chat", exact=True)).to_be_focused()
    await ana.open("Refund promise")
    await ana.page.keyboard.press("a")
    news = page.get_by_role("button", name="Open the chat: a new message")
    await expect(news).to_be_focused()
    assert await findings(page) == []
    await page.keyboard.press("Enter")
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("button", name="Open the chat", exact=True)).to_be_focused()
    await page.reload()
    await floats(page)
    await expect(page.locator(".said")).to_have_count(2)  # what comes back is no news
    await expect(page.get_by_role("button", name="Open the chat", exact=True)).to_be_visible()


async def test_who_talks_to_a_person_is_asked_about_by_the_rules(
    world: World, visitors: Visitors, ana: Visitor
) -> None:
    visitor = await shopping(visitors)
    await visitor.page.get_by_role("button", name="Talk to a person").click()
    await expect(visitor.page.locator(".said.customer .words")).to_have_text(
        "I would like to talk to a person."
    )
    await expect(ana.page.locator("ol .row")).to_have_count(1)


async def test_whoever_uses_keys_is_always_somewhere(
    world: World, visitors: Visitors, ana: Visitor
) -> None:
    """What is gone, or another by now, takes nobody's place in the page with it."""
    page = (await shopping(visitors)).page
    await page.get_by_role("button", name="My lamp arrived damaged.").focus()
    await page.keyboard.press("Enter")
    box = page.get_by_role("textbox", name="Message")
    await expect(box).to_be_focused()
    await expect(page.get_by_text("A colleague is checking")).to_be_visible()
    await page.get_by_role("button", name="Talk to a person").focus()
    await ana.open("Refund promise")
    await ana.page.keyboard.press("t")
    await ana.page.locator(".composer textarea").fill("Hello, Ana here.")
    await ana.page.keyboard.press("Enter")
    await expect(page.locator(".said.person .words")).to_have_text("Hello, Ana here.")
    await expect(page.get_by_role("button", name="Talk to a person")).to_be_hidden()
    await expect(box).to_be_focused()


async def test_an_answer_is_rated_with_keys_alone(world: World, visitors: Visitors) -> None:
    page = (await in_the_shop(visitors, "What are your opening hours?")).page
    good = page.get_by_role("button", name="Good answer")
    await good.focus()
    await page.keyboard.press("Enter")
    await expect(good).to_have_attribute("aria-pressed", "true")
    await expect(good).to_be_focused()
    await page.get_by_role("button", name="This is wrong").focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_label("What is wrong?")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("button", name="This is wrong")).to_be_focused()
    await page.keyboard.press("Enter")
    await page.keyboard.type("You are closed on Saturdays!")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Thank you. A person will look at it.")).to_be_focused()


async def test_a_complaint_that_does_not_arrive_keeps_its_words(
    world: World, visitors: Visitors
) -> None:
    visitor = await in_the_shop(visitors, "What are your opening hours?")
    visitor.allowed = ("ERR_FAILED",)
    page = visitor.page
    await page.get_by_role("button", name="This is wrong").click()
    await page.route("**/feedback", lambda route: route.abort())
    box = page.get_by_label("What is wrong?")
    await box.fill("You are closed on Saturdays!")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("This did not work.")).to_be_visible()
    await expect(box).to_have_value("You are closed on Saturdays!")
    await expect(box).to_be_focused()
    assert await findings(page) == []
    await page.reload()
    await expect(box).to_have_value("You are closed on Saturdays!")
    await page.unroute("**/feedback")
    await box.focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Thank you. A person will look at it.")).to_be_visible()
    await expect(page.get_by_text("This did not work.")).to_be_hidden()
