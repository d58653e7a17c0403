"""Nobody is there, nobody answers, or whoever spoke is gone: what customers read, and who goes on.

Rows 75, 77, 82 and 87 of the table of faults, on the pages of those whom they concern.
"""

import pytest
from playwright.async_api import expect

from hitl_chat.settings import Waits
from tests.browser.conftest import Visitor, Visitors
from tests.browser.customers import asks, shopping
from tests.browser.test_accessible import findings
from tests.browser.test_decisions import BROKEN
from tests.browser.test_widget import in_german
from tests.browser.world import World
from tests.world_rules import SORRY, SORRY_AFTER, rules, stop_at

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.slow]

PROMISE = "Sure. I guarantee it."
AWAY = "Ana is away for a moment. What you write will be read."
SAFE = "A colleague will tell you by e-mail what we can refund."


async def speaks(ana: Visitor, text: str) -> None:
    """She takes over what is held, and says something."""
    await ana.page.locator("ol .row").click()
    await expect(ana.page.locator(".answer")).to_be_visible()
    box = await ana.take_over()
    await box.fill(text)
    await ana.page.keyboard.press("Enter")
    await expect(ana.page.locator(".message.human")).to_contain_text(text)


class TestWhoeverSpokeIsGone:
    @pytest.fixture
    def waits(self) -> Waits:
        return Waits(undo_console=0, linger=0.2, agent_grace=0.2, agent_absent=0.3, sweep=0.1)

    async def test_a_colleague_goes_on_and_the_model_never_speaks(
        self, world: World, visitors: Visitors, ana: Visitor
    ) -> None:
        """75."""
        shop = (await shopping(visitors)).page
        await asks(shop, BROKEN)
        await speaks(ana, "One moment.")
        await expect(shop.locator(".said.person .words")).to_have_text("One moment.")
        ben = await visitors.agent("Ben")
        talk = ben.page.locator(".row.talk")
        await expect(talk).to_contain_text("Ana")
        spoken = await shop.locator(".said.model").count()
        await ana.context.close()
        await expect(talk).to_contain_text("Nobody")
        await expect(shop.get_by_text("Ana is away", exact=True)).to_be_visible()
        await asks(shop, "Are you there?")
        await talk.click()
        await expect(ben.page.locator(".actions")).to_contain_text("waits for a person")
        await expect(ben.page.locator(".message.customer").last).to_contain_text("Are you there?")
        await expect(ben.page.locator(".message.human")).to_contain_text("One moment.")
        await ben.page.keyboard.press("t")
        await expect(shop.get_by_text("Ben joined")).to_be_visible()
        await ben.page.get_by_label("Message to the customer").fill("Ben here.")
        await ben.page.keyboard.press("Enter")
        await expect(shop.locator(".said.person .words").last).to_have_text("Ben here.")
        assert await shop.locator(".said.model").count() == spoken
        await expect(shop.get_by_text("You are talking with Ben")).to_be_visible()
        await expect(shop.locator(".said.notice")).to_have_text(["Ana joined", AWAY, "Ben joined"])


class TestWhoeverSpokeIsBack:
    @pytest.fixture
    def waits(self) -> Waits:
        return Waits(undo_console=0, linger=0.2, agent_grace=0.2, agent_absent=60, sweep=0.1)

    async def test_customers_are_told_that_they_are_gone_and_back(
        self, world: World, visitors: Visitors, ana: Visitor
    ) -> None:
        """75."""
        shop = (await in_german(visitors)).page
        await shop.get_by_label("Nachricht").fill(BROKEN)
        await shop.keyboard.press("Enter")
        await speaks(ana, "Einen Moment.")
        console = ana.page.url
        await ana.page.goto("about:blank")
        await expect(shop.get_by_text("Ana ist kurz nicht da", exact=True)).to_be_visible()
        assert await findings(shop) == []
        await ana.page.goto(console)
        await ana.live()
        await expect(shop.get_by_text("Ana ist wieder da")).to_be_visible()
        await expect(shop.get_by_text("Sie sprechen mit Ana")).to_be_visible()


async def test_handed_back_while_a_message_waits_it_is_answered_once(
    world: World, visitors: Visitors, ana: Visitor
) -> None:
    """77."""
    shop = (await shopping(visitors)).page
    await asks(shop, BROKEN)
    await speaks(ana, "One moment.")
    await expect(shop.locator(".said.person .words")).to_have_text("One moment.")
    await asks(shop, "What are your opening hours?")
    await expect(ana.page.locator(".message.customer").last).to_contain_text("opening hours")
    spoken = await shop.locator(".said.model").count()
    await ana.page.keyboard.press("Escape")
    await ana.page.keyboard.press("h")
    await expect(shop.locator(".said.model .words").last).to_contain_text("Our shop is open")
    await expect(shop.get_by_text("Ana left")).to_be_visible()
    assert await shop.locator(".said.model").count() == spoken + 1
    await expect(shop.get_by_text("Our shop is open")).to_have_count(1)


async def test_while_nobody_is_there_the_safe_answer_comes_at_once(
    world: World, visitors: Visitors
) -> None:
    """82: not after its five minutes; away counts as nobody."""
    shop = (await shopping(visitors)).page
    await asks(shop, BROKEN)
    await expect(shop.locator(".said.model .words")).to_contain_text(SAFE)
    ana = await visitors.agent("Ana")
    await expect(ana.page.locator("ol .row")).to_have_count(0)
    await ana.page.get_by_role("switch").click()
    ben = await visitors.new()
    again = (await shopping(visitors)).page
    await asks(again, BROKEN)
    await expect(again.locator(".said.model .words")).to_contain_text(SAFE)
    await ben.sign_in("Ben")
    third = (await shopping(visitors)).page
    await asks(third, BROKEN)
    await ben.open("Refund promise")
    await expect(third.locator(".said.model .words")).not_to_contain_text(SAFE)


class TestNobodyAnswers:
    @pytest.fixture
    def waits(self) -> Waits:
        return Waits(undo_console=0, sweep=0.1)

    @pytest.fixture
    def pack(self) -> str:
        return rules(stop_at(deadline=10, on_deadline="fallback_text"))

    async def test_time_decides_and_the_hold_stays_to_be_seen(
        self, world: World, visitors: Visitors, ana: Visitor
    ) -> None:
        """87."""
        world.stage.says(PROMISE)
        answer = world.ask("May I?")
        await ana.open("No promises")
        await (await ana.edit()).fill("maybe.")
        assert (await answer).endswith((SORRY, SORRY_AFTER))
        page = ana.page
        await expect(page.locator(".actions")).to_contain_text("Time ran out")
        await expect(page.locator(".actions")).to_contain_text("the safe answer went out")
        await expect(page.locator(".unsent")).to_contain_text("maybe.")
        await expect(page.locator(".row.ended")).to_contain_text("Time ran out")
        await page.reload()
        await expect(page.locator(".actions")).to_contain_text("Time ran out")
        await page.keyboard.press("a")
        assert "guarantee" not in await answer
