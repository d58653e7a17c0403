"""The wall in a browser: figures that move, and all that is done there, also by keys alone."""

import re
from typing import Any

import pytest
from playwright.async_api import Locator, Page, Route, expect

from tests.browser.conftest import Visitor, Visitors
from tests.browser.test_accessible import findings
from tests.browser.world import TENANT, World

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.slow]  # several visitors
BROKEN = "My lamp arrived damaged."
GIFT = "Can I get money back for a gift card?"


async def at_the_wall(
    visitors: Visitors, name: str = "Dee", role: str = "supervisor", **more: object
) -> Visitor:
    visitor = await visitors.new(**more)
    await visitor.page.goto(await visitors.world.link(name, role))
    await visitor.page.get_by_role("button").first.click()  # in whatever language
    await expect(visitor.page.locator("header.top, .door")).to_be_visible()
    await visitor.page.goto(f"{visitors.world.origin}/wall")
    return visitor


def tile(page: Page, name: str) -> Locator:
    return page.locator(".tile", has=page.get_by_role("heading", name=name))


def row(page: Page, name: str) -> Locator:
    return page.get_by_role("row").filter(has=page.get_by_role("rowheader", name=name))


async def test_figures_follow_what_happens(world: World, visitors: Visitors, ana: Visitor) -> None:
    dee = await at_the_wall(visitors)
    await expect(tile(dee.page, "Waiting").locator(".value")).to_have_text("0")
    await expect(tile(dee.page, "Waiting")).to_contain_text("Nothing waits")
    await expect(tile(dee.page, "Decision time")).to_contain_text("No decisions yet")
    await expect(row(dee.page, "Ana")).to_contain_text("free")
    world.ask(BROKEN)
    await expect(tile(dee.page, "Waiting").locator(".value")).to_have_text("1")
    await ana.claim_next()
    await expect(row(dee.page, "Ana")).to_contain_text("1 hold, 0 conversations")
    await expect(row(dee.page, "Ana")).to_contain_text("busy")
    await expect(dee.page.get_by_role("rowheader", name="refund-promise")).to_be_visible()


@pytest.mark.parametrize("role", ["agent", "engineer"])
async def test_it_is_not_for_everybody(world: World, visitors: Visitors, role: str) -> None:
    kim = await at_the_wall(visitors, "Kim", role)
    await expect(kim.page.get_by_role("heading", name="for supervisors")).to_be_visible()


async def test_an_auditor_looks_and_does_nothing(world: World, visitors: Visitors) -> None:
    omar = await at_the_wall(visitors, "Omar", "auditor")
    await expect(tile(omar.page, "Waiting")).to_be_visible()
    await expect(omar.page.get_by_text("Off: the rules decide.")).to_be_visible()
    await expect(omar.page.get_by_role("main").get_by_role("button")).to_have_count(0)


async def test_an_agent_is_called_and_everybody_is_told(
    world: World, visitors: Visitors, ana: Visitor
) -> None:
    ben = await visitors.agent("Ben")
    dee = await at_the_wall(visitors)
    await dee.page.get_by_role("button", name="Call Ana").click()
    await dee.page.get_by_label("Why").fill("Thirty holds <b>wait</b>.")
    await dee.page.get_by_role("dialog").get_by_role("button", name="Call").click()
    await expect(dee.page.get_by_text("Sent.")).to_be_visible()
    call = ana.page.get_by_role("alert")
    await expect(call).to_contain_text("Dee asks you to come. Thirty holds <b>wait</b>.")
    await dee.page.get_by_label("Message").fill("Lunch is late.")
    await dee.page.get_by_role("button", name="Send").click()
    await expect(ben.page.get_by_role("alert")).to_contain_text("Dee to everybody: Lunch is late.")
    await expect(ben.page.get_by_role("alert")).not_to_contain_text("Thirty")
    await expect(call).to_have_count(2)
    await ana.page.locator(".call").get_by_role("button", name="Close").first.click()
    await expect(call).to_have_count(1)
    await expect(call).to_contain_text("Lunch is late.")


async def test_a_call_that_fails_stays_open_with_the_reason(
    world: World, visitors: Visitors, ana: Visitor
) -> None:
    dee = await at_the_wall(visitors)
    dee.allowed = ("ERR_FAILED",)
    dialog = dee.page.get_by_role("dialog")
    await dee.page.get_by_role("button", name="Call Ana").click()
    await dee.page.get_by_label("Why").fill("Thirty holds wait.")
    await dee.page.route("**/wall/call", lambda route: route.abort())
    await dialog.get_by_role("button", name="Call").click()
    await expect(dialog.get_by_role("alert")).to_contain_text("may not have been done")
    await expect(dee.page.get_by_label("Why")).to_have_value("Thirty holds wait.")
    assert await findings(dee.page) == []
    await dee.page.unroute("**/wall/call")
    await dialog.get_by_role("button", name="Call").click()
    await expect(dialog).to_be_hidden()
    await expect(ana.page.get_by_role("alert")).to_contain_text("Thirty holds wait.")


async def test_work_is_given_to_whom_one_chooses(
    world: World, visitors: Visitors, ana: Visitor
) -> None:
    ben, chi = await visitors.agent("Ben"), await visitors.agent("Chi")
    world.ask(BROKEN)
    world.ask(GIFT)
    await expect(ana.page.locator("ol .row")).to_have_count(2)
    await ana.open("Refund promise")
    await (await ana.take_over()).blur()
    await ana.claim_next()
    dee = await at_the_wall(visitors)
    await dee.page.get_by_role("button", name="Give away Ana").click()
    dialog = dee.page.get_by_role("dialog")
    await expect(dialog.get_by_role("listitem")).to_have_count(2)
    for whom, left in (("Chi", 1), ("Ben", 0)):
        await dialog.get_by_label("Give to").first.select_option(whom)
        await dialog.get_by_role("button", name="Give away").first.click()
        await expect(dialog.get_by_role("listitem")).to_have_count(left)
    await expect(dialog).to_contain_text("Nothing in hand any more.")
    await dialog.get_by_role("button", name="Close").click()
    await expect(row(dee.page, "Chi")).to_contain_text("1 hold, 0 conversations")
    await expect(row(dee.page, "Ben")).to_contain_text("0 holds, 1 conversation")
    await expect(chi.page.locator("ol .row .claimed")).to_have_text("you")
    await expect(ben.page.get_by_role("heading", name="People speaking")).to_be_visible()


async def test_the_stop_switch_asks_first_and_goes_by_keys(
    world: World, visitors: Visitors
) -> None:
    dee = await at_the_wall(visitors)
    switch = world.program.desk.switch
    everything = dee.page.get_by_role("button", name="Hold everything")
    await everything.focus()
    await dee.page.keyboard.press("Enter")
    dialog = dee.page.get_by_role("dialog", name="Hold everything?")
    await expect(dialog).to_contain_text("Every new answer waits for a person")
    await dee.page.keyboard.press("Escape")
    await expect(dialog).to_be_hidden()
    await expect(everything).to_be_focused()
    assert switch.mode(TENANT) == ""
    await dee.page.keyboard.press("Enter")
    await expect(dialog).to_be_visible()
    await dee.page.keyboard.press("Tab")  # the first button cancels
    await dee.page.keyboard.press("Enter")
    await expect(dee.page.get_by_text("Everything is held.")).to_be_visible()
    assert switch.mode(TENANT) == "hold"
    await dee.page.get_by_role("button", name="Off", exact=True).click()
    await dee.page.get_by_role("button", name="Yes, do it").click()
    await expect(dee.page.get_by_text("Off: the rules decide.")).to_be_visible()
    assert switch.mode(TENANT) == ""


async def test_a_threshold_is_moved_for_a_time(world: World, visitors: Visitors) -> None:
    dee = await at_the_wall(visitors)
    panel = dee.page.locator(".thresholds")
    await panel.get_by_text("Move a threshold").click()
    await panel.get_by_label("Rule and check").select_option(index=0)
    number = panel.get_by_role("spinbutton", name="Hold from")
    await panel.get_by_role("slider").fill("0.4")
    await expect(number).to_have_value("0.4")
    await number.fill("0.2")
    await expect(panel.get_by_role("slider")).to_have_value("0.2")
    await panel.get_by_label("For minutes").fill("5")
    await panel.get_by_role("button", name="Move").click()
    await expect(panel.locator(".moved li")).to_have_count(1)
    await expect(panel.locator(".moved li")).to_contain_text(re.compile(r"0\.2.*until .* by Dee"))
    (moved,) = [
        each for each in world.program.directing.thresholds(TENANT) if each.above is not None
    ]
    assert moved.above == 0.2
    await panel.get_by_role("button", name="End now").click()
    await expect(panel).to_contain_text("None is moved.")


async def test_a_threshold_is_the_one_that_was_chosen_whatever_the_list_becomes(
    world: World, visitors: Visitors
) -> None:
    def threshold(rule: str) -> dict[str, object]:
        numbers = {"stands": 0.5, "highest": 0.9, "above": None, "until": None}
        return {"rule": rule, "check": "judge", "id": "", "name": "", **numbers}

    rules = ["one", "two"]
    moved: list[Any] = []

    async def listed(route: Route) -> None:
        if route.request.method == "POST":
            moved.append(route.request.post_data_json)
        await route.fulfill(json={"thresholds": [threshold(rule) for rule in rules]})

    dee = await at_the_wall(visitors)
    panel = dee.page.locator(".thresholds")
    await dee.page.route("**/console/wall/thresholds", listed)
    await dee.page.reload()
    choice = panel.get_by_label("Rule and check")
    await expect(choice.get_by_role("option")).to_have_text(["one: judge", "two: judge"])
    await panel.get_by_text("Move a threshold").click()
    await choice.select_option("two: judge")
    await panel.get_by_role("slider").fill("0.7")
    rules.reverse()
    await expect(choice.get_by_role("option")).to_have_text(["two: judge", "one: judge"])
    await panel.get_by_role("button", name="Move").click()
    await expect(panel.get_by_role("spinbutton", name="Hold from")).to_have_value("0.5")
    assert [(each["rule"], each["above"]) for each in moved] == [("two", 0.7)]
    rules.remove("two")
    await expect(choice).to_have_value("two/judge")
    await expect(choice.get_by_role("option")).to_have_text(["Choose one", "one: judge"])
    await panel.get_by_label("For minutes").press("Enter")
    await expect(panel.get_by_role("slider")).to_have_count(0)
    assert len(moved) == 1


async def test_a_lost_server_is_said_and_found_again(world: World, visitors: Visitors) -> None:
    dee = await at_the_wall(visitors)
    dee.allowed = ("ERR_FAILED",)
    await expect(tile(dee.page, "Waiting")).to_be_visible()
    await dee.page.route("**/console/wall", lambda route: route.abort())
    await expect(dee.page.locator(".standing")).to_contain_text("does not answer")
    await expect(tile(dee.page, "Waiting")).to_be_visible()
    await dee.page.unroute("**/console/wall")
    await expect(dee.page.locator(".standing")).to_have_text("Live")


async def test_it_speaks_german(world: World, visitors: Visitors) -> None:
    dee = await at_the_wall(visitors, locale="de-AT")
    await expect(dee.page.get_by_role("heading", name="Notschalter")).to_be_visible()
    await expect(dee.page.locator("html")).to_have_attribute("lang", "de-AT")


@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_axe_finds_nothing(
    world: World, visitors: Visitors, ana: Visitor, theme: str
) -> None:
    dee = await at_the_wall(visitors, reduced_motion="reduce", color_scheme=theme)
    world.ask(BROKEN)
    await ana.claim_next()
    await expect(dee.page.get_by_role("button", name="Give away Ana")).to_be_visible()
    await dee.page.get_by_text("Move a threshold").click()
    assert await findings(dee.page) == []
    for opener in ("Call Ana", "Give away Ana", "Block everything"):
        await dee.page.get_by_role("button", name=opener).click()
        await expect(dee.page.get_by_role("dialog")).to_be_visible()
        assert await findings(dee.page) == []
        await dee.page.keyboard.press("Escape")
    kim = await at_the_wall(visitors, "Kim", "agent", color_scheme=theme)
    await expect(kim.page.locator(".door")).to_be_visible()
    assert await findings(kim.page) == []
