"""Prepared replies: `/` while one writes, in the customer's language, with names filled in."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import expect

from hitl_chat.settings import Waits
from tests.browser.conftest import Visitor
from tests.browser.test_decisions import BROKEN, SENT
from tests.browser.world import RULES, World, opened

pytestmark = pytest.mark.asyncio(loop_scope="session")

REPLIES = RULES.parents[1] / "demo" / "replies.yaml"
RETURNS = "You can send it back within 30 days. Once we have looked at it, we refund what is due."


@pytest_asyncio.fixture(loop_scope="session")
async def world(tmp_path: Path, built: Path, waits: Waits) -> AsyncIterator[World]:
    """With replies beside the rules."""
    for each in (RULES, REPLIES):
        shutil.copy(each, tmp_path)
    async with opened(tmp_path, waits, tmp_path / RULES.name) as opened_world:
        yield opened_world


async def test_a_reply_is_put_where_one_writes_and_sent_by_nobody_else(
    world: World, ana: Visitor
) -> None:
    page = ana.page
    answer = world.ask(BROKEN)
    await ana.open("Refund promise")
    await page.keyboard.press("e")
    box = page.get_by_label("Text instead of what is held")
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
    await page.keyboard.press("t")
    box = page.get_by_label("Message to the customer")
    await expect(box).to_be_focused()
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
    await page.keyboard.press("e")
    box = page.get_by_label("Text instead of what is held")
    await box.fill("")
    await page.keyboard.type("and/or ")
    await expect(box).to_have_value("and/or ")
    await page.keyboard.press("/")
    await expect(page.get_by_role("combobox")).to_be_focused()
    await page.keyboard.press("/")
    await expect(box).to_have_value("and/or /")
