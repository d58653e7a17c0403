"""Whoever edits and loses the claim is told, keeps the text, and claims it again."""

import pytest
from playwright.async_api import expect

from hitl_chat.settings import Waits
from tests.browser.conftest import Visitor, Visitors
from tests.browser.line import wired
from tests.browser.test_decisions import BROKEN
from tests.browser.world import World

pytestmark = pytest.mark.asyncio(loop_scope="session")

KEPT = "My careful words."


async def test_to_a_supervisor(world: World, visitors: Visitors, ana: Visitor) -> None:
    page = ana.page
    answer = world.ask(BROKEN)
    await ana.open("Refund promise")
    box = await ana.edit()
    await box.fill(KEPT)
    send = page.get_by_role("button", name="Send edit")
    await expect(page.get_by_text("claimed by you")).to_be_visible()
    await expect(send).to_have_attribute("aria-disabled", "false")
    dee = await visitors.agent("Dee", "supervisor")
    await dee.open("Refund promise")
    await dee.page.keyboard.press("e")
    await expect(dee.page.get_by_text("claimed by you")).to_be_visible()
    await expect(page.locator(".actions")).to_contain_text("Dee has claimed this hold.")
    await expect(page.locator(".actions")).to_contain_text("Your text is kept")
    await expect(send).to_have_attribute("aria-disabled", "true")
    await page.keyboard.press("Control+Enter")
    await expect(page.locator(".toast.problem")).to_contain_text("Dee has claimed this hold")
    await dee.page.keyboard.press("Escape")
    await page.get_by_role("button", name="Claim again").click()
    await expect(page.get_by_text("claimed by you")).to_be_visible()
    await expect(page.get_by_role("button", name="Claim again")).to_have_count(0)
    await expect(box).to_have_value(KEPT)
    assert not answer.done()
    await send.click()
    assert KEPT in await answer


class TestNobody:
    @pytest.fixture
    def waits(self) -> Waits:
        return Waits(undo_console=0, sweep=0.1)

    async def test_has_it_when_it_ran_out(self, world: World, visitors: Visitors) -> None:
        ana, line = await wired(visitors)
        world.ask(BROKEN)
        await ana.open("Refund promise")
        await (await ana.edit()).fill(KEPT)
        await expect(ana.page.get_by_text("claimed by you")).to_be_visible()
        world.clock.passed = 60
        bar = ana.page.locator(".actions")
        await expect(bar).to_contain_text("It is not yours any more")
        await bar.get_by_role("button", name="Claim again").press("Enter")
        await expect(ana.page.get_by_label("Text instead of what is held")).to_be_focused()
        await line.arrives("claim", 2)
        await expect(bar.get_by_role("button", name="Send edit")).to_be_enabled()
