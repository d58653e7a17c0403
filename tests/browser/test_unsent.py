"""What an agent wrote and the server refused, or never got: it is still theirs, with the reason."""

import pytest
from playwright.async_api import Locator, expect

from tests.browser.conftest import Visitor, Visitors
from tests.browser.line import Line, wired
from tests.browser.test_decisions import BROKEN
from tests.browser.world import World

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def speaking(world: World, visitors: Visitors) -> tuple[Visitor, Line, Locator]:
    """Ana has taken over, and is in the box to write in."""
    ana, line = await wired(visitors)
    world.ask(BROKEN)
    await ana.open("Refund promise")
    return ana, line, await ana.take_over()


async def test_a_message_that_comes_too_late_is_in_its_box_again(
    world: World, visitors: Visitors
) -> None:
    ana, line, box = await speaking(world, visitors)
    page = ana.page
    line.deaf_to = {"news", "talk_reset"}  # she does not know yet what Dee does
    dee = await visitors.agent("Dee", "supervisor")
    await dee.page.get_by_role("button", name="Ana conversation").click()
    await dee.page.get_by_role("button", name="Take over").click()
    await expect(dee.page.get_by_role("heading", name="You are speaking")).to_be_visible()
    await page.keyboard.type("My careful words.")
    await page.keyboard.press("Enter")
    await expect(page.locator(".toast.problem")).to_contain_text("What you wrote is in its box")
    await expect(box).to_have_value("My careful words.")
    line.deaf_to = set()
    await page.reload()
    await expect(page.get_by_role("heading", name="Dee is speaking")).to_be_visible()
    await expect(page.locator(".unsent")).to_contain_text("My careful words.")


OLD = """() => {
  const waiting = JSON.parse(sessionStorage.getItem('hitl-outbox'));
  sessionStorage.setItem('hitl-outbox', JSON.stringify(waiting.map((one) => ({...one, at: 0}))));
}"""


async def test_a_message_that_waited_too_long_is_not_sent_and_not_lost(
    world: World, visitors: Visitors
) -> None:
    ana, line, box = await speaking(world, visitors)
    page = ana.page
    line.mute = True
    await page.keyboard.type("One moment, please.")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("sending…")).to_be_visible()
    await page.evaluate(OLD)  # minutes later
    line.mute = False
    await page.reload()
    await expect(page.locator(".toast.problem")).to_contain_text("came too late and was not sent")
    await expect(box).to_have_value("One moment, please.")
    await expect(page.locator(".message.human")).to_have_count(0)


async def test_a_message_whose_answer_was_lost_is_not_asked_for_twice(
    world: World, visitors: Visitors
) -> None:
    ana, line, box = await speaking(world, visitors)
    page = ana.page
    line.deaf_to = {"result", "news"}  # the lid is closed
    await page.keyboard.type("One moment, please.")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("sending…")).to_be_visible()
    dee = await visitors.agent("Dee", "supervisor")
    await dee.page.get_by_role("button", name="Ana conversation").click()
    await expect(dee.page.locator(".message.human")).to_have_count(1)  # the server has it
    await page.evaluate(OLD)
    line.deaf_to = {"talk_reset", "recovered", "news"}
    await page.reload()
    await ana.live()
    line.deaf_to = set()
    assert line.socket is not None
    await line.socket.close(code=1012)
    await ana.live()
    await expect(page.locator(".message.human")).to_have_count(1)
    await expect(page.locator(".message.sending")).to_have_count(0)
    await expect(box).to_have_value("")
    await expect(page.locator(".toast.problem")).to_have_count(0)


async def test_what_cannot_be_escalated_says_why_where_it_was_written(
    world: World, ana: Visitor
) -> None:
    page = ana.page
    world.ask(BROKEN)
    await ana.open("Refund promise")
    await ana.in_sheet("u", "Beyond what I may grant.")
    sheet = page.get_by_role("dialog")
    await expect(sheet.locator(".toast")).to_contain_text("No other supervisor is online")
    await expect(sheet.get_by_role("textbox")).to_have_value("Beyond what I may grant.")
    for _ in range(10):  # and whoever is quick does not close the next one with the last
        await page.keyboard.press("Escape")
        await page.keyboard.press("u")
        await expect(sheet.get_by_role("textbox")).to_have_value("Beyond what I may grant.")


async def test_a_note_stays_in_its_box_until_the_server_has_it(
    world: World, visitors: Visitors
) -> None:
    ana, line = await wired(visitors)
    page = ana.page
    world.ask(BROKEN)
    await ana.open("Refund promise")
    line.mute = True
    await ana.in_sheet("p", "Third complaint this year.")
    box = page.get_by_role("dialog").get_by_role("textbox")
    await expect(page.get_by_role("button", name="Sending…")).to_be_visible()
    await expect(box).to_have_value("Third complaint this year.")
    line.mute = False
    await page.reload()
    await expect(page.locator(".notes")).to_contain_text("Third complaint this year.")
    await page.keyboard.press("p")
    await expect(box).to_have_value("")


async def test_an_instruction_that_no_model_heard_is_still_there(
    world: World, ana: Visitor
) -> None:
    page = ana.page
    ana.allowed = ("ERR_FAILED",)
    await page.route("**/console/suggestions", lambda route: route.abort())
    world.ask(BROKEN)
    await ana.open("Refund promise")
    await ana.in_sheet("i", "Do not promise anything.")
    await expect(page.locator(".toast.problem")).to_contain_text("The server cannot be reached")
    await page.keyboard.press("Alt+i")
    box = page.get_by_role("dialog").get_by_role("textbox")
    await expect(box).to_have_value("Do not promise anything.")


async def test_a_page_that_does_not_understand_the_server_says_so_and_goes_on(
    world: World, visitors: Visitors
) -> None:
    ana, line = await wired(visitors)
    await visitors.agent("Ben")  # somebody is there meanwhile
    world.ask(BROKEN)
    await ana.open("Refund promise")
    assert line.socket is not None
    line.socket.send('{"type": "weather", "stream": "queue", "seq": 999999}')
    await expect(ana.page.locator(".toast.problem")).to_contain_text("newer than this page")
    world.ask("Can I get money back for a gift card?")
    await expect(ana.page.locator(".figures")).to_contain_text("2 waiting")
    await ana.live()
    assert line.connections == 2  # anew once: it would not be understood the next time, either


async def test_what_two_tabs_have_and_one_sends_is_not_left_in_the_other(
    world: World, ana: Visitor
) -> None:
    page = ana.page
    world.ask(BROKEN)
    await ana.open("Refund promise")
    await ana.take_over()
    await page.keyboard.type("One moment")
    other = await ana.context.new_page()
    await other.goto(page.url)
    again = other.get_by_label("Message to the customer")
    await expect(again).to_have_value("One moment")
    await page.bring_to_front()
    await page.keyboard.type(", please.")
    await expect(again).to_have_value("One moment, please.")
    await page.keyboard.press("Enter")
    await expect(page.locator(".message.human")).to_contain_text("One moment, please.")
    await expect(again).to_have_value("")
    await other.reload()
    await expect(other.locator(".message.human")).to_contain_text("One moment, please.")
    await expect(again).to_have_value("")
