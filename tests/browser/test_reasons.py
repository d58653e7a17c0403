"""Why: one key for a reason, whatever is decided; an edit says itself what it changes."""

import pytest
from playwright.async_api import expect

from hitl_chat.core.hold import Hold
from hitl_chat.store import holds
from hitl_chat.store.asides import Note, notes
from tests.browser.conftest import Visitor
from tests.browser.test_decisions import BROKEN, SENT
from tests.browser.world import TENANT, World

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def held(world: World, ana: Visitor) -> Hold:
    """The hold that is looked at, as it is on record."""
    ident = await ana.hold()
    found = await world.program.db.read(lambda conn: holds.get(conn, TENANT, ident))
    assert found is not None
    return found


async def because(world: World, ana: Visitor) -> tuple[str, ...]:
    made = (await held(world, ana)).decision
    assert made is not None
    return made.because


async def kept(world: World, ana: Visitor) -> list[Note]:
    conv = (await held(world, ana)).conv
    return await world.program.db.read(lambda conn: notes(conn, TENANT, conv))


async def test_a_rejection_takes_two_keys_and_says_why(world: World, ana: Visitor) -> None:
    answer = world.ask(BROKEN)
    await ana.open("Refund promise")
    press, page = ana.page.keyboard.press, ana.page
    await press("r")
    await expect(page.locator(".because")).to_contain_text("Rejected, because…")
    assert not answer.done()
    await press("3")
    await expect(page.locator(".actions")).to_contain_text("You rejected")
    assert "A colleague will tell you" in await answer
    assert await because(world, ana) == ("promise removed",)


async def test_nobody_has_to_read_an_expression(world: World, ana: Visitor) -> None:
    """It is there for whoever wrote it; what it found is marked in the text."""
    world.ask(BROKEN)
    await ana.open("Refund promise")
    row = ana.page.locator(".reason").first
    source = row.locator("code")
    await expect(row).to_contain_text("found in the text")
    await expect(source).to_be_hidden()
    await row.get_by_text("The expression that found it").click()
    await expect(source).to_be_visible()
    await expect(source).to_contain_text(r"\bguarante")


async def test_escape_does_not_reject(world: World, ana: Visitor) -> None:
    answer = world.ask(BROKEN)
    await ana.open("Refund promise")
    await ana.page.keyboard.press("r")
    await expect(ana.page.locator(".instead")).to_be_visible()
    await ana.page.keyboard.press("Escape")
    await expect(ana.page.locator(".instead")).to_have_count(0)
    await ana.page.get_by_role("button", name="Approve").click()
    assert "guarantee" in await answer


async def test_an_edit_shows_what_it_changes_and_gives_its_reasons(
    world: World, ana: Visitor
) -> None:
    page = ana.page
    answer = world.ask(BROKEN)
    await ana.open("Refund promise")
    box = await ana.edit()
    await expect(page.locator(".difference")).to_have_count(0)
    await box.fill("refund what is due, whatever happened.")
    await expect(page.locator(".difference del")).to_contain_text("guarantee a full")
    await expect(page.locator(".difference ins")).to_contain_text("what is due")
    chosen = page.locator(".say-why[aria-pressed=true]")
    await expect(chosen).to_have_count(1)
    await expect(chosen).to_contain_text("promise removed")
    await page.keyboard.press("Alt+4")
    await expect(chosen).to_have_count(2)
    await page.keyboard.press("Alt+d")
    await expect(page.locator(".difference")).to_have_count(0)
    await page.get_by_label("Note for colleagues").fill("photo is still missing")
    await page.keyboard.press("Control+Enter")
    await expect(page.locator(".actions")).to_contain_text("You edited")
    assert await answer == SENT + "refund what is due, whatever happened."
    assert await because(world, ana) == ("promise removed", "tone")
    assert [note.text for note in await kept(world, ana)] == ["photo is still missing"]


async def test_an_approval_may_have_a_reason_too(world: World, ana: Visitor) -> None:
    answer = world.ask(BROKEN)
    await ana.open("Refund promise")
    await ana.page.keyboard.press("1")
    await expect(ana.page.locator(".say-why[aria-pressed=true]")).to_contain_text("fine as it is")
    await ana.page.keyboard.press("a")
    await answer
    await expect(ana.page.locator(".actions")).to_contain_text("You approved")
    assert await because(world, ana) == ("fine as it is",)


async def test_reasons_have_the_keys_that_one_can_type(world: World, ana: Visitor) -> None:
    page = ana.page
    world.ask(BROKEN)
    await ana.open("Refund promise")
    await page.keyboard.press("?")
    sheet = page.get_by_role("dialog")
    box = sheet.get_by_label("Keys of reasons 1 to 9")
    await box.fill("12345678e")
    await box.press("Enter")
    await expect(sheet.get_by_text("“e” is for: edit.")).to_be_visible()
    await expect(box).to_have_value("123456789")
    await box.fill("&é")
    await box.press("Escape")
    await expect(box).to_have_value("123456789")
    await box.fill("&é\"'(-è_ç")
    await box.press("Enter")
    await page.keyboard.press("Escape")
    await expect(sheet).to_be_hidden()
    fine = page.locator(".say-why").first
    await expect(fine).to_contain_text("& fine as it is")
    await page.keyboard.press("1")
    await page.keyboard.press("&")
    await expect(fine).to_have_attribute("aria-pressed", "true")
    await page.reload()
    await expect(page.locator(".say-why").first).to_contain_text("& fine as it is")
