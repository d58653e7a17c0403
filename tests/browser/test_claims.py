"""A claim is given back by a key, kept by whoever is there, and lost by who is not."""

import pytest
from playwright.async_api import expect

from hitl_chat.settings import Waits
from tests.browser.conftest import Visitor, Visitors
from tests.browser.line import Line
from tests.browser.test_accessible import Theme, findings
from tests.browser.test_decisions import BROKEN
from tests.browser.world import World

pytestmark = pytest.mark.asyncio(loop_scope="session")

MINE = "Bring it back with the receipt, please."
GIFT = "Can I get money back for a gift card?"
A_WHILE, LONGER = 100_000, 40_000  # milliseconds in which nobody does anything


async def claiming(world: World, visitors: Visitors) -> tuple[Visitor, Line]:
    """Ana has claimed a hold, on a page whose clock the test can move."""
    ana = await visitors.new()
    line = await Line().through(ana)
    await ana.page.clock.install()
    await ana.sign_in("Ana")
    world.ask(BROKEN)
    await ana.claim_next()
    while not line.commands("renew"):  # until the page keeps the claim
        await ana.page.clock.fast_forward(10_000)
    await ana.page.keyboard.press("Shift")  # she is here
    return ana, line


async def test_what_is_put_back_is_for_others_and_next_brings_another(
    world: World, visitors: Visitors, ana: Visitor
) -> None:
    page = ana.page
    ben = await visitors.agent("Ben")
    world.ask(BROKEN)
    world.ask(GIFT)
    await ana.claim_next(2)
    await expect(page.get_by_role("heading", level=2, name="Refund promise")).to_be_visible()
    await page.keyboard.press("l")
    await page.keyboard.press("1")
    await expect(page.get_by_text("nobody has claimed it")).to_be_visible()
    await expect(page.locator(".toast")).to_contain_text("back in the queue")
    await expect(page.get_by_role("button", name="Put it back")).to_have_count(0)
    await ben.open("Refund promise")
    await expect(ben.page.get_by_text("nobody has claimed it")).to_be_visible()
    await expect(ben.page.locator(".trail")).to_contain_text("Ana put it back: not my field")
    await page.keyboard.press("n")
    await expect(page.get_by_role("heading", level=2, name="Gift card")).to_be_visible()
    await page.get_by_role("button", name="Put it back").click()
    await page.get_by_role("button", name="personally involved").click()
    await expect(page.get_by_text("nobody has claimed it")).to_be_visible()
    await expect(page.locator(".trail")).to_contain_text("put it back: personally involved")


async def test_who_does_not_say_why_keeps_it_and_all_that_they_wrote(
    world: World, ana: Visitor
) -> None:
    page = ana.page
    answer = world.ask(BROKEN)
    await ana.claim_next()
    box = await ana.edit()
    await box.fill(MINE)
    await page.keyboard.press("Escape")
    await expect(box).to_have_count(0)
    asked = page.get_by_role("group", name="Put back, because…")
    for leave in ("Escape", "l", "button"):
        await page.keyboard.press("l")
        await expect(asked).to_be_visible()
        await expect(page.locator(".actions")).to_contain_text("Nothing is decided.")
        if leave == "button":
            await page.get_by_role("button", name="Keep it").click()
        else:
            await page.keyboard.press(leave)
        await expect(asked).to_have_count(0)
        await expect(page.get_by_text("claimed by you")).to_be_visible()
    await page.keyboard.press("l")
    await page.keyboard.press("5")
    await expect(page.get_by_text("nobody has claimed it")).to_be_visible()
    await expect(await ana.edit()).to_have_value(MINE)
    assert not answer.done()


@pytest.mark.parametrize("tap", ["keys", "clicks"])
async def test_a_reason_that_is_tapped_twice_is_none_to_decide(
    world: World, ana: Visitor, tap: str
) -> None:
    page = ana.page
    answer = world.ask(BROKEN)
    await ana.claim_next()
    await page.keyboard.press("l")
    if tap == "keys":
        await page.keyboard.type("11")
    else:
        await page.get_by_role("button", name="not my field").dblclick()
    await expect(page.get_by_text("nobody has claimed it")).to_be_visible()
    await expect(page.locator(".because [aria-pressed=true]")).to_have_count(0)
    await page.keyboard.press("r")
    await expect(page.locator(".instead")).to_be_visible()
    assert not answer.done()


async def test_a_claim_whose_editor_was_closed_before_it_came_is_given_back(
    world: World, ana: Visitor
) -> None:
    world.ask(BROKEN)
    await ana.open("Refund promise")
    await ana.page.keyboard.press("e")
    await ana.page.keyboard.press("Escape")
    await expect(ana.page.locator(".trail")).to_contain_text("gave it back")
    await expect(ana.page.get_by_text("nobody has claimed it")).to_be_visible()


async def test_by_keys_alone_the_question_is_where_the_focus_is(world: World, ana: Visitor) -> None:
    page, press = ana.page, ana.page.keyboard.press
    world.ask(BROKEN)
    await ana.claim_next()
    back = page.get_by_role("button", name="Put it back")
    await expect(back).to_have_attribute("aria-expanded", "false")
    await back.focus()
    await press("Enter")
    await expect(back).to_have_attribute("aria-expanded", "true")
    bar = page.locator(".card > .actions")
    await expect(bar).to_be_focused()
    await press("Escape")
    await expect(bar).to_be_focused()
    await expect(back).to_have_attribute("aria-expanded", "false")
    await back.focus()
    await press("Enter")
    await expect(bar).to_be_focused()
    await press("Tab")
    await expect(page.get_by_role("button", name="not my field")).to_be_focused()
    await press("Tab")
    await press("Enter")
    await expect(page.get_by_text("nobody has claimed it")).to_be_visible()
    await expect(page.locator(".trail")).to_contain_text("not my language")
    await expect(bar).to_be_focused()


@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_everybody_can_read_the_question(
    world: World, visitors: Visitors, theme: Theme
) -> None:
    ana = await (await visitors.new(color_scheme=theme)).sign_in("Ana")
    world.ask(BROKEN)
    await ana.claim_next()
    await ana.page.keyboard.press("l")
    await expect(ana.page.get_by_role("group", name="Put back, because…")).to_be_visible()
    assert await findings(ana.page) == []


async def test_who_does_nothing_is_asked_and_any_key_is_the_answer(
    world: World, visitors: Visitors
) -> None:
    ana, line = await claiming(world, visitors)
    page = ana.page
    asked = page.locator(".still-there", has_text="Are you still there?")
    await page.clock.fast_forward(A_WHILE)
    await expect(asked).to_be_visible()
    assert await findings(page) == []
    before = len(line.commands("renew"))
    await page.keyboard.press("Shift")
    await expect(asked).to_have_count(0)
    await line.arrives("renew", before + 1)
    await page.clock.fast_forward(A_WHILE)
    await page.get_by_role("button", name="Keep it").click()
    await expect(asked).to_have_count(0)
    await expect(page.get_by_text("claimed by you")).to_be_visible()


async def test_what_helps_people_answers_with_a_click_and_a_page_that_scrolls_is_nobody(
    world: World, visitors: Visitors
) -> None:
    ana, line = await claiming(world, visitors)
    page = ana.page
    keep = page.get_by_role("button", name="Keep it")
    await page.clock.fast_forward(A_WHILE - LONGER)
    await page.evaluate("document.querySelector('.card').dispatchEvent(new Event('scroll'))")
    await page.clock.fast_forward(LONGER)
    await expect(keep).to_be_visible()
    before = len(line.commands("renew"))
    await keep.evaluate("button => button.click()")  # as a screen reader does: no pointer, no key
    await expect(keep).to_have_count(0)
    await line.arrives("renew", before + 1)


class TestNobody:
    @pytest.fixture
    def waits(self) -> Waits:
        return Waits(undo_console=0, sweep=0.1)

    async def test_is_there_the_hold_goes_back_and_the_page_says_so(
        self, world: World, visitors: Visitors
    ) -> None:
        ana, line = await claiming(world, visitors)
        await ana.page.clock.fast_forward(A_WHILE)
        await expect(ana.page.get_by_role("button", name="Keep it")).to_be_visible()
        before = len(line.commands("renew"))
        await ana.page.clock.fast_forward(LONGER)
        world.clock.passed = LONGER / 1000
        await expect(ana.page.get_by_text("nobody has claimed it")).to_be_visible()
        await expect(ana.page.locator(".toast.problem")).to_contain_text("Nobody was here")
        assert len(line.commands("renew")) == before
