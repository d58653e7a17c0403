"""Keys as a person wants them, and everything else by its name."""

import pytest
from playwright.async_api import expect

from hitl_chat.settings import Waits
from tests.browser.conftest import Visitor
from tests.browser.test_decisions import BROKEN
from tests.browser.world import World

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.fixture
def waits() -> Waits:
    return Waits(undo_console=30)


async def test_a_key_is_changed_and_stays_so(world: World, ana: Visitor) -> None:
    page = ana.page
    world.ask(BROKEN)
    await ana.open("Refund promise")
    await page.keyboard.press("?")
    await page.get_by_role("button", name="approve as it is: a").click()
    await page.keyboard.press("e")
    told = page.get_by_role("dialog").locator(".toast.problem")
    await expect(told).to_contain_text("“e” is for: edit")
    await told.get_by_role("button", name="Close").click()
    await page.get_by_role("button", name="approve as it is: a").click()
    await page.keyboard.press("y")
    await expect(page.get_by_role("button", name="approve as it is: y")).to_be_visible()
    await page.keyboard.press("Escape")
    await page.reload()
    await expect(page.locator(".actions .good kbd")).to_have_text("y")
    await page.keyboard.press("a")
    await page.keyboard.press("y")
    await expect(page.locator(".toast.undo")).to_contain_text("You approved")


async def test_single_letters_can_be_switched_off(world: World, ana: Visitor) -> None:
    page = ana.page
    world.ask(BROKEN)
    await ana.open("Refund promise")
    await page.keyboard.press("?")
    await page.get_by_label("Single letters and digits do something").uncheck()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("button", name="Approve", exact=True)).to_be_visible()
    await page.keyboard.press("a")
    await page.keyboard.press("e")
    await page.keyboard.press("Control+k")
    await expect(page.get_by_role("combobox")).to_be_focused()
    await expect(page.locator(".toast.undo")).to_have_count(0)
    await expect(page.locator(".editor")).to_have_count(0)


SHOWN = "kbd:visible"


async def test_what_stands_on_a_button_is_the_key_that_works(world: World, ana: Visitor) -> None:
    page = ana.page
    world.ask(BROKEN)
    await ana.open("Refund promise")
    for name, key in (("next: the most urgent", "v"), ("sound and notifications", "m")):
        await page.keyboard.press("?")
        await page.get_by_role("dialog").get_by_role("button", name=name).click()
        await page.keyboard.press(key)
        await page.keyboard.press("Escape")
    await expect(page.locator(".next kbd")).to_have_text("v")
    await expect(page.locator("#more kbd").first).to_have_text("m")
    await page.keyboard.press("?")
    await page.get_by_label("Single letters and digits do something").uncheck()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("button", name="Approve", exact=True)).to_be_visible()
    assert [text for text in await page.locator(SHOWN).all_inner_texts() if len(text) == 1] == []
    await page.get_by_role("button", name="Edit").click()
    await expect(page.locator(".say-why kbd").first).to_have_text("Alt 1")
    assert [text for text in await page.locator(SHOWN).all_inner_texts() if len(text) == 1] == []
    await page.keyboard.press("Escape")
    await page.keyboard.press("Escape")
    await expect(page.locator("main.empty kbd")).to_have_text("Next")


async def test_the_palette_finds_by_words_and_enter_alone_decides_nothing(
    world: World, ana: Visitor
) -> None:
    page = ana.page
    world.ask(BROKEN)
    await ana.open("Refund promise")
    await page.keyboard.press("Control+k")
    await page.keyboard.type("approve as")
    await expect(page.get_by_role("option")).to_have_count(1)
    await page.keyboard.press("Enter")
    told = page.get_by_role("dialog").locator(".toast")  # all else is inert while it is open
    await expect(told).to_contain_text("press Ctrl Enter")
    await expect(page.locator(".toast.undo")).to_have_count(0)
    await page.keyboard.press("Control+Enter")
    await expect(page.locator(".toast.undo")).to_contain_text("You approved")


async def test_c_goes_to_the_criteria(world: World, ana: Visitor) -> None:
    world.ask(BROKEN)
    await ana.open("Refund promise")
    await ana.page.keyboard.press("c")
    await expect(ana.page.locator(".context")).to_be_focused()


async def test_the_palette_opens_the_editor(world: World, ana: Visitor) -> None:
    page = ana.page
    world.ask(BROKEN)
    await ana.open("Refund promise")
    await page.keyboard.press("Control+k")
    await page.keyboard.type("edit")
    await page.keyboard.press("Enter")
    await expect(page.get_by_label("Text instead of what is held")).to_be_focused()
