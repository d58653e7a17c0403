"""Every figure of the wall stands where its name says, from a record that was made by hand."""

from typing import Any

import pytest
from msgspec.structs import replace
from playwright.async_api import expect
from sqlalchemy import Connection

from hitl_chat.core.hold import BAND_LEFT, Hold
from hitl_chat.core.policy import Terms
from hitl_chat.core.proposal import Decided
from hitl_chat.store import conversations, holds
from tests.browser.conftest import Visitors
from tests.browser.test_wall import at_the_wall, row, tile
from tests.browser.world import TENANT, World
from tests.store.test_turns import began, ended
from tests.store.world import DRAFT, hold_of

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.slow]
HOUR = 3600
CONV = "conv_figures"
JUDGED = {"judge": {"asked": 1, "ms": 3.0, "calls": 7, "tokens": 1500}}


class Record:
    """What happened, as rows."""

    def __init__(self, now: float) -> None:
        self.now, self.holds = now, list[Hold]()

    def _hold(self, opened: float, **more: Any) -> Hold:
        number = len(self.holds) + 1
        times = {"opened_at": opened, "deadline_at": self.now + 5_000, "cap_at": self.now + 6_000}
        made = hold_of(number, tenant=TENANT, turn=f"turn_h{number}", conv=CONV)
        self.holds.append(replace(made, **{**times, "terms": Terms(rules=("refund",)), **more}))
        return self.holds[-1]

    def waits(self, seconds: float, left: float = 5_000, **more: Any) -> None:
        self._hold(self.now - seconds, deadline_at=self.now + left, **more)

    def ended(self, by: str, took: float, action: Any) -> None:
        at = self.now - 60
        key = f"key-{len(self.holds)}"
        made = Decided(by, action, {}, "sha", at, idem_key=key)
        self._hold(at - took, state="decided", version=2, decision=made)

    def write(self, conn: Connection) -> None:
        conversations.ensure(conn, TENANT, CONV, self.now)
        for each in self.holds:
            fresh = replace(each, state="open", version=1, decision=None)
            holds.insert(conn, fresh, DRAFT)
            if fresh != each:
                assert holds.save(conn, fresh, each, self.now)


async def test_each_has_its_place(world: World, visitors: Visitors) -> None:
    db, now = world.program.db, world.program.clock.now()
    record = Record(now)
    record.waits(600, left=33)
    for seconds in (120, 130):
        record.waits(seconds)
    for seconds in (30, 31, 32):
        record.waits(seconds, band=BAND_LEFT)
    for took in range(1, 21):
        record.ended("person_x", float(took), "approve")
    for _ in range(4):
        record.ended("system:deadline", 200, "fallback_text")
    for _ in range(2):
        record.ended("system:no_agent", 0, "release")
    await db.write(record.write)
    for number in range(40):
        about = {"id": f"turn_a{number}", "conv": CONV, "tenant": TENANT}
        db.later(began(0, **about, at=now - 100))
        usage = JUDGED if number < 3 else {}
        over = {**about, "at": now - 90, "said_id": "", "said": "", "answer_id": ""}
        db.later(ended(0, **over, check_usage=usage))
    await db.write(lambda conn: None, behind=True)

    page = (await at_the_wall(visitors)).page
    waiting = tile(page, "Waiting")
    await expect(waiting.locator(".value")).to_have_text("6")
    await expect(waiting.locator("li")).to_have_text(
        ["1 hardly any time left", "2 usual", "3 customer left"]
    )
    await expect(tile(page, "Oldest wait").locator(".value")).to_have_text("10 min")
    pace = tile(page, "Decision time")
    await expect(pace.locator(".value")).to_have_text("10 sec")
    await expect(pace).to_contain_text("19 sec 95 of 100 within (p95)")
    await expect(pace).to_contain_text("20 decisions")
    ends = tile(page, "In time")
    await expect(ends.locator(".value")).to_have_text("83.3%")
    await expect(ends).to_contain_text("4 ended at the deadline")
    released = tile(page, "Released by the system")
    await expect(released.locator(".value")).to_have_text("2")
    await expect(tile(page, "Customers who left").locator(".value")).to_have_text("3")
    cost = tile(page, "Model calls by checks")
    await expect(cost.locator(".value")).to_have_text("21")
    await expect(cost).to_contain_text("4,500 tokens")
    await expect(cost).to_contain_text("looked at 3 of 40 answers")
    await expect(row(page, "refund")).to_contain_text("80%")


async def test_a_rate_is_compared_with_what_is_usual(world: World, visitors: Visitors) -> None:
    """Thirty hours in which one of twenty was held; in this one, half."""
    db, now = world.program.db, world.program.clock.now()
    record = Record(now)
    start = now // HOUR * HOUR
    for hour in range(1, 31):
        record.waits(now - start + hour * HOUR - 1)
        for number in range(20):
            about = {"id": f"turn_{hour}_{number}", "conv": CONV, "tenant": TENANT}
            db.later(began(0, **about, at=start - hour * HOUR + number))
    for number in range(20):
        about = {"id": f"turn_now_{number}", "conv": CONV, "tenant": TENANT}
        db.later(began(0, **about, at=now - 5))
    for _ in range(10):
        record.waits(4)
    await db.write(record.write, behind=True)
    page = (await at_the_wall(visitors)).page
    await expect(row(page, "refund")).to_contain_text("5% to 5%")
    await expect(row(page, "refund")).to_contain_text("more than usual")
