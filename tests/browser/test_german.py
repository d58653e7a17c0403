"""In German, no page says anything that only an English catalogue says."""

import json
import re

import pytest
from msgspec.structs import asdict
from playwright.async_api import Page, Route, expect

from hitl_chat.server.door_texts import EN
from hitl_chat.settings import Waits
from tests.browser.conftest import QUIET, WEB, Visitors
from tests.browser.line import Line
from tests.browser.test_decisions import BROKEN
from tests.browser.test_races import Card, half
from tests.browser.world import World
from tests.quality.project import run

pytestmark = pytest.mark.asyncio(loop_scope="session")
SHEETS = {
    "?": "Tasten",
    "Control+k": "Was möchtest du tun?",
    "b": "Ton und Mitteilungen",
    "u": "An Supervisoren weiterreichen",
    "o": "Jemandem aus dem Team geben",
    "s": "Um eine zweite Meinung bitten",
    "p": "Eine interne Notiz",
    "i": "Dem Modell sagen, was sich ändern soll",
}
# What people and rules wrote stays in their language; so does what is not on the page to be read.
FOUND = """(english) => {
  const theirs = '.words, .criteria :not(h4), .asked, .excerpt, textarea, script';
  const told = [...document.body.querySelectorAll('*')].filter((one) => !one.closest(theirs))
    .flatMap((one) => [
      ...[...one.childNodes].filter((node) => node.nodeType === 3).map((node) => node.data),
      ...['aria-label', 'title', 'placeholder'].map((name) => one.getAttribute(name) ?? ''),
    ]).map((text) => text.trim()).filter(Boolean);
  const long = english.filter((text) => text.includes(' '));
  return told.filter((text) =>
    english.includes(text) || long.some((part) => text.includes(part)));
}"""


@pytest.fixture
def waits() -> Waits:
    return Waits(undo_console=30)


@pytest.fixture(scope="module")
def english() -> list[str]:
    done = run("deno", "run", "--frozen", "--allow-read=src", "english.ts", cwd=WEB, env=QUIET)
    assert done.returncode == 0, done.stdout
    found: list[str] = json.loads(done.stdout)
    assert {"Queue", "Why it is held", "Shut out", "Nothing to review"} <= set(found)
    at_the_door = "\0".join(text for text in asdict(EN).values() if isinstance(text, str))
    parts = (part.strip() for part in re.split(r"\{\w+\}|\0", at_the_door))
    return found + [part for part in parts if " " in part]


async def foreign(page: Page, english: list[str]) -> list[str]:
    found: list[str] = await page.evaluate(FOUND, english)
    return found


async def test_what_is_english_is_found(visitors: Visitors, english: list[str]) -> None:
    ana = await visitors.agent("Ana")
    assert "Queue" in await foreign(ana.page, english)


async def test_the_server_too_is_understood(world: World, visitors: Visitors) -> None:
    page = (await visitors.new(locale="de-DE")).page
    await page.goto(await world.link("Ute"))
    await page.get_by_role("button", name="Als Ute anmelden").click()
    await expect(page.locator(".standing")).to_have_text("Verbunden")
    world.ask(BROKEN)
    await page.locator("ol .row").click()
    await expect(page.locator(".answer")).to_be_visible()
    await page.keyboard.press("u")
    await page.keyboard.press("Control+Enter")
    await expect(page.get_by_role("dialog").locator(".toast")).to_contain_text("kein Supervisor")


@pytest.mark.slow
async def test_no_page_says_anything_in_english(
    world: World, visitors: Visitors, english: list[str]
) -> None:
    await visitors.agent("Ana")
    page = (await visitors.new(locale="de-DE")).page
    await page.goto(await world.link("Dee", "supervisor"))
    assert await foreign(page, english) == []
    await page.get_by_role("button", name="Als Dee anmelden").click()
    await expect(page.locator(".standing")).to_have_text("Verbunden")
    assert await foreign(page, english) == []

    world.ask(BROKEN)
    await page.locator("ol .row").click()
    await expect(page.get_by_role("heading", name="Warum sie zurückgehalten wird")).to_be_visible()
    assert await foreign(page, english) == []
    for key, title in SHEETS.items():
        await page.keyboard.press(key)
        await expect(page.get_by_role("heading", name=title, exact=True)).to_be_visible()
        assert (key, await foreign(page, english)) == (key, [])
        await page.keyboard.press("Escape")
    await page.keyboard.press("e")
    await page.locator(".editor textarea").fill("Das ersetzen wir.")
    assert await foreign(page, english) == []
    await page.keyboard.press("Control+Enter")
    await expect(page.locator(".toast.undo")).to_contain_text("Du hast geändert")
    assert await foreign(page, english) == []
    await page.keyboard.press("Control+Enter")  # once more: it is sent now

    await page.get_by_role("link", name="Nachsehen").click()
    await page.get_by_role("button", name="Entschieden").click()
    await page.locator(".row").click()
    await expect(page.get_by_role("heading", name="Was der Kunde las")).to_be_visible()
    assert await foreign(page, english) == []

    await page.keyboard.press("?")
    await expect(page.get_by_role("dialog", name="Tasten")).to_be_visible()
    assert await foreign(page, english) == []
    await page.keyboard.press("Escape")

    await page.goto(f"{world.origin}/console/people")
    await page.get_by_role("button", name="Bearbeiten").first.click()
    await expect(page.get_by_label("Sprachen, als Kürzel")).to_be_visible()
    assert await foreign(page, english) == []


async def test_nor_does_what_is_put_back(
    world: World, visitors: Visitors, english: list[str]
) -> None:
    page = (await visitors.new(locale="de-DE")).page
    await page.goto(await world.link("Ute"))
    await page.get_by_role("button", name="Als Ute anmelden").click()
    await expect(page.locator(".standing")).to_have_text("Verbunden")
    world.ask(BROKEN)
    await expect(page.locator("ol .row")).to_have_count(1)
    await page.keyboard.press("n")
    await expect(page.get_by_role("button", name="Zurücklegen")).to_be_visible()
    await page.keyboard.press("l")
    await expect(page.get_by_role("group", name="Zurückgelegt, weil…")).to_be_visible()
    assert await foreign(page, english) == []
    await page.keyboard.press("1")
    await expect(page.locator(".trail")).to_contain_text("zurückgelegt: nicht mein Gebiet")
    assert await foreign(page, english) == []


async def test_nor_does_what_changed_meanwhile(
    world: World, visitors: Visitors, english: list[str]
) -> None:
    ute = await visitors.new(locale="de-DE")
    line, page = await Line().through(ute), ute.page
    await page.goto(await world.link("Ute"))
    await page.get_by_role("button", name="Als Ute anmelden").click()
    await expect(page.locator(".standing")).to_have_text("Verbunden")
    line.shows(otherwise, until="decide")
    world.ask(BROKEN)
    await page.locator("ol .row").click()
    await expect(page.locator(".pending")).to_be_visible()
    await page.keyboard.press("a")
    changed = page.locator(".since")
    await expect(changed.get_by_role("button", name="Gesehen")).to_be_visible()
    await expect(changed.get_by_role("status")).to_contain_text(
        "Kein Grund mehr: Tone (alle Prüfungen zusammen)."
    )
    await expect(changed.locator("ins")).to_contain_text("whatever happened")
    assert await foreign(page, english) == []


def otherwise(card: Card) -> None:
    half(card)
    hold = card["hold"]
    hold["reasons"].append(hold["reasons"][0] | {"rule": "tone", "check": "risk"})
    hold["draft_state"] = "streaming"


@pytest.mark.slow
async def test_nor_does_the_wall(world: World, visitors: Visitors, english: list[str]) -> None:
    ana = await visitors.agent("Ana")
    world.ask(BROKEN)
    await ana.claim_next()
    dee = await visitors.new(locale="de-DE")
    page = dee.page
    await page.goto(await world.link("Dee", "supervisor"))
    await page.get_by_role("button", name="Als Dee anmelden").click()
    await expect(page.locator(".standing")).to_have_text("Verbunden")
    await page.goto(f"{world.origin}/wall")
    give = page.get_by_role("button", name="Abgeben Ana")
    await expect(give).to_be_visible()
    await page.get_by_text("Eine Schwelle verschieben").click()
    assert await foreign(page, english) == []
    for button in (give, page.get_by_role("button", name="Alles zurückhalten")):
        await button.click()
        await expect(page.get_by_role("dialog")).to_be_visible()
        assert await foreign(page, english) == []
        await page.keyboard.press("Escape")
    dee.allowed = ("422",)
    changed = {"rule": "no-such", "check": "patterns"}
    await page.route("**/wall/thresholds", lambda route: refused(route, changed))
    await page.get_by_role("button", name="Verschieben", exact=True).click()
    await expect(page.locator(".notice .problem")).to_contain_text(
        "Diese Regel gibt es nicht mehr."
    )


async def refused(route: Route, changed: dict[str, str]) -> None:
    """The rules have changed meanwhile: what is asked for is not there any more."""
    if route.request.method == "POST":
        asked = (route.request.post_data_json or {}) | changed
        await route.continue_(post_data=json.dumps(asked))
    else:
        await route.continue_()
