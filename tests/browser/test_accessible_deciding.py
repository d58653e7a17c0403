"""axe on what lies on top of the card and below it, in both themes: no violations."""

import pytest
from playwright.async_api import expect

from hitl_chat.settings import Waits
from tests.browser.conftest import Visitors
from tests.browser.test_accessible import Theme, findings
from tests.browser.test_colleagues import proposed
from tests.browser.test_decisions import BROKEN
from tests.browser.world import World

pytestmark = pytest.mark.asyncio(loop_scope="session")
themes = pytest.mark.parametrize("theme", ["light", "dark"])


@pytest.mark.slow
@themes
async def test_sheets(world: World, visitors: Visitors, theme: Theme) -> None:
    ana = await (await visitors.new(color_scheme=theme)).sign_in("Ana")
    await visitors.agent("Ben")
    world.ask(BROKEN)
    await ana.open("Refund promise")
    for key in ("?", "Control+k", "o", "s", "u", "p", "i"):
        await ana.page.keyboard.press(key)
        await expect(ana.page.get_by_role("dialog")).to_be_visible()
        assert await findings(ana.page) == [], key
        await ana.page.keyboard.press("Escape")
        await expect(ana.page.get_by_role("dialog")).to_have_count(0)


@pytest.mark.slow
@themes
async def test_reasons_suggestions_and_a_second_person(
    world: World, visitors: Visitors, theme: Theme
) -> None:
    ana = await (await visitors.new(color_scheme=theme)).sign_in("Ana")
    ben = await (await visitors.new(color_scheme=theme)).sign_in("Ben")
    world.ask(BROKEN)
    await ana.open("Refund promise")
    await ana.page.keyboard.press("r")
    await expect(ana.page.locator(".because.asked")).to_be_visible()
    assert await findings(ana.page) == []
    await ana.page.keyboard.press("Escape")
    await ana.page.keyboard.press("g")
    await expect(ana.page.locator(".hunk").first).to_be_visible()
    assert await findings(ana.page) == []
    await ana.page.keyboard.press("Escape")
    await proposed(world, ana)
    await ben.open("Child safety")
    await expect(ben.page.locator(".proposed")).to_be_visible()
    assert await findings(ben.page) == []


class TestUndo:
    """While a decision can be taken back, a toast says so."""

    @pytest.fixture
    def waits(self) -> Waits:
        return Waits(undo_console=30)

    @pytest.mark.slow
    @themes
    async def test_the_undo_toast(self, world: World, visitors: Visitors, theme: Theme) -> None:
        ana = await visitors.new(reduced_motion="reduce", color_scheme=theme)
        await ana.sign_in("Ana")
        page = ana.page
        toast = page.locator(".toast.undo")
        world.ask(BROKEN)
        await ana.open("Refund promise")
        await page.keyboard.press("a")
        await expect(toast).to_contain_text("sent in")
        assert await findings(page) == []
        await page.keyboard.press("r")  # decided already: a second toast says so
        await expect(page.locator(".toast.problem")).to_contain_text("just decided")
        await expect(toast).to_be_visible()
        assert await findings(page) == []
        await page.set_viewport_size({"width": 360, "height": 740})
        await expect(toast).to_be_visible()
        assert await findings(page) == []
        await toast.get_by_role("button", name="Undo").focus()
        assert await findings(page) == []
        await page.keyboard.press("Enter")
        await expect(toast).to_have_count(0)
