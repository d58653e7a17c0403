"""Agents among themselves: a second person, escalation, a colleague, an opinion, a note."""

import asyncio

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Visitor, Visitors
from tests.browser.test_decisions import BROKEN, SENT
from tests.browser.world import World

pytestmark = pytest.mark.asyncio(loop_scope="session")

AGE = "From which age is the Sparrow carrier?"
RIGHT = "From about 9 months, when the child sits without help."


async def proposed(world: World, ana: Visitor) -> asyncio.Task[str]:
    """Ana has edited what needs two people."""
    world.stage.says("3 months.")
    answer = world.ask(AGE)
    await ana.open("Child safety")
    await expect(ana.page.locator(".actions")).to_contain_text("a second person must confirm")
    await (await ana.edit()).fill(RIGHT)
    await ana.page.get_by_label("Note for colleagues").fill("manual, page 4")
    await ana.page.keyboard.press("Control+Enter")
    await expect(ana.page.locator(".actions")).to_contain_text("Somebody else has to confirm it")
    return answer


async def test_a_second_person_reads_what_would_be_sent_and_confirms_it(
    world: World, ana: Visitor, visitors: Visitors
) -> None:
    ben = await visitors.agent("Ben")
    answer = await proposed(world, ana)
    await ana.page.keyboard.press("a")
    assert not answer.done()
    await expect(ben.page.locator("ol .row")).to_contain_text("needs a second person")
    await ben.open("Child safety")
    await expect(ben.page.locator(".proposed ins")).to_contain_text(["From about 9", "sits"])
    await expect(ben.page.locator(".notes")).to_contain_text("manual, page 4")
    await ben.page.keyboard.press("a")
    assert await answer == RIGHT
    await expect(ana.page.locator(".actions")).to_contain_text("You edited")


async def test_a_second_person_declines_and_says_why(
    world: World, ana: Visitor, visitors: Visitors
) -> None:
    ben = await visitors.agent("Ben")
    answer = await proposed(world, ana)
    await ben.open("Child safety")
    await ben.page.get_by_label("Note for colleagues").fill("say that the child must sit")
    await ben.page.get_by_role("button", name="Decline").click()
    await expect(ana.page.locator(".declined")).to_contain_text("Ben did not confirm this")
    await expect(ana.page.locator(".notes")).to_contain_text("say that the child must sit")
    assert not answer.done()
    await expect(await ana.edit()).to_have_value(RIGHT)


async def test_next_brings_it_to_the_second_person_and_d_shows_it_plain(
    world: World, ana: Visitor, visitors: Visitors
) -> None:
    ben = await visitors.agent("Ben")
    answer = await proposed(world, ana)
    await ana.page.keyboard.press("n")
    await expect(ana.page.locator(".toast")).to_contain_text("Nothing waits for you")
    await ben.page.keyboard.press("n")
    await expect(ben.page.locator(".head .sub")).to_contain_text("needs a second person")
    proposal = ben.page.locator(".proposed")
    await expect(proposal.locator("del")).not_to_have_count(0)
    await ben.page.keyboard.press("d")
    await expect(proposal.locator("del")).to_have_count(0)
    await expect(proposal).to_contain_text(RIGHT)
    await ben.page.keyboard.press("d")
    await expect(proposal.locator("del")).not_to_have_count(0)
    await ben.page.keyboard.press("a")
    assert await answer == RIGHT


async def test_enter_does_not_confirm(world: World, ana: Visitor, visitors: Visitors) -> None:
    ben = await visitors.agent("Ben")
    answer = await proposed(world, ana)
    await ben.open("Child safety")
    await ben.page.get_by_role("button", name="Confirm").focus()
    await ben.page.keyboard.press("Enter")
    await expect(ben.page.locator(".toast")).to_contain_text("press a, or the space bar")
    assert not answer.done()


async def test_a_hold_is_escalated_and_only_a_supervisor_decides_it(
    world: World, ana: Visitor, visitors: Visitors
) -> None:
    dee = await visitors.agent("Dee", "supervisor")
    answer = world.ask(BROKEN)
    await ana.open("Refund promise")
    await ana.in_sheet("u", "Beyond what I may grant.")
    await expect(ana.page.locator(".declined")).to_contain_text("Ana passed this on")
    await ana.page.keyboard.press("a")
    await expect(ana.page.locator(".toast.problem")).to_contain_text("passed this on")
    await expect(dee.page.locator("ol .row")).to_contain_text("escalated by Ana")
    await dee.open("Refund promise")
    await expect(dee.page.locator(".notes")).to_contain_text("Beyond what I may grant.")
    await dee.page.keyboard.press("a")
    assert (await answer).startswith(SENT)


async def test_a_hold_is_given_to_a_colleague(
    world: World, ana: Visitor, visitors: Visitors
) -> None:
    await visitors.agent("Ben")
    world.ask(BROKEN)
    await ana.open("Refund promise")
    await ana.to_colleague("o", "Ben")
    await expect(ana.page.get_by_text("Ben has claimed it")).to_be_visible()


async def test_a_second_opinion_is_blind_and_sends_nothing(
    world: World, ana: Visitor, visitors: Visitors
) -> None:
    ben = await visitors.agent("Ben")
    answer = world.ask(BROKEN)
    await ana.open("Refund promise")
    await ana.in_sheet("p", "I would reject it.")
    await expect(ana.page.locator(".notes")).to_contain_text("I would reject it.")
    await ana.to_colleague("s", "Ben")
    await expect(ana.page.locator(".opinions")).to_contain_text("Ben was asked")
    await expect(ben.page.locator("ol .row")).to_contain_text("your opinion is wanted")
    await ben.open("Refund promise")
    await expect(ben.page.locator(".actions")).to_contain_text("Nothing is sent")
    await expect(ben.page.locator(".notes")).to_have_count(0)
    await ben.page.keyboard.press("3")
    await ben.page.keyboard.press("e")
    await expect(ana.page.locator(".opinions")).to_contain_text("would edit: promise removed")
    await expect(ben.page.locator(".notes")).to_contain_text("I would reject it.")
    assert not answer.done()


async def test_nor_is_a_colleagues_decision_read_before_the_opinion_is_given(
    world: World, ana: Visitor, visitors: Visitors
) -> None:
    ben = await visitors.agent("Ben")
    answer = await proposed(world, ana)
    await ana.to_colleague("s", "Ben")
    await expect(ben.page.locator("ol .row")).to_contain_text("your opinion is wanted")
    await ben.open("Child safety")
    await expect(ben.page.locator(".actions")).to_contain_text("Nothing is sent")
    await expect(ben.page.locator(".proposed, .notes")).to_have_count(0)
    await ben.page.keyboard.press("r")
    await expect(ben.page.locator(".proposed ins")).to_contain_text(["From about 9", "sits"])
    await ben.page.keyboard.press("a")
    assert await answer == RIGHT


async def test_a_note_stays_with_the_conversation_and_away_from_the_customer(
    world: World, ana: Visitor, visitors: Visitors
) -> None:
    world.ask(BROKEN)
    await ana.open("Refund promise")
    await (await ana.take_over()).blur()
    await ana.in_sheet("p", "Third complaint this year.")
    await expect(ana.page.locator(".notes")).to_contain_text("Third complaint this year.")
    await expect(ana.page.locator(".messages")).not_to_contain_text("Third complaint")
    await ana.page.reload()
    await expect(ana.page.locator(".notes")).to_contain_text("Third complaint this year.")
