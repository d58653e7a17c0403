"""Five thousand open holds: few are drawn, all can be reached by keys, and axe finds nothing."""

import time
from typing import Any

import pytest
from msgspec.structs import replace
from playwright.async_api import Page, expect
from sqlalchemy import Connection

from hitl_chat.core.hold import Hold
from hitl_chat.core.policy import Terms
from hitl_chat.core.remainder import Draft
from hitl_chat.store import conversations, holds
from tests.browser.conftest import Visitors
from tests.browser.test_accessible import findings
from tests.browser.world import TENANT, World
from tests.store.world import hold_of

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.slow]

MANY = 5000
MOST_NODES = 2500  # of the whole page
DRAFT = Draft({}, {"0/content": "You get 500 euros."})


def many(count: int) -> list[Hold]:
    """Each with its own deadline, so that the order is known: the first is the most urgent."""
    now = time.time()
    times: dict[str, Any] = {"opened_at": now, "cap_at": now + 90_000}
    one = hold_of(tenant=TENANT, turn="turn_1", conv="conv_many", **times)
    return [
        replace(
            one,
            id=f"hold_{number:05}",
            deadline_at=now + 60_000 + number,
            terms=Terms(rules=(f"rule-{number:05}",)),
        )
        for number in range(count)
    ]


async def fill(world: World, count: int = MANY) -> None:
    def write(conn: Connection) -> None:
        conversations.ensure(conn, TENANT, "conv_many", time.time())
        for each in many(count):
            holds.insert(conn, each, DRAFT)

    await world.program.db.write(write)


async def nodes(page: Page) -> int:
    return int(await page.evaluate("document.querySelectorAll('*').length"))


async def test_thousands_of_holds(world: World, visitors: Visitors) -> None:
    await fill(world)
    ana = await visitors.new(reduced_motion="reduce")
    await ana.sign_in("Ana")
    page, rows = ana.page, ana.page.locator("ol .row")
    await expect(page.locator(".figures")).to_contain_text(str(MANY))
    await expect(rows.first).to_be_visible()
    assert await rows.count() < 60
    assert await nodes(page) < MOST_NODES
    assert await findings(page) == []

    await page.locator(".queue").evaluate("here => here.scrollTop = here.scrollHeight / 2")
    await expect(page.locator("ol li").first).not_to_have_attribute("aria-posinset", "1")
    await expect(page.locator("ol li").first).to_have_attribute("aria-setsize", str(MANY))
    assert await rows.count() < 60
    assert await nodes(page) < MOST_NODES
    assert await findings(page) == []


async def test_keys_go_through_all_of_them(world: World, visitors: Visitors) -> None:
    await fill(world)
    ana = await visitors.new(reduced_motion="reduce")
    await ana.sign_in("Ana")
    page = ana.page
    await expect(page.locator(".figures")).to_contain_text(str(MANY))
    chosen = page.locator("ol li", has=page.locator("[aria-current=true]"))
    for _ in range(40):
        await page.keyboard.press("j")
    await expect(chosen).to_be_in_viewport()
    await expect(chosen).to_have_attribute("aria-posinset", "40")
    # The last one but a few, and on from there: what is chosen is always drawn and seen.
    await page.evaluate(f"location.hash = '#hold:hold_{MANY - 3:05}'")
    await expect(chosen).to_be_in_viewport()
    await page.keyboard.press("j")
    await page.keyboard.press("j")
    await expect(chosen).to_have_attribute("aria-posinset", str(MANY))
    await expect(chosen).to_be_in_viewport()
    await page.keyboard.press("k")
    await expect(chosen).to_have_attribute("aria-posinset", str(MANY - 1))
