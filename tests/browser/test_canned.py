"""Prepared replies: `/` while one writes, in the customer's language, with names filled in.

And snippets: `;` and a name.
"""

import re
import shutil
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Visitor
from tests.browser.test_accessible import findings
from tests.browser.test_decisions import BROKEN, SENT
from tests.browser.world import RULES, World

pytestmark = pytest.mark.asyncio(loop_scope="session")

REPLIES = RULES.parents[1] / "demo" / "replies.yaml"
RETURNS = "You can send it back within 30 days. Once we have looked at it, we refund what is due."


@pytest.fixture
def pack(tmp_path: Path, pack: str) -> str:
    """With replies beside the rules."""
    shutil.copy(REPLIES, tmp_path)
    return pack


async def test_a_reply_is_put_where_one_writes_and_sent_by_nobody_else(
    world: World, ana: Visitor
) -> None:
    page = ana.page
    answer = world.ask(BROKEN)
    await ana.open("Refund promise")
    box = await ana.edit()
    await box.fill("")
    await page.keyboard.press("/")
    await expect(page.get_by_role("combobox")).to_be_focused()
    await page.keyboard.type("returns")
    await expect(page.get_by_role("option")).to_have_count(1)
    await page.keyboard.press("Enter")
    await expect(box).to_be_focused()
    await expect(box).to_have_value(RETURNS)
    assert not answer.done()
    await page.keyboard.press("Control+Enter")
    assert await answer == SENT + RETURNS
    await expect(page.locator(".actions")).to_contain_text("prepared words")


async def test_in_a_conversation_with_the_agent_s_name_and_in_german(
    world: World, ana: Visitor
) -> None:
    page = ana.page
    world.ask(BROKEN)
    await ana.open("Refund promise")
    box = await ana.take_over()
    await page.keyboard.press("/")
    await page.get_by_role("button", name="de", exact=True).click()
    await page.get_by_role("option", name="who you are").click()
    await expect(box).to_have_value(
        "Guten Tag {customer.name}, hier ist Ana. Ich habe gelesen, was Sie geschrieben haben."
    )
    await expect(page.locator(".message.human")).to_have_count(0)


async def test_a_slash_is_still_a_slash(world: World, ana: Visitor) -> None:
    page = ana.page
    world.ask(BROKEN)
    await ana.open("Refund promise")
    box = await ana.edit()
    await box.fill("")
    await page.keyboard.type("and/or ")
    await expect(box).to_have_value("and/or ")
    await page.keyboard.press("/")
    await expect(page.get_by_role("combobox")).to_be_focused()
    await page.keyboard.press("/")
    await expect(box).to_have_value("and/or /")


async def test_a_semicolon_and_a_name_put_what_is_known_of_the_customer(
    world: World, ana: Visitor
) -> None:
    page = ana.page
    answer = world.ask(BROKEN, customer={"name": "Jo R.", "language": "en"})
    await ana.open("Refund promise")
    box = await ana.edit()
    await box.fill("")
    await page.keyboard.type("Dear ;cust")
    chosen = page.get_by_role("option", selected=True)
    await expect(chosen).to_contain_text("customer.")
    await page.keyboard.type("omer.na")
    await expect(chosen).to_have_text("customer.name Jo R.")
    await expect(box).to_have_attribute("aria-activedescendant", "snippets-0")
    await expect(page.get_by_text("1 to choose from")).to_have_count(1)
    assert await findings(page) == []
    await page.keyboard.press("Enter")
    await expect(box).to_have_value("Dear Jo R.")
    await expect(page.get_by_role("listbox")).to_have_count(0)
    await page.keyboard.type(" ;post")
    await expect(chosen).to_contain_text("postcode")
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("listbox")).to_have_count(0)
    await expect(box).to_have_value("Dear Jo R. ;post")
    await page.keyboard.type(" x;agent")
    await expect(page.get_by_role("listbox")).to_have_count(0)
    assert not answer.done()


async def test_a_prepared_reply_by_its_name_in_a_conversation_sends_nothing(
    world: World, ana: Visitor
) -> None:
    page = ana.page
    world.ask(BROKEN, customer={"language": "de-AT"})
    await ana.open("Refund promise")
    box = await ana.take_over()
    await page.keyboard.type(";")
    await expect(page.get_by_role("option").first).to_be_visible()
    await page.keyboard.type("who")
    await expect(page.get_by_role("option", selected=True)).to_contain_text("who-you-are")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Tab")
    await expect(box).to_be_focused()
    await expect(box).to_have_value(re.compile("^Guten Tag .*, hier ist Ana"))
    await expect(page.locator(".message.human")).to_have_count(0)
    await page.keyboard.press("Enter")
    await expect(page.locator(".message.human")).to_contain_text("hier ist Ana")


async def test_the_key_of_snippets_can_be_another(world: World, ana: Visitor) -> None:
    page = ana.page
    world.ask(BROKEN)
    await ana.open("Refund promise")
    await page.keyboard.press("?")
    await page.get_by_role("button", name=re.compile("^snippets")).click()
    await page.keyboard.press("#")
    await page.keyboard.press("Escape")
    box = await ana.edit()
    await box.fill("")
    await page.keyboard.type("; #agent")
    await expect(page.get_by_role("option")).to_have_text("agent.name Ana")
    await page.keyboard.press("Enter")
    await expect(box).to_have_value("; Ana")


async def test_on_a_card_a_slash_begins_with_a_prepared_reply(world: World, ana: Visitor) -> None:
    page = ana.page
    answer = world.ask(BROKEN)
    await ana.open("Refund promise")
    await page.keyboard.press("r")
    await expect(page.get_by_role("button", name="Prepared reply")).to_be_visible()
    await page.keyboard.press("/")
    await expect(page.get_by_role("combobox")).to_be_focused()
    await page.keyboard.type("returns")
    await expect(page.get_by_role("option")).to_have_count(1)
    await page.keyboard.press("Enter")
    box = page.get_by_label("Text instead of what is held")
    await expect(box).to_be_focused()
    await expect(box).to_have_value(RETURNS)
    assert not answer.done()
