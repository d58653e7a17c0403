"""Why: samples side by side, known answers with their past, scores before and after, the policy."""

from playwright.async_api import expect

from hitl_chat.settings import Waits
from tests.browser.conftest import Visitor, rejects
from tests.browser.scenes.stage import NARROW, Play, opens, scene
from tests.browser.test_beside import past
from tests.browser.test_card import HEADPHONES, KNOWN, RULES, knows
from tests.world_rules import rule, rules

TOLD = {"id": "c-17", "name": "Ana R.", "tier": "gold", "since": "2021", "orders": "2"}
BESIDE = rules(
    rule("plainly", {"check": "stupid"}, on_no_agent="wait", first_judgement="never"),
    rule(
        "opened-goods",
        {"check": "opened"},
        on_no_agent="wait",
        first_judgement="never",
        policy={"title": "Opened goods, 4.2", "text": "- Only if *faulty*.\n\n" * 12},
    ),
    checks={word: {"kind": "scripted", "scores": {word: 0.93}} for word in ("stupid", "opened")},
)


async def disagreeing(play: Play, ana: Visitor) -> None:
    """What the model says when it is asked again is something else."""
    play.world.stage.says("You can certainly return them within 90 days.")
    play.world.stage.again = [
        "You can return them within 30 days.",
        "Reworded?",
        "Only faulty ones, for 14 days.",
    ]
    play.world.ask(HEADPHONES, customer=TOLD)
    await ana.page.locator("ol .row").first.wait_for()


@scene("/console/", rules=RULES, waits=Waits(undo_console=0))
async def samples(play: Play) -> None:
    ana = await play.agent()
    await disagreeing(play, ana)
    await opens(ana)
    await play.take(ana.page, "card")
    await ana.page.locator(".clusters").scroll_into_view_if_needed()
    await play.take(ana.page, "side-by-side")
    await ana.page.get_by_role("button", name="Use this answer").first.click()
    await play.take(ana.page, "used")


@scene("/console/", rules=RULES, waits=Waits(undo_console=0))
async def known_bad(play: Play) -> None:
    ana = await play.agent()
    page = ana.page
    for number in range(2):
        play.world.stage.says("Yes, certainly.")
        play.world.ask(HEADPHONES, customer=TOLD)
        await expect(page.locator("ol .row")).to_have_count(number + 1)
        await knows(play.world, KNOWN)
    await opens(ana)
    await rejects(page)
    await expect(page.locator(".actions")).to_contain_text("You rejected")
    await opens(ana)
    await page.locator(".known-answer").wait_for()
    await play.take(page, "card")
    await page.set_viewport_size({"width": NARROW[0], "height": NARROW[1]})
    await page.locator(".known-answer").scroll_into_view_if_needed()
    await play.take(page, "phone")


@scene("/console/", rules=RULES, waits=Waits(undo_console=0))
async def unfounded(play: Play) -> None:
    """What the model was given stands beside what it made up."""
    ana = await play.agent()
    play.world.stage.says("Opened headphones go back within 90 days.")
    play.world.ask("May I?", system="Opened headphones are taken back within 30 days if faulty.")
    await opens(ana)
    await ana.page.locator(".passages").wait_for()
    await play.take(ana.page, "passages")


@scene("/console/", rules=RULES)
async def judged_first(play: Play) -> None:
    ana = await play.agent()
    page = ana.page
    play.world.stage.says("Do not be stupid.")
    play.world.ask("Hello?")
    await opens(ana)
    await play.take(page, "scores-hidden")
    await page.get_by_role("button", name="wrong", exact=True).click()
    await page.locator(".reason").get_by_role("img").wait_for()
    await play.take(page, "scores-revealed")


@scene("/console/", rules=BESIDE)
async def tracked(play: Play) -> None:
    """How often a check was right."""
    ana = await play.agent()
    actions = ("edit", "reject", "take_over", "approve", "release")
    await past(play.world, "plainly", "stupid", *actions)
    play.world.stage.says("Do not be stupid.")
    play.world.ask("Hello?", customer=TOLD)
    await opens(ana)
    await ana.page.locator(".track").wait_for()
    await play.take(ana.page, "right-so-often")


@scene("/console/", rules=BESIDE)
async def policy(play: Play) -> None:
    ana = await play.agent()
    play.world.stage.says("It may be opened.")
    play.world.ask("May I?", customer=TOLD)
    await opens(ana)
    await play.take(ana.page, "folded")
    await ana.page.get_by_role("button", name="Show all").click()
    await play.take(ana.page, "unfolded")
