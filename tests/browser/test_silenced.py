"""Somebody takes over while the model is still writing: nothing of it leaves any more (row 76)."""

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Visitor, Visitors
from tests.browser.customers import asks, shopping
from tests.browser.world import World

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_what_it_had_written_is_shown_and_never_sent_by_itself(
    world: World, visitors: Visitors, ana: Visitor
) -> None:
    page = ana.page
    world.stage.says([(0, "Just bring it, no questions asked, to"), (1, " our shop.")])
    shop = (await shopping(visitors)).page
    await asks(shop, "Where do I bring it?")
    await ana.open("Refund promise", "streaming")
    box = await ana.take_over()
    world.stage.go_on.set()  # it would go on now
    await expect(page.locator(".unfinished")).to_contain_text("no questions asked")
    await page.get_by_role("button", name="Use what was held back").click()
    await expect(box).to_have_value("no questions asked, to")
    await box.fill("To our shop, with the receipt.")
    await box.press("Enter")
    said = shop.locator(".said.person .words")
    await expect(said).to_have_text("To our shop, with the receipt.")
    await expect(shop.locator(".said.model .words")).to_have_text("Just bring it, ")
    assert "no questions" not in await shop.get_by_role("log").inner_text()
    await page.reload()
    await expect(page.locator(".message.human")).to_have_count(1)
