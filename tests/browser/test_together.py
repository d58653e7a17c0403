"""Holds that say nearly the same are decided by one look: a decision each, and one undo."""

import pytest
from playwright.async_api import expect

from hitl_chat.settings import Waits
from hitl_chat.store import events, holds
from tests.browser.conftest import Visitor, rejects
from tests.browser.world import TENANT, World

pytestmark = pytest.mark.asyncio(loop_scope="session")

TEXT = "Bring it back and we guarantee a full refund to you, as we always do here in our shop"


async def offered(world: World, ana: Visitor) -> None:
    """Three customers ask the same; one gets another answer."""
    world.stage.says(f"{TEXT}.", f"{TEXT} too.", "We guarantee a refund of 30 euros.")
    for number in range(3):
        world.ask("My lamp arrived damaged.", conversation=f"conv_{number}")
        await expect(ana.page.locator("ol .row")).to_have_count(number + 1)
    await ana.page.locator("ol .row").first.click()
    await expect(ana.page.locator(".together")).to_contain_text("1 other hold says nearly the same")


@pytest.fixture
def waits() -> Waits:
    return Waits(undo_console=30)


async def test_one_key_decides_all_and_one_key_takes_all_back(world: World, ana: Visitor) -> None:
    page = ana.page
    await offered(world, ana)
    await page.keyboard.press("x")
    await expect(page.locator(".actions")).to_contain_text("Your decision is for all 2")
    await expect(page.locator(".together ins")).to_be_visible()  # what differs is seen
    await page.keyboard.press("1")
    await page.keyboard.press("a")
    await expect(page.locator(".row.settling")).to_have_count(2)
    await expect(page.locator(".row.open")).to_have_count(1)
    await page.keyboard.press("z")
    await expect(page.locator(".row.settling")).to_have_count(0)
    await expect(page.locator(".row.claimed")).to_have_count(2)


async def test_each_hold_has_a_decision_of_its_own(world: World, ana: Visitor) -> None:
    page = ana.page
    await offered(world, ana)
    await page.keyboard.press("x")
    await rejects(page, "3")
    await expect(page.locator(".row.settling")).to_have_count(2)
    alive = await world.program.db.read(lambda conn: holds.alive(conn, TENANT))
    made = [hold.proposal for hold in alive if hold.proposal]
    assert [each.because for each in made] == [("promise removed",)] * 2
    assert len({each.idem_key for each in made}) == 2
    for hold in alive:
        stream = events.of_conversation(hold.conv)
        said = await world.program.db.read(
            lambda conn, stream=stream: events.read(conn, TENANT, stream)  # type: ignore[misc]
        )
        assert ("hold.proposed" in [each.type for each in said]) == (hold.proposal is not None)


async def test_alone_is_the_default(world: World, ana: Visitor) -> None:
    await offered(world, ana)
    await ana.page.keyboard.press("a")
    await expect(ana.page.locator(".row.settling")).to_have_count(1)
    await expect(ana.page.locator(".row.open")).to_have_count(2)


async def test_a_hold_that_came_later_joins_no_decision(world: World, ana: Visitor) -> None:
    page = ana.page
    await offered(world, ana)
    await page.keyboard.press("x")
    await expect(page.locator(".actions")).to_contain_text("Your decision is for all 2")
    world.stage.says(f"{TEXT} too.")
    world.ask("My lamp arrived damaged.", conversation="conv_late")
    await expect(page.locator(".together")).to_contain_text("2 other holds say nearly the same")
    await expect(page.locator(".together input")).not_to_be_checked()
    await page.keyboard.press("a")
    await expect(page.locator(".row.settling")).to_have_count(1)
    await expect(page.locator(".row.open")).to_have_count(3)  # the late one, too
