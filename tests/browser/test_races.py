"""Two agents at one hold, and an agent whose connection or page breaks at the wrong moment."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from playwright.async_api import expect

from hitl_chat.settings import Waits
from tests.browser.conftest import Visitor, Visitors, rejects
from tests.browser.line import Line, overtaken, wired
from tests.browser.test_accessible_states import both_sizes
from tests.browser.test_calls import HEARD
from tests.browser.test_colleagues import RIGHT, proposed
from tests.browser.test_forms import DRAFT, FORM, asking
from tests.browser.test_reasons import held
from tests.browser.world import World

pytestmark = pytest.mark.asyncio(loop_scope="session")

Card = dict[str, Any]
NEWS = {"news", "card_reset"}
TAPS = """(tap) => new MutationObserver((_, watch) => {
  if (!document.querySelector('.since ins')) return;
  watch.disconnect();
  const ctrlKey = tap.startsWith('Control');
  const key = tap.replace('Control+', '');
  if (tap === 'click') document.querySelector('.button.good').click();
  else document.activeElement.dispatchEvent(
    new KeyboardEvent('keydown', { key, ctrlKey, bubbles: true, cancelable: true }));
  document.documentElement.dataset.tapped = '';
}).observe(document.body, { subtree: true, childList: true })"""  # once more, as it is shown
A_MOMENT = 1000  # milliseconds in which a key is hardly meant for what has just changed
BROKEN = "My lamp arrived damaged."
ADDED = """() => {
  globalThis.added = [];
  new MutationObserver((changes) => {
    const nodes = changes.flatMap(({ addedNodes }) => [...addedNodes]);
    added.push(...nodes.map((one) => one.textContent.trim()));
  }).observe(document.querySelector('.since [role=status]'), { subtree: true, childList: true });
}"""
EMPTY_OUTBOX = """() => new Promise((done) => {
  const look = () =>
    sessionStorage.getItem('hitl-outbox') === '[]' ? done() : requestAnimationFrame(look);
  look();
})"""


async def looking(
    world: World, visitors: Visitors, shown: Callable[[Card], None] | None = None
) -> tuple[Visitor, Line, asyncio.Task[str]]:
    """Ana looks at a held answer, over a wire of the test's: at its card as `shown` makes it, until
    she decides."""
    ana, line = await wired(visitors)
    if shown is not None:
        line.shows(shown, until="decide")
    answer = world.ask(BROKEN)
    await ana.open("Refund promise")
    return ana, line, answer


def half(card: Card) -> None:
    pending = card["pending"]
    pending["0/content"] = " ".join(pending["0/content"].split(" ")[:4])
    card["draft_sha256"] = "of half a draft"


def older(card: Card) -> None:
    card["hold"]["version"] -= 1


async def test_a_claim_is_seen_by_colleagues_and_stands(
    world: World, visitors: Visitors, ana: Visitor
) -> None:
    world.ask(BROKEN)
    ben = await visitors.agent("Ben")
    await ben.open("Refund promise")
    await ana.page.keyboard.press("n")
    await expect(ben.page.get_by_text("Ana has claimed it")).to_be_visible()
    await ben.page.keyboard.press("a")
    await expect(ben.page.locator(".toast")).to_contain_text("Ana has claimed this hold")
    await expect(ana.page.get_by_role("button", name="Approve")).to_be_visible()


async def test_the_slower_of_two_learns_who_was_first(
    world: World, visitors: Visitors, ana: Visitor
) -> None:
    answer = world.ask(BROKEN)
    ben, line = await wired(visitors, "Ben")
    await ben.open("Refund promise")
    await ana.open("Refund promise")
    line.deaf_to = {*NEWS}  # he acts on what he still sees
    await rejects(ana.page)
    await expect(ana.page.locator(".actions")).to_contain_text("You rejected")
    await ben.page.keyboard.press("a")
    await expect(ben.page.locator(".toast")).to_contain_text("Ana decided this hold first")
    assert "guarantee" not in await answer


async def test_nothing_is_decided_again_before_the_news_of_a_decision_are_here(
    world: World, visitors: Visitors
) -> None:
    ana, line, answer = await looking(world, visitors)
    line.deaf_to = {*NEWS}
    await ana.page.keyboard.press("a")
    await ana.page.evaluate(EMPTY_OUTBOX)
    for key in "arret":
        await ana.page.keyboard.press(key)
    await expect(ana.page.locator(".actions")).to_contain_text("Approving")
    await expect(ana.page.locator(".actions button")).to_have_count(0)
    await expect(ana.page.locator(".toast.problem")).to_have_count(0)
    assert len(line.decisions()) == 1
    assert "guarantee" in await answer


@pytest.mark.slow
async def test_of_two_at_the_same_moment_one_decides_and_both_see_who(
    world: World, visitors: Visitors, ana: Visitor
) -> None:
    ben = await visitors.agent("Ben")
    for number in range(5):
        answer = world.ask(BROKEN, f"c{number}")
        for each in (ana, ben):
            await each.open("Refund promise")
        await ana.page.keyboard.press("r")
        await expect(ana.page.locator(".instead")).to_be_visible()
        await asyncio.gather(ana.page.keyboard.press("r"), ben.page.keyboard.press("a"))
        hers, his = ana.page.locator(".actions"), ben.page.locator(".actions")
        if "guarantee" in await answer:
            await expect(his).to_contain_text("You approved")
            await expect(hers).to_contain_text("Ben approved this hold first")
        else:
            await expect(hers).to_contain_text("You rejected")
            await expect(his).to_contain_text("Ana rejected this hold first")
        for each in (ana, ben):
            await expect(each.page.locator("ol .row")).to_have_count(0)


@pytest.mark.slow
async def test_an_edit_of_what_has_changed_meanwhile_is_refused_and_kept(
    world: World, visitors: Visitors
) -> None:
    ana, line = await wired(visitors)
    dee = await visitors.agent("Dee", "supervisor")
    answer = await overtaken(ana, line, dee, " Bring it.")
    page = ana.page
    await page.clock.install()
    box, changed = page.get_by_label("Text instead of what is held"), page.locator(".since")
    await page.keyboard.press("Control+Enter")
    await expect(changed.get_by_role("heading")).to_have_text(
        "Not sent: this has changed since you looked"
    )
    await expect(changed.get_by_role("status").locator("p")).to_have_text(
        "The held text has changed. The answer is complete now. New reason: Personal data (pii)."
    )
    await expect(changed.locator("ins")).to_contain_text("And here is the card")
    await expect(changed.locator("del")).to_have_count(0)
    await expect(box).to_be_focused()
    await expect(box).to_have_value(" Bring it.")
    for theme in ("light", "dark"):
        await page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        assert await both_sizes(page) == []
    assert not answer.done()
    await page.clock.fast_forward(A_MOMENT)
    await page.keyboard.press("Control+Enter")
    assert (await answer).endswith(" Bring it.")
    await expect(changed).to_have_text("")


async def test_an_approval_of_a_draft_that_has_grown_is_refused_and_shows_what_came(
    world: World, visitors: Visitors
) -> None:
    ana, _, answer = await looking(world, visitors, half)
    await ana.page.keyboard.press("a")
    changed = ana.page.locator(".since")
    await expect(changed.locator("ins")).to_contain_text("whatever happened")
    await expect(changed.locator("del")).to_have_count(0)
    assert not answer.done()
    await changed.get_by_role("button", name="Seen").press("Enter")
    await expect(changed).to_have_text("")
    await expect(ana.page.locator(".actions")).to_be_focused()
    assert not answer.done()
    await ana.page.keyboard.press("a")
    assert "guarantee" in await answer


@pytest.mark.parametrize("tap", ["a", "click", "Control+Enter"])
async def test_a_double_tap_sends_nothing_that_nobody_has_read(
    world: World, visitors: Visitors, tap: str
) -> None:
    if tap == "Control+Enter":
        ana, line = await wired(visitors)
        answer = await overtaken(ana, line, await visitors.agent("Dee", "supervisor"), " Bring it.")
    else:
        ana, line, answer = await looking(world, visitors, half)
    page = ana.page
    await page.clock.install()

    async def press() -> None:
        if tap == "click":
            await page.get_by_role("button", name="Approve").click()
        else:
            await page.keyboard.press(tap)

    await page.evaluate(TAPS, tap)
    await press()
    await expect(page.locator("html[data-tapped]")).to_have_count(1)
    await line.arrives("decide", 1)
    await page.clock.fast_forward(A_MOMENT)
    await press()
    await answer
    assert len(line.decisions()) == 2


@pytest.mark.parametrize("key", ["Escape", "a"])
async def test_the_focus_is_where_one_goes_on_when_what_changed_goes_by_key(
    world: World, visitors: Visitors, key: str
) -> None:
    ana, _, _ = await looking(world, visitors, older)
    await ana.page.clock.install()
    await ana.page.keyboard.press("a")
    changed = ana.page.locator(".since")
    await changed.get_by_role("button", name="Seen").focus()
    await ana.page.clock.fast_forward(A_MOMENT)
    await ana.page.keyboard.press(key)
    await expect(changed).to_have_text("")
    await expect(ana.page.locator(".actions")).to_be_focused()


async def test_after_what_changed_was_seen_the_focus_is_in_the_field_that_was_written_in(
    world: World, visitors: Visitors
) -> None:
    ana, line = await wired(visitors)
    line.shows(older, until="decide")
    world.stage.says(DRAFT)
    asking(world, response_format=FORM)
    await ana.open("Fire in tent")
    line.deaf_to = {*NEWS}
    await ana.page.keyboard.press("e")
    days = ana.page.get_by_role("textbox", name="days")
    await days.fill("20")
    await days.press("Control+Enter")
    await ana.page.locator(".since").get_by_role("button", name="Seen").click()
    await expect(days).to_be_focused()


async def test_what_comes_later_is_said_alone(world: World, visitors: Visitors) -> None:
    ana, _, _ = await looking(world, visitors, older)
    dee = await visitors.agent("Dee", "supervisor")
    await dee.open("Refund promise")
    await ana.page.keyboard.press("a")
    status = ana.page.locator(".since").get_by_role("status")
    await expect(status).to_contain_text("Nothing you can read has changed.")
    await expect(status).to_have_attribute("aria-atomic", "false")
    await ana.page.evaluate(ADDED)
    for number in (1, 2):
        await dee.in_sheet("p", f"Look at the photo {number}.")
        await expect(ana.page.locator(".notes")).to_contain_text(f"photo {number}")
    await expect(status.locator("p")).to_have_text("Dee wrote a note.")
    assert await ana.page.evaluate("added") == ["Dee wrote a note."]


async def test_who_owes_an_opinion_by_now_is_told_of_the_refusal_by_its_notice(
    world: World, visitors: Visitors
) -> None:
    ana, line, answer = await looking(world, visitors, older)
    dee = await visitors.agent("Dee", "supervisor")
    await dee.open("Refund promise")
    line.deaf_to = {*NEWS}
    await dee.to_colleague("s", "Ana")
    await expect(dee.page.locator(".opinions")).to_contain_text("Ana was asked")
    await ana.page.keyboard.press("a")
    await expect(ana.page.locator(".actions")).to_contain_text("Nothing is sent")
    await expect(ana.page.locator(".since")).to_have_text("")
    await expect(ana.page.locator(".toast.problem")).to_be_visible()
    assert not answer.done()


async def test_where_only_the_version_is_another_that_is_said(
    world: World, visitors: Visitors
) -> None:
    ana, _, answer = await looking(world, visitors, older)
    await ana.page.keyboard.press("a")
    changed = ana.page.locator(".since")
    nothing = "Nothing you can read has changed. Press the key again."
    await expect(changed.get_by_role("status").locator("p")).to_have_text(nothing)
    await expect(ana.page.locator(".toast.problem")).to_have_count(0)  # it would lie over that
    await ana.page.keyboard.press("Escape")
    await expect(changed).to_have_text("")
    assert not answer.done()
    await ana.page.keyboard.press("a")
    assert "guarantee" in await answer


async def test_a_confirmation_of_another_text_than_was_read_shows_what_differs(
    world: World, visitors: Visitors, ana: Visitor
) -> None:
    ben, line = await wired(visitors, "Ben")
    await ben.page.clock.install()

    def other(card: Card) -> None:
        card |= {"proposed": {"0/content": "From birth."}, "proposed_sha256": "older"}

    line.shows(other, until="second")
    answer = await proposed(world, ana)
    await ben.open("Child safety")
    await expect(ben.page.locator(".proposed")).to_contain_text("From birth.")
    await ben.page.keyboard.press("a")
    changed = ben.page.locator(".since")
    await expect(changed.get_by_role("heading", name="What would be sent")).to_be_visible()
    await expect(changed.locator("del")).to_contain_text("birth")
    assert not answer.done()
    await ben.page.clock.fast_forward(A_MOMENT)
    await ben.page.keyboard.press("a")
    assert await answer == RIGHT


async def test_text_typed_for_a_hold_that_somebody_else_decides_is_kept(
    world: World, visitors: Visitors, ana: Visitor
) -> None:
    world.ask(BROKEN)
    await ana.open("Refund promise")
    await ana.page.keyboard.press("e")
    await ana.page.get_by_label("Text instead of what is held").fill("My careful words.")
    dee = await visitors.agent("Dee", "supervisor")
    await dee.open("Refund promise")
    await rejects(dee.page)
    await expect(ana.page.locator(".unsent")).to_contain_text("Dee rejected this hold first")
    await expect(ana.page.locator(".unsent")).to_contain_text("My careful words.")


async def test_a_reload_loses_nothing_that_was_typed(world: World, ana: Visitor) -> None:
    answer = world.ask(BROKEN)
    await ana.open("Refund promise")
    await ana.page.keyboard.press("e")
    box = ana.page.get_by_label("Text instead of what is held")
    await box.fill(" Half a sent")
    await ana.page.reload()
    await ana.live()
    await expect(ana.page.get_by_role("heading", name="Refund promise", level=2)).to_be_visible()
    await ana.page.get_by_role("button", name="Edit").click()
    await expect(box).to_have_value(" Half a sent")
    await box.fill(" Half a sentence, and its end.")
    await ana.page.keyboard.press("Control+Enter")
    assert (await answer).endswith(" Half a sentence, and its end.")


async def test_a_decision_whose_answer_was_lost_is_asked_again_not_made_again(
    world: World, visitors: Visitors
) -> None:
    ana, line, answer = await looking(world, visitors)
    line.deaf_to = {"result", *NEWS}
    await ana.page.keyboard.press("a")
    assert "guarantee" in await answer  # it arrived; she does not know
    line.deaf_to = set()
    await ana.page.reload()
    await ana.live()
    await expect(ana.page.locator(".actions")).to_contain_text("You approved")
    first, second = line.decisions()
    assert first == second
    await ana.page.evaluate(EMPTY_OUTBOX)


async def test_a_decision_that_never_arrived_arrives_after_the_reload(
    world: World, visitors: Visitors
) -> None:
    ana, line, answer = await looking(world, visitors)
    line.mute = True
    await rejects(ana.page)
    await expect(ana.page.locator(".actions")).to_contain_text("Rejecting…")
    for key in ("r", "r", "a"):  # whoever is impatient decides nothing else
        await ana.page.keyboard.press(key)
    line.mute = False
    await ana.page.reload()
    await expect(ana.page.locator(".actions")).to_contain_text("You rejected")
    assert "guarantee" not in await answer
    assert len(set(line.decisions())) == 1


async def test_nobody_sends_what_another_person_left_in_the_tab(
    world: World, visitors: Visitors
) -> None:
    ana, line, _ = await looking(world, visitors)
    line.mute = True
    await rejects(ana.page)
    await expect(ana.page.locator(".actions")).to_contain_text("Rejecting…")
    line.mute = False
    ben = await ana.sign_in("Ben")
    await ben.page.keyboard.press("n")  # whatever was sent before this has arrived, too
    await expect(ben.page.get_by_role("button", name="Approve")).to_be_visible()
    await expect(ben.page.locator(".row.claimed")).to_have_count(1)
    assert len(line.decisions()) == 1


class TestAClaimThatRunsOut:
    @pytest.fixture
    def waits(self) -> Waits:
        return Waits(undo_console=0, claim_lease=0.2, sweep=0.1)

    async def test_the_hold_is_back_in_the_queue_when_its_agent_is_gone(
        self, world: World, visitors: Visitors, ana: Visitor
    ) -> None:
        world.ask(BROKEN)
        await expect(ana.page.locator("ol .row")).to_have_count(1)
        await ana.page.keyboard.press("n")
        await ana.page.close()
        ben = await visitors.agent("Ben")
        await ben.open("Refund promise")
        await expect(ben.page.get_by_text("nobody has claimed it")).to_be_visible()

    async def test_who_was_too_slow_goes_on_with_what_was_typed(
        self, world: World, ana: Visitor
    ) -> None:
        answer = world.ask(BROKEN)
        await ana.open("Refund promise")
        await ana.page.keyboard.press("e")
        await expect(ana.page.get_by_text("claimed by you")).to_be_visible()
        await ana.page.get_by_label("Text instead of what is held").fill("look first.")
        await expect(ana.page.get_by_text("nobody has claimed it")).to_be_visible()
        await expect(ana.page.get_by_label("Text instead")).to_have_value("look first.")
        await ana.page.keyboard.press("Control+Enter")
        await expect(ana.page.locator(".actions")).to_contain_text("You edited")
        assert (await answer).endswith("look first.")


async def test_a_claim_lasts_while_its_card_is_seen(world: World, visitors: Visitors) -> None:
    """Its heartbeat, by the page's own clock; nobody extends what they do not look at."""
    ana = await visitors.new()
    line = await Line().through(ana)
    await ana.context.add_init_script(HEARD)
    await ana.page.clock.install()
    await ana.sign_in("Ana")
    world.ask(BROKEN)
    await ana.open("Refund promise")
    await ana.page.keyboard.press("n")
    await expect(ana.page.get_by_text("claimed by you")).to_be_visible()
    first = (await held(world, ana)).claim_until
    await ana.page.clock.run_for(10_000)
    while (await held(world, ana)).claim_until == first:
        assert line.connections == 1
    await ana.page.evaluate("heard.hidden = true")
    before = len(line.commands("renew"))
    await ana.page.clock.run_for(30_000)
    assert len(line.commands("renew")) == before > 0


@pytest.mark.slow
async def test_after_a_broken_connection_the_console_catches_up(
    world: World, visitors: Visitors
) -> None:
    ana, line, first = await looking(world, visitors)
    line.deaf_to = {*NEWS}  # what happens now is missed
    second = world.ask("Can I get money back for a gift card?")
    ben = await visitors.agent("Ben")
    await ben.open("Refund promise")
    await rejects(ben.page)
    await first
    line.deaf_to |= {"people"}
    await ben.page.close()
    await visitors.agent("Dee")  # she came after he had gone
    line.deaf_to = set()
    assert line.socket is not None
    await line.socket.close(code=1012)
    await expect(ana.page.locator("ol").get_by_role("button", name="Gift card")).to_be_visible()
    await expect(ana.page.locator(".actions")).to_contain_text("Ben rejected this hold first")
    await ana.live()
    await expect(ana.page.get_by_role("list", name="Colleagues online")).to_have_text("Dee")
    assert not second.done()
