"""The model helps an agent: told what to change, its changes taken one by one, never by itself."""

import pytest
from playwright.async_api import expect
from sqlalchemy import Connection

from hitl_chat.store import events, holds
from tests.browser.conftest import Visitor
from tests.browser.test_decisions import BROKEN, SENT
from tests.browser.world import TENANT, World

pytestmark = pytest.mark.asyncio(loop_scope="session")

BETTER = "will refund what is due once we have looked at it."


async def on_record(world: World, ana: Visitor) -> list[str]:
    """Whose words the decision about this hold is made of, as the audit has it."""
    ident = await ana.hold()

    def read(conn: Connection) -> list[str]:
        hold = holds.get(conn, TENANT, ident)
        assert hold is not None
        said = events.read(conn, TENANT, events.of_conversation(hold.conv))
        (made,) = [each for each in said if each.type == "hold.decided"]
        return list(made.body["helped"])

    return await world.program.db.read(read)


async def test_one_line_of_instruction_and_one_key_to_send(world: World, ana: Visitor) -> None:
    page = ana.page
    answer = world.ask(BROKEN)
    await ana.open("Refund promise")
    await ana.in_sheet("i", "Promise nothing before we have looked at it.")
    box = page.get_by_label("Text instead of what is held")
    await expect(box).to_have_value(BETTER)
    await expect(page.locator(".difference del").first).to_contain_text("guarantee")
    assert not answer.done()
    await box.press("Control+Enter")
    assert await answer == SENT + BETTER
    await expect(page.locator(".actions")).to_contain_text("model, instructed by you")
    assert await on_record(world, ana) == ["instructed"]


async def test_instructions_go_on_from_what_is_written_by_now(world: World, ana: Visitor) -> None:
    page = ana.page
    world.ask(BROKEN)
    await ana.open("Refund promise")
    box = await ana.edit()
    await box.fill("look at it first.")
    await page.keyboard.press("Alt+i")
    await page.keyboard.type("Warmer.")
    async with page.expect_request("**/console/suggestions") as asked:
        await page.keyboard.press("Control+Enter")
    wish = (await asked.value).post_data_json
    assert wish is not None
    assert (wish["instruction"], wish["text"]) == ("Warmer.", "look at it first.")


async def test_what_the_model_suggests_is_taken_change_by_change(
    world: World, ana: Visitor
) -> None:
    page = ana.page
    answer = world.ask(BROKEN)
    await ana.open("Refund promise")
    await page.keyboard.press("g")
    box = page.get_by_label("Text instead of what is held")
    hunks = page.locator(".hunk")
    await expect(hunks.first).to_be_in_viewport()
    await expect(box).to_have_value("guarantee a full refund, whatever happened.")
    before = await hunks.count()
    await hunks.first.click()
    await expect(hunks).to_have_count(before - 1)
    await page.keyboard.press("Alt+t")
    await expect(box).to_have_value(BETTER)
    await box.press("Control+Enter")
    assert await answer == SENT + BETTER
    await expect(page.locator(".actions")).to_contain_text("rewritten with the model")
    assert await on_record(world, ana) == ["rewritten"]


async def test_in_a_takeover_the_suggestion_waits_above_the_box(world: World, ana: Visitor) -> None:
    page = ana.page
    world.ask(BROKEN)
    await ana.open("Refund promise")
    box = await ana.take_over()
    await page.keyboard.press("Alt+g")
    await expect(page.locator(".ghost")).to_contain_text("Thank you for waiting")
    await expect(page.locator(".message.human")).to_have_count(0)
    await expect(box).to_have_value("")
    await page.keyboard.press("Alt+u")
    await expect(box).to_have_value(
        "Thank you for waiting. I am looking at it now and will tell you what I find."
    )
    await expect(page.locator(".message.human")).to_have_count(0)
    await page.keyboard.press("Enter")
    await expect(page.locator(".message.human")).to_contain_text("Thank you for waiting")
