"""Chromium, the pages as the sources are now, a shop for each test, and visitors who notice."""

import fcntl
import os
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import unquote

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Locator, Page, async_playwright, expect

from hitl_chat.settings import Waits
from tests.browser.world import RULES, World, opened
from tests.quality.project import ROOT, run
from tests.services import chromium

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
WEB = ROOT / "web"
QUIET = os.environ | {"NO_COLOR": "1", "DENO_NO_UPDATE_CHECK": "1"}
QUIET.setdefault("DENO_TLS_CA_STORE", "system,mozilla")
PATIENCE = 14_000  # milliseconds; a guard against hanging, never what a test waits for
WATCH = """
addEventListener('securitypolicyviolation', (event) =>
  console.error(`POLICY ${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
"""


class Visitor:
    """A browser of its own. `problems` is what must never happen on our pages."""

    def __init__(self, context: BrowserContext, page: Page, world: World) -> None:
        self.context, self.page, self.world = context, page, world
        self.problems: list[str] = []
        self.allowed: tuple[str, ...] = ()
        self.elsewhere: tuple[str, ...] = ()
        page.on("pageerror", lambda error: self.problems.append(f"error: {error}"))
        page.on("dialog", lambda dialog: self.problems.append(f"dialog: {dialog.message}"))
        page.on("console", lambda said: self._said(said.type, said.text))
        page.on("request", lambda request: self._asked(request.url))

    def _said(self, kind: str, text: str) -> None:
        if kind == "error" and not any(part in text for part in self.allowed):
            self.problems.append(f"console: {text}")

    def _asked(self, url: str) -> None:
        ours = (self.world.origin, self.world.origin.replace("http", "ws", 1))
        if not url.startswith((*ours, *self.elsewhere)):
            self.problems.append(f"request: {url}")

    async def sign_in(self, name: str, role: str = "agent") -> "Visitor":
        await self.page.goto(await self.world.link(name, role))
        await self.page.get_by_role("button", name=f"Sign in as {name}").click()
        await self.live()
        return self

    async def live(self) -> None:
        await expect(self.page.locator(".standing")).to_have_text("Live")

    async def open(self, rule: str, draft: str = "whole") -> None:
        """Look at the hold of a rule, once its draft is so."""
        await self.page.locator("ol").get_by_role("button", name=rule).click()
        await expect(self.page.get_by_role("heading", name=rule, level=2)).to_be_visible()
        await expect(self.page.locator(f".answer .draft.{draft}")).to_be_visible()

    async def claim_next(self, waiting: int = 1) -> None:
        """By its key, once so many wait."""
        await expect(self.page.locator("ol .row")).to_have_count(waiting)
        await self.page.keyboard.press("n")
        await expect(self.page.get_by_text("claimed by you")).to_be_visible()

    async def edit(self) -> Locator:
        """By its key; the box to write in."""
        return await self._key("e", "Text instead of what is held")

    async def take_over(self) -> Locator:
        """By its key; the box to speak in."""
        return await self._key("t", "Message to the customer")

    async def _key(self, key: str, label: str) -> Locator:
        await self.page.keyboard.press(key)
        box = self.page.get_by_label(label)
        await expect(box).to_be_focused()
        return box

    async def in_sheet(self, key: str, text: str) -> None:
        """Written in the sheet that this key opens, and sent."""
        await self.page.keyboard.press(key)
        await expect(self.page.get_by_role("dialog").get_by_role("textbox")).to_be_focused()
        await self.page.keyboard.type(text)
        await self.page.keyboard.press("Control+Enter")

    async def to_colleague(self, key: str, name: str) -> None:
        """To the only one who is there, in the sheet that this key opens."""
        await self.page.keyboard.press(key)
        await expect(self.page.get_by_role("dialog")).to_contain_text(name)
        await self.page.keyboard.press("1")

    async def hold(self) -> str:
        """The hold that is looked at."""
        return unquote(self.page.url.rpartition("#hold:")[2])


async def rejects(page: Page, why: str = "r") -> None:
    """One key asks for a reason, by its number; the same once more needs none."""
    await page.keyboard.press("r")
    await expect(page.locator(".instead")).to_be_visible()
    await page.keyboard.press(why)


class Visitors:
    """As many browsers as a test needs; afterwards none of them may have had a problem."""

    def __init__(self, browser: Browser, world: World) -> None:
        self.browser, self.world = browser, world
        self.all: list[Visitor] = []

    async def new(self, **more: object) -> Visitor:
        # The machine's own language would write numbers in its own way.
        chosen = {"locale": "en-US", **more}
        context = await self.browser.new_context(**chosen)  # type: ignore[arg-type]
        context.set_default_timeout(PATIENCE)
        await context.add_init_script(WATCH)
        visitor = Visitor(context, await context.new_page(), self.world)
        self.all.append(visitor)
        return visitor

    async def agent(self, name: str, role: str = "agent") -> Visitor:
        return await (await self.new()).sign_in(name, role)

    async def close(self) -> None:
        for visitor in self.all:
            await visitor.context.close()


def build() -> Path:
    """The pages as the sources are now. One builds; others who want them at this moment wait."""
    with (WEB / "deno.json").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if newest("dist") < newest(
            "src", "public", "widget", "deno.json", "shells.ts", "preloads.ts"
        ):
            done = run("deno", "task", "build", cwd=WEB, env=QUIET)
            assert done.returncode == 0, done.stdout
    return WEB / "dist"


@pytest.fixture(scope="session")
def built() -> Path:
    return build()


def newest(*names: str) -> float:
    files = [file for name in names for file in (WEB / name, *(WEB / name).rglob("*"))]
    return max((file.stat().st_mtime for file in files if file.is_file()), default=0.0)


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def browser() -> AsyncIterator[Browser]:
    expect.set_options(timeout=PATIENCE)
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        yield launched
        await launched.close()


@pytest.fixture
def waits() -> Waits:
    """Decisions are sent at once; tests of undo say otherwise."""
    return Waits(undo_console=0, linger=0.2)


@pytest.fixture
def pack() -> str:
    """The rules of the shop; tests of other rules say so."""
    return RULES.read_text("utf-8")


@pytest_asyncio.fixture(loop_scope="session")
async def world(tmp_path: Path, built: Path, waits: Waits, pack: str) -> AsyncIterator[World]:
    file = tmp_path / RULES.name
    file.write_text(pack, "utf-8")
    async with opened(tmp_path / "data", waits, file) as opened_world:
        yield opened_world


@pytest_asyncio.fixture(loop_scope="session")
async def visitors(browser: Browser, world: World) -> AsyncIterator[Visitors]:
    everyone = Visitors(browser, world)
    yield everyone
    problems = [problem for visitor in everyone.all for problem in visitor.problems]
    await everyone.close()
    assert problems == []


@pytest_asyncio.fixture(loop_scope="session")
async def ana(visitors: Visitors) -> Visitor:
    return await visitors.agent("Ana")
