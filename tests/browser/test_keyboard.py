"""A whole shift without a mouse, and the keys that must do nothing."""

import pytest
from playwright.async_api import expect

from hitl_chat.settings import Waits
from tests.browser.conftest import Visitor, Visitors, rejects
from tests.browser.line import wired
from tests.browser.world import World

pytestmark = pytest.mark.asyncio(loop_scope="session")

BROKEN = "My lamp arrived damaged."


async def test_every_decision_can_be_made_by_keys(world: World, ana: Visitor) -> None:
    press, page = ana.page.keyboard.press, ana.page
    actions = page.locator(".actions")
    first = world.ask(BROKEN)
    await ana.claim_next()
    await press("a")
    await expect(actions).to_contain_text("You approved")
    assert "guarantee" in await first

    second = world.ask("Can I get money back for a gift card?")
    await ana.claim_next()
    await press("e")
    await expect(page.locator("textarea")).to_be_focused()
    await press("Control+a")
    await page.keyboard.type("For 14 days, if it is unused.")
    await press("Control+Enter")
    await expect(actions).to_contain_text("You edited")
    assert (await second).endswith("For 14 days, if it is unused.")

    third = world.ask("Which contact details are on order 4471?")
    await expect(page.locator("ol .row")).to_have_count(1)
    await press("j")
    await expect(page.get_by_role("heading", name="Personal data", level=2)).to_be_visible()
    await expect(page.locator(".answer")).to_be_visible()
    await rejects(page)
    await expect(actions).to_contain_text("You rejected")
    assert "Marta" in await third
    assert "marta.keller" not in await third


async def test_a_conversation_is_taken_over_and_handed_back_by_keys(
    world: World, ana: Visitor
) -> None:
    press, page = ana.page.keyboard.press, ana.page
    world.ask(BROKEN)
    await ana.claim_next()
    await press("t")
    await expect(page.locator(".composer textarea")).to_be_focused()
    await page.keyboard.type("Hello.")
    await press("Enter")
    await expect(page.locator(".message.human")).to_contain_text("Hello.")
    await page.locator(".composer textarea").blur()
    await press("h")
    await expect(page.get_by_role("heading", name="The assistant is speaking")).to_be_visible()


async def test_keys_rest_while_somebody_types(world: World, ana: Visitor) -> None:
    answer = world.ask(BROKEN)
    await ana.open("Refund promise")
    box = await ana.edit()
    await box.fill("")
    await ana.page.keyboard.type("a r t n z h ? j k")
    await expect(box).to_have_value("a r t n z h ? j k")
    await ana.page.keyboard.press("Escape")
    await expect(box).to_have_count(0)
    await expect(ana.page.get_by_text("nobody has claimed it")).to_be_visible()
    assert not answer.done()


class TestWithTimeToUndo:
    @pytest.fixture
    def waits(self) -> Waits:
        return Waits(undo_console=30)

    async def test_enter_never_approves(self, world: World, ana: Visitor) -> None:
        world.ask(BROKEN)
        await ana.open("Refund promise")
        button = ana.page.get_by_role("button", name="Approve")
        await button.focus()
        await ana.page.keyboard.press("Enter")
        await expect(ana.page.locator(".toast")).to_contain_text("press a, or the space bar")
        await expect(ana.page.locator(".toast.undo")).to_have_count(0)
        await ana.page.keyboard.press("Space")
        await expect(ana.page.locator(".toast.undo")).to_contain_text("You approved")


async def test_the_cheat_sheet_lists_the_keys_and_takes_them_over(
    world: World, ana: Visitor
) -> None:
    answer = world.ask(BROKEN)
    await ana.open("Refund promise")
    await ana.page.keyboard.press("?")
    sheet = ana.page.get_by_role("dialog")
    await expect(sheet).to_contain_text("approve as it is")
    await expect(sheet).to_contain_text("hand back to the assistant")
    await ana.page.keyboard.press("a")
    await ana.page.keyboard.press("Escape")
    await expect(sheet).to_be_hidden()
    await expect(ana.page.get_by_role("button", name="Approve")).to_be_visible()
    assert not answer.done()


async def test_there_is_nothing_next(ana: Visitor) -> None:
    await ana.page.keyboard.press("n")
    await expect(ana.page.locator(".toast")).to_contain_text("Nothing waits for you")


async def test_running_along_the_list_is_no_flood(world: World, visitors: Visitors) -> None:
    ana, line = await wired(visitors)
    world.ask(BROKEN)
    world.ask("Can I get money back for a gift card?")
    await expect(ana.page.locator("ol .row")).to_have_count(2)
    for _ in range(40):
        await ana.page.keyboard.press("j")
        await ana.page.keyboard.press("k")
    await expect(ana.page.get_by_role("heading", name="Refund promise", level=2)).to_be_visible()
    await expect(ana.page.locator(".answer")).to_be_visible()
    assert line.connections == 1
