"""What was sent was wrong: the agent corrects all of it, and the customer's page shows that."""

import pytest
from playwright.async_api import Locator, expect

from hitl_chat.settings import Waits
from tests.browser.conftest import Visitor, Visitors
from tests.browser.customers import in_the_shop
from tests.browser.test_accessible import findings
from tests.browser.test_decisions import BROKEN, HELD, SENT
from tests.browser.world import World

pytestmark = pytest.mark.asyncio(loop_scope="session")

RIGHT = "Sorry to hear that. Bring it to the shop, please: we look at it there."
ALL = "Text instead of the whole answer"


async def correcting(ana: Visitor) -> Locator:
    """Ana is in the editor, and says that what was sent is wrong."""
    await ana.open("Refund promise")
    await ana.edit()
    await ana.page.keyboard.press("Alt+c")
    box = ana.page.get_by_label(ALL)
    await expect(box).to_be_focused()
    return box


async def test_the_widget_shows_it_instead_of_what_was_read(
    world: World, visitors: Visitors, ana: Visitor
) -> None:
    page = (await in_the_shop(visitors, BROKEN)).page
    await expect(page.get_by_text("A colleague is checking")).to_be_visible()
    await expect(page.locator(".said.model .words")).to_have_text(SENT.strip())
    box = await correcting(ana)
    await expect(box).to_have_value(SENT + HELD)
    await box.fill(RIGHT)
    await expect(ana.page.locator(".editor .difference del").first).to_be_visible()
    await ana.page.keyboard.press("Control+Enter")
    await expect(ana.page.locator(".actions")).to_contain_text("what was sent is withdrawn")
    said = page.locator(".said.model")
    await expect(said.locator(".words")).to_have_text(RIGHT)
    await expect(said.locator(".note")).to_have_text("Corrected")
    await expect(page.get_by_text("A colleague is checking")).to_have_count(0)
    await page.reload()
    await expect(said).to_have_count(1)
    await expect(said.locator(".words")).to_have_text(RIGHT)


async def test_a_plain_client_reads_it_after_what_it_read(world: World, ana: Visitor) -> None:
    answer = world.ask(BROKEN, customer={"language": "de"})
    box = await correcting(ana)
    await expect(ana.page.get_by_label("How the correction begins")).to_have_value("Berichtigung:")
    await box.fill("Bitte bringen Sie die Lampe in den Laden.")
    await ana.page.get_by_label("How the correction begins").fill("Richtig ist:")
    await ana.page.get_by_role("button", name="Send correction").click()
    marked = "\n\nRichtig ist: Bitte bringen Sie die Lampe in den Laden."
    assert await answer == SENT + marked


async def test_who_thinks_better_of_it_goes_on_from_what_was_sent(
    world: World, ana: Visitor
) -> None:
    answer = world.ask(BROKEN)
    await correcting(ana)
    await ana.page.keyboard.press("Alt+c")
    box = ana.page.get_by_label("Text instead of what is held")
    await expect(box).to_have_value(HELD)
    await box.fill("look at it first.")
    await ana.page.keyboard.press("Control+Enter")
    assert await answer == SENT + "look at it first."


class TestUndone:
    @pytest.fixture
    def waits(self) -> Waits:
        return Waits(undo_console=20, linger=0.2)

    async def test_what_is_undone_is_a_correction_still(self, world: World, ana: Visitor) -> None:
        world.ask(BROKEN)
        box = await correcting(ana)
        await box.fill(RIGHT)
        await ana.page.keyboard.press("Control+Enter")
        await expect(ana.page.locator(".toast")).to_contain_text("Undo")
        await ana.page.keyboard.press("z")
        await expect(box).to_have_value(RIGHT)
        await expect(ana.page.get_by_label("How the correction begins")).to_have_value(
            "Correction:"
        )


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_everybody_can_use_it(world: World, ana: Visitor, scheme: str) -> None:
    await ana.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    world.ask(BROKEN)
    await correcting(ana)
    assert await findings(ana.page) == []


async def test_what_was_not_sent_cannot_be_corrected(world: World, ana: Visitor) -> None:
    world.stage.says("guarantee a full refund, whatever happened.")
    world.ask(BROKEN)
    await ana.open("Refund promise")
    box = await ana.edit()
    before = await box.input_value()
    await ana.page.keyboard.press("Alt+c")
    await expect(ana.page.get_by_role("button", name="What was sent is wrong")).to_have_count(0)
    await expect(box).to_have_value(before)
