"""Holds that ask for something, and holds that come to people by themselves."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
import yaml
from playwright.async_api import Browser, expect

from hitl_chat.settings import Desk, Waits
from tests.browser.conftest import Visitor, Visitors
from tests.browser.world import World, opened
from tests.server.people_world import add

pytestmark = pytest.mark.asyncio(loop_scope="session")

LAW = {
    "name": "promises",
    "when": {"patterns": {"literals": ["guarantee"]}},
    "skills": ["law"],
    "languages": ["de"],
    "on_no_agent": "wait",
}


async def working(folder: Path, desk: Desk) -> AsyncIterator[World]:
    file = folder / "rules.yaml"
    file.write_text(yaml.safe_dump({"version": "test", "rules": [LAW]}))
    async with opened(folder / "data", Waits(undo_console=0), file, desk=desk) as found:
        yield found


@pytest_asyncio.fixture(loop_scope="session")
async def pulling(tmp_path: Path, built: Path) -> AsyncIterator[World]:
    async for found in working(tmp_path, Desk()):
        yield found


@pytest_asyncio.fixture(loop_scope="session")
async def pushing(tmp_path: Path, built: Path) -> AsyncIterator[World]:
    async for found in working(tmp_path, Desk(mode="push")):
        yield found


async def come(visitors: Visitors, name: str, *skills: str) -> Visitor:
    who = await visitors.new()
    person = await add(who.world, name, skills=skills, languages=("de",))
    secret = await who.world.program.sessions.link(person)
    await who.page.goto(f"{who.world.origin}/in/{secret}")
    await who.page.get_by_role("button", name=f"Sign in as {name}").click()
    await who.live()
    return who


async def test_who_lacks_something_is_warned_and_next_passes_over_it(
    browser: Browser, pulling: World
) -> None:
    visitors = Visitors(browser, pulling)
    ana, ben = await come(visitors, "Ana"), await come(visitors, "Ben", "law")
    pulling.stage.says("I guarantee it.")
    pulling.ask("Will it last?")
    await expect(ana.page.locator("ol .row")).to_have_count(1)
    await ana.page.keyboard.press("n")
    await expect(ana.page.get_by_text("Nothing waits for you")).to_be_visible()
    await ana.page.locator("ol .row").click()
    await expect(ana.page.get_by_text("for people with: law")).to_be_visible()
    await expect(ben.page.locator("ol .row")).to_have_count(1)
    await ben.page.keyboard.press("n")
    await expect(ben.page.locator(".answer")).to_be_visible()
    await expect(ben.page.get_by_text("for people with")).to_have_count(0)
    assert ana.problems + ben.problems == []
    await visitors.close()


async def test_a_hold_comes_to_whoever_is_free_and_its_card_opens_by_itself(
    browser: Browser, pushing: World
) -> None:
    visitors = Visitors(browser, pushing)
    ana, ben = await come(visitors, "Ana"), await come(visitors, "Ben", "law")
    await expect(ben.page.get_by_role("main")).to_contain_text("comes to you by itself")
    pushing.stage.says("I guarantee it.")
    answer = pushing.ask("Will it last?")
    await expect(ana.page.locator("ol .row")).to_contain_text("Ben")
    await expect(ben.page.get_by_role("heading", name="Promises", level=2)).to_be_visible()
    await expect(ben.page.get_by_text("claimed by you")).to_be_visible()
    await expect(ben.page.locator(".toast")).to_contain_text("It came to you")
    await expect(ben.page.get_by_role("region", name="Held answer")).to_be_focused()
    await expect(ana.page.get_by_role("main")).to_contain_text("comes to you by itself")
    await ben.page.get_by_role("button", name="Approve").press("Space")
    assert await answer == "I guarantee it."
    assert ana.problems + ben.problems == []
    await visitors.close()


async def test_a_card_does_not_open_while_somebody_writes(browser: Browser, pushing: World) -> None:
    visitors = Visitors(browser, pushing)
    ben = await come(visitors, "Ben", "law")
    page = ben.page
    for number in range(2):
        pushing.stage.says("I guarantee it.")
        pushing.ask(f"Will it last {number} years?")
        await expect(page.locator("ol .row .claimed")).to_have_count(number + 1)
        await expect(page.get_by_text("claimed by you")).to_be_visible()
        if number == 0:
            box = await ben.edit()
    first = page.url
    await box.fill("We hope so.")
    await page.keyboard.press("Control+Enter")
    await page.wait_for_url(lambda url: "#hold:" in url and url != first)
    await expect(page.get_by_text("claimed by you")).to_be_visible()
    assert ben.problems == []
    await visitors.close()
