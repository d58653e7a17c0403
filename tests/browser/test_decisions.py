"""The four decisions, as an agent makes them and as the customer gets them."""

import pytest
from playwright.async_api import expect

from hitl_chat.settings import Waits
from hitl_chat.store import events, holds
from tests.browser.conftest import Visitor
from tests.browser.world import TENANT, World

pytestmark = pytest.mark.asyncio(loop_scope="session")

BROKEN = "My lamp arrived damaged."
SENT = "Sorry to hear that. Please send us a photo. We "
HELD = "guarantee a full refund, whatever happened."


async def test_a_hold_appears_by_itself_with_what_was_asked_and_why(
    world: World, ana: Visitor
) -> None:
    page = ana.page
    await expect(page.get_by_text("Nothing waits")).to_be_visible()
    world.ask(BROKEN)
    await ana.open("Refund promise")
    await expect(page.locator(".asked")).to_contain_text(BROKEN)
    await expect(page.locator("figure.sent")).to_contain_text(SENT.strip())
    await expect(page.locator("figure.pending")).to_contain_text("guarantee a full refund")
    marks = ["1guarantee a full refund", "2whatever happened"]
    await expect(page.locator("figure.pending mark")).to_have_text(marks)
    await expect(page.locator(".reasons li").first).to_contain_text("found in the text")
    await expect(page.locator(".criteria")).to_contain_text("No refund is promised before")
    await expect(page).to_have_title("(1) hitl-chat")


async def test_approved_text_goes_out_as_it_is(world: World, ana: Visitor) -> None:
    answer = world.ask(BROKEN)
    await ana.open("Refund promise")
    await ana.page.get_by_role("button", name="Approve").click()
    await expect(ana.page.locator(".actions")).to_contain_text("You approved")
    assert await answer == SENT + HELD


async def test_an_edit_replaces_only_what_was_not_sent(world: World, ana: Visitor) -> None:
    answer = world.ask(BROKEN)
    await ana.open("Refund promise")
    await ana.page.get_by_role("button", name="Edit").click()
    box = ana.page.get_by_label("Text instead of what is held")
    await expect(box).to_be_focused()
    await expect(box).to_have_value(HELD)
    await box.fill("look at it first.")
    await ana.page.get_by_role("button", name="Send edit").click()
    await expect(ana.page.locator(".actions")).to_contain_text("You edited")
    assert await answer == SENT + "look at it first."


async def test_rejected_text_stays_here_and_the_safe_answer_follows(
    world: World, ana: Visitor
) -> None:
    answer = world.ask(BROKEN)
    await ana.open("Refund promise")
    await ana.page.get_by_role("button", name="Reject").click()
    await ana.page.get_by_role("button", name="Reject without a reason").click()
    await expect(ana.page.locator(".actions")).to_contain_text("You rejected")
    text = await answer
    assert text.startswith(SENT.strip())
    assert "A colleague will tell you" in text
    assert "guarantee" not in text


async def test_a_draft_that_is_still_written_grows_before_the_eyes_and_cannot_be_approved(
    world: World, ana: Visitor
) -> None:
    page = ana.page
    world.stage.says([(0, "Just bring it, no questions asked, to"), (1, " our shop.")])
    answer = world.ask("Where do I bring it?")
    await ana.open("Refund promise", "streaming")
    await expect(page.locator(".draft")).to_have_text("Still being written…")
    await expect(page.locator(".actions")).to_contain_text("The draft is still being written")
    await page.keyboard.press("a")
    await expect(page.locator(".toast")).to_contain_text("wait, edit or reject")
    world.stage.go_on.set()
    await expect(page.locator("figure.pending")).to_contain_text("to our shop.")
    await expect(page.locator(".draft")).to_have_text("Complete")
    await page.get_by_role("button", name="Approve").click()
    assert await answer == "Just bring it, no questions asked, to our shop."


async def test_a_draft_can_be_rejected_before_it_is_complete(world: World, ana: Visitor) -> None:
    world.stage.says([(0, "Just bring it, no questions asked, to"), (1, " our shop.")])
    answer = world.ask("Where do I bring it?")
    await ana.open("Refund promise", "streaming")
    await ana.page.get_by_role("button", name="Reject").click()
    await ana.page.get_by_role("button", name="Reject without a reason").click()
    assert "no questions" not in await answer


async def test_a_double_click_and_the_back_button_decide_once(world: World, ana: Visitor) -> None:
    answer = world.ask(BROKEN)
    await ana.open("Refund promise")
    ident = await ana.hold()
    await ana.page.get_by_role("button", name="Approve").dblclick()
    await expect(ana.page.locator(".actions")).to_contain_text("You approved")
    await ana.page.go_back()
    await ana.page.go_forward()
    await expect(ana.page.locator(".actions")).to_contain_text("You approved")
    await expect(ana.page.locator(".toast.problem")).to_have_count(0)
    assert await answer == SENT + HELD
    hold = await world.program.db.read(lambda conn: holds.get(conn, TENANT, ident))
    assert hold is not None
    stream = events.of_conversation(hold.conv)
    said = await world.program.db.read(lambda conn: events.read(conn, TENANT, stream))
    assert [each.type for each in said].count("hold.decided") == 1


class TestUndo:
    @pytest.fixture
    def waits(self) -> Waits:
        return Waits(undo_console=30)

    async def test_a_decision_can_be_taken_back_until_it_is_sent(
        self, world: World, ana: Visitor
    ) -> None:
        answer = world.ask(BROKEN)
        await ana.open("Refund promise")
        await ana.page.keyboard.press("a")
        toast = ana.page.locator(".toast.undo")
        await expect(toast).to_contain_text("You approved")
        await expect(toast).to_contain_text("sent in")
        await ana.page.keyboard.press("z")
        await expect(toast).to_have_count(0)
        await expect(ana.page.get_by_role("button", name="Approve")).to_be_enabled()
        assert not answer.done()

    async def test_what_was_typed_comes_back_with_the_undo(
        self, world: World, ana: Visitor
    ) -> None:
        world.ask(BROKEN)
        await ana.open("Refund promise")
        box = await ana.edit()
        await box.fill(" Not yet.")
        await ana.page.keyboard.press("Control+Enter")
        await ana.page.locator(".toast.undo").get_by_role("button", name="Undo").click()
        await expect(box).to_have_value(" Not yet.")

    async def test_an_edit_that_the_checks_object_to_is_sent_only_after_a_warning(
        self, world: World, ana: Visitor
    ) -> None:
        answer = world.ask(BROKEN)
        await ana.open("Refund promise")
        box = await ana.edit()
        await box.fill("guarantee a full refund, of course.")
        await ana.page.keyboard.press("Control+Enter")
        toast = ana.page.locator(".toast.undo")
        await expect(toast).to_contain_text("The checks warn about it")
        assert not answer.done()
        await ana.page.keyboard.press("z")
        await expect(box).to_have_value("guarantee a full refund, of course.")
        await box.fill("will look at it.")
        await ana.page.keyboard.press("Control+Enter")
        await expect(toast).to_contain_text("You edited")
        await expect(toast).not_to_contain_text("checked")
        await expect(toast).not_to_contain_text("warn")

    async def test_the_same_key_again_sends_it_now(self, world: World, ana: Visitor) -> None:
        answer = world.ask(BROKEN)
        await ana.open("Refund promise")
        await ana.page.keyboard.press("a")
        await expect(ana.page.locator(".toast.undo")).to_contain_text("Send now a")
        assert not answer.done()
        await ana.page.keyboard.press("r")
        await expect(ana.page.locator(".toast.problem")).to_contain_text("just decided")
        await ana.page.keyboard.press("a")
        await expect(ana.page.locator(".toast.undo")).to_have_count(0)
        assert await answer == SENT + HELD

    async def test_so_does_the_button_beside_undo(self, world: World, ana: Visitor) -> None:
        answer = world.ask(BROKEN)
        await ana.open("Refund promise")
        await (await ana.edit()).fill(" Not yet.")
        await ana.page.keyboard.press("Control+Enter")
        await ana.page.get_by_role("button", name="Send now").click()
        assert await answer == SENT + " Not yet."
