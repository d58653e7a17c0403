"""The server is killed in the middle of a takeover: nothing is lost, and nothing is said twice."""

import asyncio
from asyncio.subprocess import PIPE
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from hitl_chat.settings import Waits
from hitl_chat.store import messages
from tests.browser.conftest import PATIENCE, WATCH
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
