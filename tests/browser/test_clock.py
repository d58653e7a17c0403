"""The browser's clock may say what it likes: how long is left is the server's to say."""

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Visitors
from tests.browser.test_decisions import BROKEN
from tests.browser.world import World

pytestmark = pytest.mark.asyncio(loop_scope="session")

WRONG = "(() => { const real = Date.now; Date.now = () => real() + (%d); })()"
HOUR = 3_600_000
DEADLINE = 300  # of the retail pack


@pytest.mark.parametrize("wrong", [HOUR, -HOUR])
async def test_time_left_is_counted_by_the_servers_clock(
    world: World, visitors: Visitors, wrong: int
) -> None:
    ana = await visitors.new()
    await ana.context.add_init_script(WRONG % wrong)
    await ana.sign_in("Ana")
    world.ask(BROKEN)
    await ana.open("Refund promise")
    left = ana.page.locator(".card .time")
    minutes, _, seconds = (await left.inner_text()).partition(":")
    assert 0 < int(minutes) * 60 + int(seconds) <= DEADLINE
    await expect(ana.page.get_by_role("button", name="Approve")).to_be_enabled()
