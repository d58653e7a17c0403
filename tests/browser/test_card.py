"""The card says why: marks and reasons point at each other, samples and known answers are shown."""

import asyncio
import re
from typing import Literal

import pytest
from playwright.async_api import Page, expect
from sqlalchemy import Connection, select

from hitl_chat.core.evidence import Evidence, Finding, KnownAnswer
from hitl_chat.core.hold import Hold
from hitl_chat.store import findings, holds
from hitl_chat.store.schema import hold as held
from tests.browser.conftest import Visitor, Visitors, rejects
from tests.browser.test_accessible import findings as complaints
from tests.browser.test_hostile import HIDDEN, MARKUP
from tests.browser.world import TENANT, World
from tests.world_rules import rule, rules

pytestmark = pytest.mark.asyncio(loop_scope="session")

NEVER = {"on_no_agent": "wait", "first_judgement": "never"}
RULES = rules(
    rule(
        "says-otherwise",
        {"check": "consistency", "above": 0.5},
        strictness="answer",
        **NEVER,
    ),
    rule("bad-before", {"check": "known_bad"}, **NEVER),
    rule("unfounded", {"check": "grounding"}, **NEVER),
    rule("judged-first", {"check": "rude"}, on_no_agent="wait", first_judgement="always"),
    rule("bad-first", {"check": "known_bad_first"}, on_no_agent="wait", first_judgement="always"),
    rule("soon-due", {"check": "hasty"}, deadline=30, **NEVER),
    rule("grave", {"check": "grave"}, impact="high", deadline=300, **NEVER),
    checks={
        "known_bad": {"kind": "scripted", "scores": {"certainly": 0.8}},
        "grounding": {"kind": "grounding", "without_sources": "pass"},
        "rude": {"kind": "scripted", "scores": {"stupid": 0.93}},
        "known_bad_first": {"kind": "scripted", "scores": {"surely": 0.8}},
        "hasty": {"kind": "scripted", "scores": {"hasty": 0.6}},
        "grave": {"kind": "scripted", "scores": {"grave": 0.6}},
    },
)
HEADPHONES = (
    "Can I return opened headphones?"  # the shop's bot says 90 days, and 30 when asked again
)
KNOWN = KnownAnswer(
    "kb_17",
    HEADPHONES,
    "Yes, returns are possible within 90 days.",
    "Only faulty headphones, within 30 days.",
    0.93,
    by="Ben",
    at="2026-03-01T10:00",
    why="we never promised 90 days",
)


@pytest.fixture
def pack() -> str:
    return RULES


async def knows(
    world: World, *answers: KnownAnswer, check: str = "known_bad", rule: str = "bad-before"
) -> None:
    """The newest hold's check `known_bad` has found these: a real one needs an embedding model."""

    def newest(conn: Connection) -> Hold:
        wanted = select(held.c.id).order_by(held.c.opened_at.desc()).limit(1)
        hold = holds.get(conn, TENANT, str(conn.execute(wanted).scalar()))
        assert hold is not None
        return hold

    def keep(conn: Connection) -> None:
        hold = newest(conn)
        before = findings.of_hold(conn, TENANT, hold.id)
        others = [one for one in before if one.check != check]
        limits, shown = {rule: 0.5}, Evidence(known=answers)
        found = Finding(check, 0.8, "near known-bad", 12.0, limits, shown)
        findings.keep(conn, hold, [*others, found], hold.opened_at)

    db = world.program.db
    async with asyncio.timeout(10):
        while True:  # what the checks say until the draft is judged takes the place of this
            hold = await db.read(newest)
            if hold.draft_state == "whole" and not hold.outstanding:
                break
            await asyncio.sleep(0.02)
    await db.write(keep)


async def waits_for(page: Page, count: int = 1) -> None:
    await expect(page.locator("ol .row")).to_have_count(count)


async def test_marks_and_reasons_point_at_each_other(world: World, ana: Visitor) -> None:
    page = ana.page
    world.ask(HEADPHONES)
    await ana.open("Says otherwise")
    mark = page.locator("figure.pending mark").first
    row = page.locator(".reason").first
    await expect(mark).to_contain_text("90")
    await mark.hover()
    await expect(row).to_have_class("reason pointed")
    await page.mouse.move(0, 0)
    await expect(row).not_to_have_class("reason pointed")
    await row.hover()
    await expect(mark).to_have_class("pointed")
    await page.mouse.move(0, 0)
    await mark.get_by_role("button", name="Reason 1").focus()
    await expect(row).to_have_class("reason pointed")
    await page.keyboard.press("Enter")
    await expect(row).to_be_focused()
    await page.keyboard.press("Tab")
    await expect(row.get_by_role("button", name="Show reason 1 in the text")).to_be_focused()
    await expect(mark).to_have_class("pointed")


async def test_each_reason_says_how_sure_from_where_on_and_how_long(
    world: World, ana: Visitor
) -> None:
    world.ask(HEADPHONES)
    await ana.open("Says otherwise")
    row = ana.page.locator(".reason").first
    await expect(row).to_contain_text("0 of 2 samples agree on 1 number")
    name = await row.get_by_role("img").get_attribute("aria-label")
    assert name is not None
    assert name.startswith("score ")
    assert name.endswith("holds from 50 %")
    await expect(row.locator(".latency")).to_have_text(re.compile(r"^\d+\s(?:ms|s)\b"))


async def test_samples_stand_beside_each_other_and_can_be_used(world: World, ana: Visitor) -> None:
    page = ana.page
    world.stage.says("You can return them within 90 days.")
    world.stage.again = [
        "You can return them within 30 days.",
        "Reworded?",
        "Only faulty ones, for 14 days.",
    ]
    answer = world.ask(HEADPHONES)
    await ana.open("Says otherwise")
    groups = page.locator(".cluster")
    await expect(groups).to_have_count(2)
    month = groups.filter(has_text="1 of 2 says 30 days")
    await expect(month.locator("ins")).to_have_text("added:30")
    await expect(month.locator("del")).to_have_text("removed:90")
    await page.keyboard.press("d")
    await expect(month.locator("ins")).to_have_count(0)
    await expect(month).to_contain_text("You can return them within 30 days.")
    await page.keyboard.press("d")
    await month.get_by_role("button", name="Use this answer").click()
    box = page.get_by_label("Text instead of what is held")
    await expect(box).to_have_value("You can return them within 30 days.")
    await page.keyboard.press("Control+Enter")
    await expect(page.locator(".actions")).to_contain_text("You edited")
    assert await answer == "You can return them within 30 days."


async def test_a_known_bad_answer_comes_with_its_past(world: World, ana: Visitor) -> None:
    page = ana.page
    for number in range(2):
        world.stage.says("Yes, certainly.")
        world.ask(HEADPHONES)
        await waits_for(page, number + 1)
        await knows(world, KNOWN)
    await page.locator("ol .row").first.click()
    shown = page.locator(".known-answer")
    await expect(shown).to_contain_text("kb_17")
    await expect(shown).to_contain_text("93 % alike")
    await expect(shown.locator("blockquote.bad")).to_have_text(KNOWN.bad)
    await expect(shown).to_contain_text("Added by Ben on Mar 1, 2026: we never promised 90 days.")
    await expect(shown).to_contain_text("Met in 1 other hold, none decided yet.")
    await rejects(page)
    await expect(page.locator(".actions")).to_contain_text("You rejected")
    await page.locator("ol .row").first.click()
    await expect(shown).to_contain_text("Met in 1 other hold: 1 rejected.")
    await shown.get_by_role("button", name="Use this answer").click()
    await expect(page.get_by_label("Text instead of what is held")).to_have_value(KNOWN.good)


async def test_what_the_model_was_given_stands_beside_a_claim_without_support(
    world: World, ana: Visitor
) -> None:
    world.stage.says("Opened headphones go back within 90 days.")
    system = "Opened headphones are taken back within 30 days if <b>faulty</b>.\u200b"
    world.ask("May I?", system=system)
    await ana.open("Unfounded")
    shown = ana.page.locator(".passages")
    await expect(shown).to_contain_text("Nearest to \u201c90 days\u201d, from the instructions")
    await expect(shown).to_contain_text("within 30 days if <b>faulty</b>.")


async def test_evidence_is_text_and_nothing_hides_in_it(world: World, ana: Visitor) -> None:
    page = ana.page
    hostile = "\n".join((*MARKUP, *HIDDEN))
    world.stage.says("Certainly, within 90 days.")
    world.stage.again = [f"30 days {hostile}", "Reworded?", f"30 days {hostile}"]
    world.ask(HEADPHONES)
    await waits_for(page)
    await knows(world, KnownAnswer(f"<b>{MARKUP[0]}", hostile, hostile, hostile, by=MARKUP[1]))
    await page.locator("ol .row").first.click()
    for place in (".cluster", ".known-answer blockquote.bad", ".known-answer blockquote.good"):
        for each in MARKUP:
            await expect(page.locator(place).first).to_contain_text(each.split("\n")[0])
        for shown in HIDDEN.values():
            await expect(page.locator(place).first).to_contain_text(shown)
    assert await page.locator("main img, main iframe, main script, main a").count() == 0


@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_evidence_is_accessible(
    world: World, visitors: Visitors, theme: Literal["light", "dark"]
) -> None:
    ana = await visitors.new(reduced_motion="reduce", color_scheme=theme)
    await ana.sign_in("Ana")
    world.stage.says("Certainly, within 90 days.")
    world.stage.again = ["You have 30 days.", "Reworded?", "Only when it is broken."]
    world.ask(HEADPHONES)
    await waits_for(ana.page)
    await knows(world, KNOWN)
    await ana.page.locator("ol .row").first.click()
    await expect(ana.page.locator(".known-answer")).to_be_visible()
    assert await complaints(ana.page) == []


# --- first judgement ---------------------------------------------------------------------------


async def test_scores_come_after_a_first_judgement(world: World, ana: Visitor) -> None:
    page = ana.page
    world.stage.says("Do not be stupid.")
    world.ask("Hello?")
    await ana.open("Judged first")
    row = page.locator(".reason").first
    await expect(row).to_contain_text("Judged first: above its threshold")
    await expect(page.locator("figure.pending mark")).to_contain_text("stupid")
    await expect(page.locator(".card")).not_to_contain_text("93")
    await expect(page.locator(".queue")).not_to_contain_text("risk")
    await expect(page.get_by_role("img")).to_have_count(0)
    await page.keyboard.press("w")
    fine = page.get_by_role("button", name="fine", exact=True)
    await expect(fine).to_be_focused()
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(page.locator(".first")).to_have_text(
        "Before you saw the scores you thought: wrong"
    )
    await expect(row.get_by_role("img")).to_have_accessible_name("score 93 %, holds from 50 %")
    await expect(page.locator(".trail")).to_contain_text("you thought “wrong”, then saw the scores")
    await expect(page.get_by_role("button", name="Approve")).to_have_attribute(
        "aria-disabled", "false"
    )


async def test_how_alike_a_known_answer_is_comes_after_it_too(world: World, ana: Visitor) -> None:
    page = ana.page
    world.stage.says("Yes, surely.")
    world.ask(HEADPHONES)
    await waits_for(page)
    await knows(world, KNOWN, check="known_bad_first", rule="bad-first")
    await page.locator("ol .row").first.click()
    known = page.locator(".known-answer")
    await expect(known).to_contain_text(KNOWN.bad)
    await expect(page.locator(".card")).not_to_contain_text("93 %")
    await expect(page.locator(".card")).not_to_contain_text("80 %")
    await page.get_by_role("button", name="wrong", exact=True).click()
    await expect(known).to_contain_text("93 % alike")
    await expect(page.locator(".reason").first).to_contain_text("80 %")


async def test_what_a_colleague_has_seen_is_still_hidden_from_others(
    world: World, visitors: Visitors, ana: Visitor
) -> None:
    ben = await visitors.agent("Ben")
    world.stage.says("Do not be stupid.")
    world.ask("Hello?")
    for each in (ana, ben):
        await each.open("Judged first")
    await ana.page.get_by_role("button", name="not sure").click()
    await expect(ana.page.locator(".reason").get_by_role("img")).to_be_visible()
    await expect(ben.page.locator(".first")).to_contain_text("What do you think of it?")
    await expect(ben.page.get_by_role("img")).to_have_count(0)
    # Who decides without having seen them has judged first, too.
    await ben.page.keyboard.press("a")
    await expect(ben.page.locator(".actions")).to_contain_text("You approved")
    await expect(ben.page.locator(".reason").get_by_role("img")).to_be_visible()


# --- its place in the queue -------------------------------------------------------------------


async def test_who_has_hardly_any_time_comes_first_then_who_has_more_risk_and_each_says_so(
    world: World, ana: Visitor
) -> None:
    rows = ana.page.locator("ol .row")
    for number, (name, word) in enumerate(
        (("Bad before", "certainly"), ("Grave", "grave"), ("Soon due", "hasty"))
    ):
        world.stage.says(f"It is {word}.")
        world.ask("May I?")
        await expect(rows).to_have_count(number + 1)
        await expect(rows.first).to_contain_text(name)
    reasons = [re.compile(r"^first: \d+ s left"), re.compile(r"^high impact, waits \d+ s")]
    reasons.append(re.compile(r"^customer waits \d+ s"))
    await expect(rows.locator(".why")).to_have_text(reasons)
    compared = [re.compile("time alone decides"), re.compile("By risk"), re.compile("By risk")]
    for at, how in enumerate(compared):
        await expect(rows.nth(at).locator(".why")).to_have_attribute("title", how)


# --- what lies behind it -----------------------------------------------------------------------


async def test_the_trail_says_who_did_what(world: World, visitors: Visitors, ana: Visitor) -> None:
    ben = await visitors.agent("Ben")
    world.stage.again = ["Certainly."] * 9
    world.stage.says("Certainly.", "Certainly not.")
    answer = world.ask("May I?", "conv_trail")
    await ana.open("Bad before")
    trail = ana.page.locator(".trail")
    await expect(trail).to_contain_text("held")
    await expect(trail).to_contain_text("you looked at it")
    await ben.open("Bad before")
    await expect(trail).to_contain_text("Ben looked at it")
    await ben.page.keyboard.press("e")
    await expect(trail).to_contain_text("Ben claimed it")
    await ben.page.get_by_label("Text instead of what is held").fill("No.")
    await ben.page.keyboard.press("Control+Enter")
    await expect(trail).to_contain_text("Ben edited it")
    assert await answer == "No."
    await expect(trail).to_contain_text("the customer has it")
    assert await trail.locator("time").count() >= 5
    world.ask("And now?", "conv_trail")
    await ana.page.locator("ol .row").first.click()
    earlier = ana.page.locator(".earlier")
    await expect(earlier).to_contain_text("Bad before")
    await expect(earlier).to_contain_text("Ben edited it")


async def test_colleagues_see_who_looks_and_who_writes(
    world: World, visitors: Visitors, ana: Visitor
) -> None:
    ben = await visitors.agent("Ben")
    world.stage.says("Certainly.")
    world.ask("May I?")
    await ana.open("Bad before")
    await ben.open("Bad before")
    await expect(ana.page.locator(".presences")).to_have_text("Ben is looking")
    await expect(ana.page.locator("ol .row .here")).to_have_text("Ben is looking")
    await ben.page.keyboard.press("e")
    await expect(ana.page.locator(".presences")).to_have_text("Ben is editing")
    await expect(ana.page.locator("ol .row .here")).to_have_text("Ben is editing")
    await ben.page.keyboard.press("Escape")
    await ben.page.get_by_role("switch").click()
    await expect(ana.page.locator(".presences")).to_have_text("Ben is looking (away)")
    await ben.page.close()
    await expect(ana.page.locator(".presences")).to_have_text("")


async def test_the_customer_is_shown_as_the_front_end_says(world: World, ana: Visitor) -> None:
    world.stage.says("Certainly.")
    told = {"name": "Ana R.", "tier": "<b>gold</b>", "orders": "2\u200b"}
    world.ask("May I?", customer=told)
    await ana.open("Bad before")
    facts = ana.page.locator(".facts")
    await expect(facts).to_contain_text("Ana R.")
    await expect(facts).to_contain_text("<b>gold</b>")
    await expect(facts).to_contain_text("2U+200B")
    await expect(ana.page.locator("ol .row .why")).to_contain_text("customer waits")


async def test_what_was_held_for_the_same_customer_elsewhere_is_one_click_away(
    world: World, ana: Visitor
) -> None:
    jo = {"id": "c-17", "name": "Jo"}
    world.stage.says("Certainly.", "Certainly.", "Certainly.")
    world.stage.again = ["Certainly."] * 30
    world.ask("May I?", "conv_before", jo)
    await ana.open("Bad before")
    before = await ana.hold()
    await rejects(ana.page)
    await expect(ana.page.locator(".actions")).to_contain_text("You rejected")
    world.ask("And today?", "conv_other", {"id": "c-18", "name": "Jo"})
    await ana.open("Bad before")
    await expect(ana.page.locator(".asked")).to_contain_text("And today?")
    await expect(ana.page.locator(".facts")).to_contain_text("c-18")
    await expect(ana.page.locator("#past")).to_have_count(0)
    await ana.page.keyboard.press("a")
    await expect(ana.page.locator("ol .row")).to_have_count(0)
    world.ask("And now?", "conv_now", jo)
    await ana.open("Bad before")
    await expect(ana.page.locator(".asked")).to_contain_text("And now?")
    past = ana.page.locator("section[aria-labelledby=past]")
    await expect(past.locator("li")).to_have_count(1)
    await expect(past).to_contain_text("you rejected it")
    assert await complaints(ana.page) == []
    await past.get_by_role("button", name="Bad before").click()
    await expect(ana.page.locator(".asked")).to_contain_text("May I?")
    assert await ana.hold() == before
