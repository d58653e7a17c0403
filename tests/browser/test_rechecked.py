"""What an agent wrote is read by the same checks as a draft, before it goes out (row 84)."""

import pytest
from playwright.async_api import expect

from hitl_chat.settings import Waits
from tests.browser.conftest import Visitor, Visitors
from tests.browser.world import World
from tests.world_rules import rule, rules, stop_at, words

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.slow]

CARD = "The card is 4111 1111 1111 1111."
TWO = rule("oath", words("swear"), deadline=600, on_no_agent="wait", needs_second=["warned"])
RULES = rules(stop_at(deadline=600), rule("personal", {"pii": {}}, on_no_agent="wait"), TWO)


@pytest.fixture
def waits() -> Waits:
    return Waits(undo_console=30)


@pytest.fixture
def pack() -> str:
    return RULES


async def edits(world: World, ana: Visitor, draft: str, text: str) -> None:
    world.stage.says(draft)
    world.ask("May I?")
    await ana.page.locator("ol .row").click()
    await expect(ana.page.locator(".draft")).to_have_text("Complete")
    await (await ana.edit()).fill(text)
    await ana.page.keyboard.press("Control+Enter")


async def test_who_writes_what_the_rules_stop_is_warned_while_it_can_be_taken_back(
    world: World, ana: Visitor
) -> None:
    page = ana.page
    await edits(world, ana, "I guarantee it.", CARD)
    await expect(page.locator(".toast.undo")).to_contain_text("The checks warn")
    assert not world.asking[0].done()
    await page.keyboard.press("z")
    await expect(page.locator(".toast.undo")).to_have_count(0)
    box = page.get_by_label("Text instead of what is held")
    await expect(box).to_have_value(CARD)
    await box.fill("I cannot say.")
    await page.keyboard.press("Control+Enter")
    await expect(page.locator(".toast.undo")).to_contain_text("You edited")
    await expect(page.locator(".toast.undo")).not_to_contain_text("warn")
    await page.keyboard.press("Control+Enter")
    assert (await world.asking[0]).endswith("I cannot say.")


async def test_where_the_rule_says_so_a_warning_calls_a_second_person(
    world: World, visitors: Visitors, ana: Visitor
) -> None:
    ben = await visitors.agent("Ben")
    await edits(world, ana, "I swear it.", CARD)
    await expect(ana.page.locator(".actions")).to_contain_text("Somebody else has to confirm it")
    await ben.page.locator("ol .row").click()
    await expect(ben.page.locator(".proposed")).to_contain_text(CARD)
    await expect(ben.page.locator(".warned")).to_have_text("the checks warn")
    assert not world.asking[0].done()
    await ben.page.keyboard.press("a")
    assert (await world.asking[0]).endswith(CARD)
