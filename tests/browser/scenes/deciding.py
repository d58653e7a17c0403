"""Decisions: reject, correct, prepared words, the model's help, forms, holds decided together."""

import re

from playwright.async_api import expect

from tests.browser.conftest import Visitor, rejects
from tests.browser.line import Line, overtaken
from tests.browser.scenes.console import HELD
from tests.browser.scenes.stage import BROKEN, NARROW, WIDE, Play, opens, scene
from tests.browser.test_forms import DRAFT, FORM, asking
from tests.browser.test_together import TEXT
from tests.world_models import call, chunks, document
from tests.world_rules import rule, rules

REFUND = "issue_refund"
TOOLS = rules(
    rule("refund-by-tool", {"check": "tools"}, strictness="answer", on_no_agent="wait"),
    checks={"tools": {"kind": "tool_calls", "tools": {REFUND: {"amount": {"max": 100}}}}},
)
ARGUMENTS = {
    "type": "object",
    "properties": {
        "order": {"type": "string", "description": "The order's number"},
        "amount": {"type": "number", "maximum": 100},
        "reason": {"type": "string", "enum": ["damaged", "late", "never came"]},
    },
    "required": ["order", "amount"],
}


@scene("/console/")
async def correcting(play: Play) -> None:
    """What is said instead of the safe answer; half an answer that is wrong; snippets."""
    ana = await play.agent()
    page, jo = ana.page, {"id": "c-17", "name": "Jo", "language": "de"}
    for _ in range(2):  # the first of them is past, then
        play.world.ask(BROKEN, customer=jo)
        await opens(ana)
        await rejects(page)
        await expect(page.locator(".row.settling")).to_have_count(1)
        await page.locator(".toast.undo").get_by_role("button", name="Send now").click()
        await page.locator("ol .row").wait_for(state="detached")
    play.world.ask(BROKEN, customer=jo)
    await opens(ana)
    await page.keyboard.press("r")
    await page.locator(".instead").wait_for()
    await play.take(page, "reject")
    await page.keyboard.press("Escape")
    await page.locator("section[aria-labelledby=past]").wait_for()
    await page.keyboard.press("Alt+c")
    await page.get_by_label("Text instead of the whole answer").fill("Bitte bringen Sie sie mit. ")
    await play.take(page, "correction")
    await page.keyboard.type(";")
    await page.get_by_role("listbox").wait_for()
    await play.take(page, "snippets")


@scene("/console/")
async def changed(play: Play) -> None:
    """An edit of half a draft, refused: the rest came meanwhile, and one more reason."""
    ana, dee = await play.agent(), await play.agent("Dee", "supervisor")
    page, line = ana.page, await Line().through(ana)
    await page.reload()
    await ana.live()
    await overtaken(ana, line, dee, " Please bring it to us.")
    await page.set_viewport_size({"width": NARROW[0], "height": NARROW[1]})
    await page.keyboard.press("Control+Enter")
    await page.locator(".since ins").wait_for()
    await play.take(page, "what-changed-narrow")
    await page.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})
    await play.take(page, "what-changed")


@scene("/console/")
async def helped(play: Play) -> None:
    """The model rewrites; its changes are taken one by one."""
    ana = await play.agent()
    page = ana.page
    play.world.ask(BROKEN)
    await opens(ana)
    await page.keyboard.press("g")
    await page.locator(".hunk").first.wait_for()
    await play.take(page, "rewrite")
    await page.locator(".hunk").first.click()
    await play.take(page, "one-change-taken")


@scene("/console/")
async def steered(play: Play) -> None:
    ana = await play.agent()
    page = ana.page
    play.world.ask(BROKEN)
    await opens(ana)
    await ana.in_sheet("i", "Promise nothing before we have looked at it.")
    await expect(page.get_by_label(HELD)).to_have_value(re.compile("looked at it"))
    await page.locator(".difference del").first.wait_for()
    await play.take(page, "redrafted")


async def structured(play: Play, ana: Visitor) -> None:
    play.world.stage.says(DRAFT)
    asking(play.world, response_format=FORM)
    await opens(ana)


@scene("/console/")
async def forms(play: Play) -> None:
    ana = await play.agent()
    page = ana.page
    await structured(play, ana)
    await play.take(page, "card")
    await page.keyboard.press("e")
    await page.get_by_role("textbox", name="days").fill("45")
    await play.take(page, "form")
    await page.keyboard.press("Control+Enter")
    await page.locator(".toast.problem").wait_for()
    await play.take(page, "field-refused")
    await page.get_by_role("button", name="As text").click()
    await page.get_by_label(HELD).wait_for()
    await play.take(page, "as-text")


@scene("/console/", rules=TOOLS)
async def tools(play: Play) -> None:
    ana = await play.agent()
    page = ana.page
    written = '{"order":"5120","amount":240.0,"reason":"never came"}'
    called = {"tool_calls": [{"index": 0, **call(REFUND, written)}]}
    play.world.stage.says(chunks(document(called), finish="tool_calls"))  # type: ignore[arg-type]
    tool = {"type": "function", "function": {"name": REFUND, "parameters": ARGUMENTS}}
    asking(play.world, tools=[tool])
    await opens(ana)
    await play.take(page, "card")
    await page.keyboard.press("e")
    await page.locator(".form").first.wait_for()
    await play.take(page, "form")
    await page.keyboard.press("Control+Enter")
    await page.locator(".toast.problem").wait_for()
    await play.take(page, "field-refused")


@scene("/console/")
async def together(play: Play) -> None:
    ana = await play.agent()
    page = ana.page
    play.world.stage.says(f"{TEXT}.", f"{TEXT} too.", "We guarantee a refund of 30 euros.")
    for number in range(3):
        play.world.ask(BROKEN)
        await expect(page.locator("ol .row")).to_have_count(number + 1)
    await opens(ana)
    await page.locator(".together").wait_for()
    await play.take(page, "offered")
    await page.keyboard.press("x")
    await page.locator(".together ins").wait_for()
    await play.take(page, "for-all")
    await page.keyboard.press("a")
    await expect(page.locator(".row.settling")).to_have_count(2)
    await play.take(page, "undo")
