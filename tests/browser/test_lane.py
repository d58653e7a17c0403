"""From "this is wrong" in the shop to the corrected answer on the customer's screen."""

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Visitor, Visitors, rejects
from tests.browser.customers import complained
from tests.browser.test_accessible import findings
from tests.browser.world import World

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.slow]  # several visitors


@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_a_complaint_is_corrected_with_the_keyboard_alone(
    world: World, visitors: Visitors, theme: str
) -> None:
    shop = await complained(visitors, "You are closed on Saturdays!")
    ana = await visitors.new(reduced_motion="reduce", color_scheme=theme)
    await ana.sign_in("Ana")
    page = ana.page
    await page.get_by_role("link", name="Review").click()
    await expect(page.get_by_text("the customer says it is wrong")).to_be_visible()
    assert await findings(page) == []
    await page.keyboard.press("j")
    await expect(page.get_by_text("You are closed on Saturdays!")).to_be_visible()
    await page.keyboard.press("c")
    box = page.get_by_label("What is right instead")
    await expect(box).to_be_focused()
    assert await findings(page) == []
    await box.fill("We are open Monday to Friday only.")
    await page.keyboard.press("Control+Enter")
    await expect(page.get_by_text("Nothing to review")).to_be_visible()
    await expect(shop.locator(".said.model .words")).to_have_text(
        "We are open Monday to Friday only."
    )
    await expect(shop.locator(".said.model .note")).to_have_text("Corrected")
    await expect(shop.locator(".said")).to_have_count(2)


async def test_a_decision_is_overturned_from_the_history(
    world: World, visitors: Visitors, ana: Visitor
) -> None:
    asked = world.ask("My lamp arrived damaged.", "conv_1")
    await ana.open("Refund promise")
    await ana.page.keyboard.press("a")
    assert "guarantee" in await asked
    await ana.page.goto(f"{world.origin}/lane")
    await expect(ana.page.get_by_role("button", name="Decided 1")).to_be_visible()
    await ana.page.keyboard.press("2")
    await expect(ana.page.locator(".row")).to_have_count(1)
    await ana.page.keyboard.press("j")
    await expect(ana.page.get_by_text("Before it left, Ana: approved")).to_be_visible()
    await ana.page.keyboard.press("c")
    await ana.page.get_by_label("What is right instead").fill("We look at it first.")
    await ana.page.keyboard.press("Control+Enter")
    await expect(ana.page.get_by_text("Ana said: corrected")).to_be_visible()
    again = await world.ask("And now?", "conv_1")
    assert again.startswith("[Correction] We look at it first.")


async def test_what_the_checks_object_to_is_said_and_two_people_correct_it(
    world: World, visitors: Visitors, ana: Visitor
) -> None:
    world.stage.says("It is safe from 6 months on.")
    asked = world.ask("From which age is the carrier safe?", "conv_1")
    await ana.open("Child safety")
    await rejects(ana.page, "1")
    await asked
    await ana.page.goto(f"{world.origin}/lane")
    ana.allowed = ("409",)
    await ana.page.get_by_role("button", name="Decided 1").click()
    await ana.page.keyboard.press("j")
    await expect(ana.page.get_by_text("Before it left, Ana: rejected")).to_be_visible()
    await ana.page.keyboard.press("c")
    box = ana.page.get_by_label("What is right instead")
    await box.fill("It is safe from 9 months on.")
    await box.press("Control+Enter")
    await expect(ana.page.get_by_role("alert")).to_contain_text("(child safety)")
    assert await findings(ana.page) == []
    await ana.page.get_by_role("button", name="Send it anyway").click()
    await expect(ana.page.get_by_text("Ana wants to correct it to this")).to_be_visible()
    assert await findings(ana.page) == []
    ben = await visitors.agent("Ben")
    ben.allowed = ("409",)
    page = ben.page
    await page.goto(f"{world.origin}/lane")
    await page.get_by_role("button", name="To review 1").click()
    await page.keyboard.press("j")
    await expect(page.get_by_text("Ana wants to correct it to this")).to_be_visible()
    await page.keyboard.press("c")
    await expect(page.get_by_label("What is right instead")).to_have_value(
        "It is safe from 9 months on."
    )
    await page.get_by_role("button", name="Confirm and send").click()
    await page.get_by_role("button", name="Send it anyway").click()
    await expect(page.get_by_text("Nothing to review")).to_be_visible()
    again = await world.ask("And now?", "conv_1")
    assert again.startswith("[Correction] It is safe from 9 months on.")


async def test_who_may_not_review_is_told_so(world: World, visitors: Visitors) -> None:
    visitor = await visitors.new()
    visitor.allowed = ("401",)
    await visitor.page.goto(f"{world.origin}/lane")
    await expect(visitor.page.get_by_role("heading", name="signed out")).to_be_visible()
    assert await findings(visitor.page) == []


async def test_nothing_hides_in_what_is_listed_and_each_text_has_its_direction(
    world: World, visitors: Visitors, ana: Visitor
) -> None:
    world.stage.says("\u0645\u0631\u062d\u0628\u0627 pass\u200bword")
    await complained(visitors)
    page = ana.page
    await page.goto(f"{world.origin}/lane")
    await expect(page.locator(".row .hidden-character")).to_have_text("U+200B")
    await page.keyboard.press("j")
    await expect(page.locator(".main .hidden-character")).to_have_text("U+200B")
    direction = "node => getComputedStyle(node).direction"
    for place in (".row .excerpt", ".main .words"):
        assert await page.locator(place).evaluate(direction) == "rtl"
    assert await page.locator("section.answer").evaluate(direction) == "ltr"


async def test_keys_can_be_others_and_be_switched_off(
    world: World, visitors: Visitors, ana: Visitor
) -> None:
    await complained(visitors)
    page, press = ana.page, ana.page.keyboard.press
    await page.goto(f"{world.origin}/lane")
    await expect(page.locator(".row")).to_have_count(1)
    await press("?")
    sheet = page.get_by_role("dialog", name="Keys")
    await sheet.get_by_role("button", name="down the list: j").click()
    await press("f")
    await expect(sheet).to_contain_text("is for: the answer was fine")
    await sheet.get_by_role("button", name="down the list: j").click()
    await press("v")
    await expect(sheet.get_by_role("button", name="down the list: v")).to_be_visible()
    assert await findings(page) == []
    await press("Escape")
    await expect(sheet).to_be_hidden()
    await press("j")
    await press("v")
    await expect(page.get_by_role("button", name="Fine")).to_be_visible()
    await page.reload()
    await expect(page.locator(".row")).to_have_count(1)
    await press("?")
    await sheet.get_by_label("Single letters and digits do something").uncheck()
    await press("Escape")
    await page.locator(".row").click()
    await expect(page.get_by_role("button", name="Fine")).to_be_visible()
    await press("f")
    await press("?")
    await expect(sheet).to_be_hidden()
    await page.goto(f"{world.origin}/console/")  # kept for the person: there, too
    await ana.live()
    world.ask("My lamp arrived damaged.")
    await expect(page.locator("ol .row")).to_have_count(1)
    await press("n")
    await press("Control+k")
    await expect(page.get_by_role("dialog")).to_be_visible()
    await expect(page.get_by_text("claimed by you")).to_have_count(0)
    await page.goto(f"{world.origin}/lane")
    await expect(page.get_by_role("button", name="To review 1")).to_be_visible()


async def test_a_colleague_who_was_faster_is_named_and_the_same_key_overturns_it(
    world: World, visitors: Visitors, ana: Visitor
) -> None:
    await complained(visitors)
    ben = await visitors.agent("Ben")
    ben.allowed = ("409",)
    for each in (ana, ben):
        await each.page.goto(f"{world.origin}/lane")
        await expect(each.page.locator(".row")).to_have_count(1)
        await each.page.keyboard.press("j")
        await expect(each.page.get_by_role("button", name="Fine")).to_be_visible()
    await ana.page.keyboard.press("f")
    await expect(ana.page.get_by_text("Nothing to review")).to_be_visible()
    await ben.page.keyboard.press("x")
    await expect(ben.page.get_by_role("alert")).to_contain_text("Ana was first, and said: fine.")
    await expect(ben.page.get_by_text("Ana said: fine")).to_be_visible()
    await ben.page.keyboard.press("x")
    await expect(ben.page.get_by_role("alert")).to_have_count(0)
