"""A claim is given back by a key, kept by whoever is there, and lost by who is not."""

import pytest
from playwright.async_api import expect

from hitl_chat.settings import Waits
from tests.browser.conftest import Visitor, Visitors
from tests.browser.line import Line
from tests.browser.test_accessible import findings
from tests.browser.test_decisions import BROKEN
from tests.browser.world import World

pytestmark = pytest.mark.asyncio(loop_scope="session")

GIFT = "Can I get money back for a gift card?"
A_WHILE, LONGER = 100_000, 40_000  # milliseconds in which nobody does anything


def renewals(line: Line) -> int:
    return [frame["cmd"]["do"] for frame in line.sent].count("renew")  # type: ignore[index]


async def claiming(world: World, visitors: Visitors) -> tuple[Visitor, Line]:
    """Ana has claimed a hold, on a page whose clock the test can move."""
    ana = await visitors.new()
    line = await Line().through(ana)
    await ana.page.clock.install()
    await ana.sign_in("Ana")
    world.ask(BROKEN)
    await expect(ana.page.locator("ol .row")).to_have_count(1)
    await ana.page.keyboard.press("n")
    await expect(ana.page.get_by_text("claimed by you")).to_be_visible()
    return ana, line


async def test_what_is_put_back_is_for_others_and_next_brings_another(
    world: World, visitors: Visitors, ana: Visitor
) -> None:
    page = ana.page
    ben = await visitors.agent("Ben")
    world.ask(BROKEN)
    world.ask(GIFT)
    await expect(page.locator("ol .row")).to_have_count(2)
    await page.keyboard.press("n")
    first = page.get_by_role("heading", level=2, name="Refund promise")
    await expect(first).to_be_visible()
    await expect(page.get_by_text("claimed by you")).to_be_visible()
    await page.keyboard.press("l")
    await expect(page.get_by_text("nobody has claimed it")).to_be_visible()
    await expect(page.locator(".toast")).to_contain_text("back in the queue")
    await expect(page.get_by_role("button", name="Put it back")).to_have_count(0)
    await ben.open("Refund promise")
    await expect(ben.page.get_by_text("nobody has claimed it")).to_be_visible()
    await page.keyboard.press("n")
    await expect(page.get_by_role("heading", level=2, name="Gift card")).to_be_visible()
    await page.get_by_role("button", name="Put it back").click()
    await expect(page.get_by_text("nobody has claimed it")).to_be_visible()


async def test_who_does_nothing_is_asked_and_any_key_is_the_answer(
    world: World, visitors: Visitors
) -> None:
    ana, line = await claiming(world, visitors)
    page = ana.page
    asked = page.locator(".still-there", has_text="Are you still there?")
    await page.clock.fast_forward(A_WHILE)
    await expect(asked).to_be_visible()
    assert await findings(page) == []
    before = renewals(line)
    await page.keyboard.press("Shift")
    await expect(asked).to_have_count(0)
    assert renewals(line) == before + 1
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
    before = renewals(line)
    await keep.evaluate("button => button.click()")  # as a screen reader does: no pointer, no key
    await expect(keep).to_have_count(0)
    assert renewals(line) == before + 1


class TestNobody:
    @pytest.fixture
    def waits(self) -> Waits:
        return Waits(undo_console=0, claim_lease=5, sweep=0.1)

    async def test_is_there_the_hold_goes_back_and_the_page_says_so(
        self, world: World, visitors: Visitors
    ) -> None:
        ana, line = await claiming(world, visitors)
        await ana.page.clock.fast_forward(A_WHILE)
        await expect(ana.page.get_by_role("button", name="Keep it")).to_be_visible()
        before = renewals(line)
        await ana.page.clock.fast_forward(LONGER)
        await expect(ana.page.get_by_text("nobody has claimed it")).to_be_visible()
        await expect(ana.page.locator(".toast.problem")).to_contain_text("Nobody was here")
        assert renewals(line) == before
