"""The server or an agent's tab is killed in the middle: nothing is lost, nothing is done twice."""

import asyncio
from asyncio.subprocess import PIPE
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from hitl_chat.settings import Waits
from hitl_chat.store import events, messages
from tests.browser.conftest import PATIENCE, WATCH
from tests.world_history import check
from tests.world_models import says
from tests.world_process import COMMAND, Outside

pytestmark = pytest.mark.asyncio(loop_scope="session")

HUMAN = ".message.human:not(.sending)"
WAITS = Waits(undo_console=0, linger=0.2, poll=0.1, sweep=0.1)


async def invited(world: Outside, name: str) -> str:
    """A sign-in link, as whoever runs the server makes it."""
    adding = await asyncio.create_subprocess_exec(
        *(COMMAND, "people", "add", name, "--role", "agent", "--tenant", "acme"),
        cwd=world.folder,
        stdout=PIPE,
        stderr=PIPE,
    )
    out, told = await adding.communicate()
    assert adding.returncode == 0, told.decode()
    return out.decode().strip().splitlines()[-1]


async def signed_in(world: Outside, browser: Browser) -> Page:
    context = await browser.new_context()
    context.set_default_timeout(PATIENCE)
    await context.add_init_script(WATCH)
    page = await context.new_page()
    await page.goto(await invited(world, "Ana"))
    await page.get_by_role("button", name="Sign in as Ana").click()
    await expect(page.locator(".standing")).to_have_text("Live")
    return page


async def taken_over(world: Outside, page: Page) -> None:
    """A customer asks; Ana takes the conversation and says something."""
    world.upstream.script("m", says("Sure. I guarantee it."))
    customer = await world.ask("m", "May I?", conv="c1")
    await page.locator("ol .row").click()
    await expect(page.locator(".answer")).to_be_visible()
    await page.keyboard.press("t")
    await say(page, "One moment.")
    await expect(page.locator(HUMAN)).to_have_count(1)
    answer = await customer.rest()
    assert "One moment." in answer.text
    assert "guarantee" not in answer.text


async def say(page: Page, text: str) -> None:
    box = page.get_by_label("Message to the customer")
    await box.fill(text)
    await box.press("Enter")


@pytest.mark.slow
async def test_a_takeover_survives_kill_9(tmp_path: Path, browser: Browser, built: Path) -> None:
    async with Outside(tmp_path, waits=WAITS) as world:
        await world.start()
        page = await signed_in(world, browser)
        box, human = page.get_by_label("Message to the customer"), page.locator(HUMAN)
        await taken_over(world, page)

        await world.kill()
        await expect(page.locator(".standing")).to_contain_text("Connection lost")
        await say(page, "I have found it.")
        await expect(page.locator(".sending")).to_contain_text("I have found it.")
        await box.fill("Half a sentence, and")

        await world.start()
        await expect(page.locator(".standing")).to_have_text("Live")
        await expect(page.get_by_role("heading", name="You are speaking")).to_be_visible()
        await expect(human).to_have_count(2)
        await expect(page.locator(".sending")).to_have_count(0)
        await expect(box).to_have_value("Half a sentence, and")

        again = await world.ask("m", "Are you there?", conv="c1")
        await expect(page.locator(".message.customer").last).to_contain_text("Are you there?")
        await say(page, "I am.")
        await expect(human).to_have_count(3)
        assert "I am." in (await again.rest()).text
        await page.reload()
        await expect(human).to_have_count(3)
        await page.context.close()

        async with world.database() as db:
            said = await db.read(lambda conn: messages.transcript(conn, "acme", "c1"))
        human_words = [one.text for one in said if one.author == "human"]
        assert human_words == ["One moment.", "I have found it.", "I am."]
        assert len(world.upstream.seen) == 1  # the model was never asked while a person spoke


async def edits(world: Outside, page: Page, text: str) -> None:
    """A customer asks; Ana has claimed the hold and writes what is to be sent instead."""
    world.upstream.script("m", says("Sure. I guarantee it."))
    await world.ask("m", "May I?", key="order-1")
    await page.locator("ol .row").click()
    await expect(page.locator(".draft")).to_have_text("Complete")
    await page.keyboard.press("e")
    await expect(page.get_by_text("claimed by you")).to_be_visible()
    await page.get_by_label("Text instead of what is held").fill(text)


async def sent_once(world: Outside, text: str) -> None:
    """Who asks again under the same key gets it; it was decided once, and the model asked once."""
    again = await (await world.ask("m", "May I?", key="order-1")).rest()
    assert again.text == f"Sure. I {text}"
    assert len(world.upstream.seen) == 1
    async with world.database() as db:
        await check(db, again, canaries=["guarantee"])
        said = await db.read(lambda conn: events.feed(conn, "acme", 0))
    decided = [each.body["action"] for each in said if each.type == "hold.decided"]
    assert decided == ["edit"]


@pytest.mark.slow
async def test_a_decision_survives_kill_9(tmp_path: Path, browser: Browser, built: Path) -> None:
    """Given while the server was away, and made once when it is back."""
    async with Outside(tmp_path, waits=WAITS) as world:
        await world.start()
        page = await signed_in(world, browser)
        await edits(world, page, "look first.")
        await world.kill()
        await expect(page.locator(".standing")).to_contain_text("Connection lost")
        await page.keyboard.press("Control+Enter")
        await world.start()
        await expect(page.locator(".actions")).to_contain_text("You edited")
        await page.context.close()
        await sent_once(world, "look first.")


async def killed(page: Page) -> None:
    """As it is with a page whose process dies: it can say and keep nothing any more."""
    browser = await page.context.new_cdp_session(page)
    async with page.expect_event("crash"):
        dying = asyncio.create_task(browser.send("Page.crash"))
    dying.cancel()


@pytest.mark.slow
@pytest.mark.parametrize("away", [False, True], ids=["while writing", "while the server was away"])
async def test_a_killed_tab_leaves_what_was_written_to_the_next(
    tmp_path: Path, browser: Browser, built: Path, away: bool
) -> None:
    async with Outside(tmp_path, waits=WAITS) as world:
        await world.start()
        page = await signed_in(world, browser)
        await edits(world, page, "look first.")
        if away:
            await world.kill()
            await expect(page.locator(".standing")).to_contain_text("Connection lost")
            await page.keyboard.press("Control+Enter")
        await killed(page)
        if away:
            await world.start()
        again = await page.context.new_page()
        await again.goto(f"http://127.0.0.1:{world.port}/console/")
        await again.locator("ol .row").click()  # nothing was decided behind her back
        await expect(again.locator(".draft")).to_have_text("Complete")
        await again.keyboard.press("e")
        await expect(again.get_by_label("Text instead")).to_have_value("look first.")
        await again.keyboard.press("Control+Enter")
        await expect(again.locator(".actions")).to_contain_text("You edited")
        await again.context.close()
        await sent_once(world, "look first.")
