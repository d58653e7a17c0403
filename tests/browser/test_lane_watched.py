"""What rules only watched, in the review lane: where they saw something, and what was around it."""

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Visitor
from tests.browser.test_accessible import findings
from tests.browser.world import World
from tests.world_rules import rule, rules, words

pytestmark = pytest.mark.asyncio(loop_scope="session")
QUESTION = "Is it in stock?"


@pytest.fixture
def pack() -> str:
    return rules(rule("stock-promise", words("tomorrow"), then="watch"))


async def test_it_is_marked_and_the_conversation_is_there(world: World, ana: Visitor) -> None:
    world.stage.says("It is, from tomorrow on.")
    assert await world.ask(QUESTION, "conv_1") == "It is, from tomorrow on."
    page = ana.page
    await page.goto(f"{world.origin}/lane")
    await expect(page.locator(".row")).to_contain_text("stock promise")
    await page.keyboard.press("j")
    await expect(page.locator(".main mark")).to_have_text("1tomorrow")
    await expect(page.locator(".because li")).to_contain_text("stock promise")
    await expect(page.locator(".because .number")).to_have_text("1")
    await page.locator("summary").click()
    await expect(page.locator(".around li")).to_contain_text(["tomorrow"])
    assert await findings(page) == []
