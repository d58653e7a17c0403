"""What a page tells stays where it is, whatever lies on top: so a screen reader says it once."""

import pytest
from playwright.async_api import expect

from hitl_chat.settings import Waits
from tests.browser.conftest import Visitor
from tests.browser.world import World

pytestmark = pytest.mark.asyncio(loop_scope="session")

BROKEN = "My lamp arrived damaged."
REGIONS = ".console > .toasts [role=status]"


@pytest.fixture
def waits() -> Waits:
    return Waits(undo_console=30)


async def test_regions_and_focus_outlive_a_sheet(world: World, ana: Visitor) -> None:
    page = ana.page
    world.ask(BROKEN)
    await ana.open("Refund promise")
    await page.keyboard.press("a")
    undo = page.locator(".toast.undo").get_by_role("button", name="Undo")
    await undo.focus()
    regions = await page.evaluate_handle(f"[...document.querySelectorAll('{REGIONS}')]")
    assert await regions.evaluate("all => all.length") == 2
    await page.keyboard.press("?")
    sheet = page.get_by_role("dialog")
    await expect(sheet).to_be_visible()
    await expect(sheet.locator(".toast")).to_have_count(0)  # told before
    await page.keyboard.press("Escape")
    await expect(sheet).to_have_count(0)
    await expect(undo).to_be_focused()
    assert await regions.evaluate("all => all.every((one) => one.isConnected)")


async def test_what_is_told_in_a_sheet_is_seen_once(world: World, ana: Visitor) -> None:
    page = ana.page
    world.ask(BROKEN)
    await ana.open("Refund promise")
    await ana.in_sheet("u", "Beyond what I may grant.")
    sheet = page.get_by_role("dialog")
    await expect(sheet.locator(".toast")).to_contain_text("No other supervisor is online")
    await expect(page.locator(".console > .toasts").last).to_have_css("opacity", "0")
    await page.keyboard.press("Escape")
    left = page.locator(".toast")
    await expect(left).to_have_count(1)
    await expect(left).to_contain_text("No other supervisor is online")
    await expect(page.locator(".console > .toasts").last).to_have_css("opacity", "1")
