"""The supervisors' wall: quiet, busy, what is done there, and what everybody sees of it."""

from msgspec.structs import replace
from playwright.async_api import Page
from sqlalchemy import Connection

from hitl_chat.core.policy import Terms
from hitl_chat.store import holds
from hitl_chat.store.turn_records import Began
from tests.browser.scenes.stage import NARROW, QUESTIONS, WIDE, Play, Size, opens, scene
from tests.browser.world import TENANT, World
from tests.store.world import DRAFT, decided, hold_of


async def week(world: World) -> None:
    """What was usual: thirty hours of answers, of which two rules held some."""
    db, now = world.program.db, world.program.clock.now()
    made = []
    for hour in range(1, 31):
        for number in range(40):
            at = now - hour * 3600 - number
            ident = f"turn_{hour}_{number}"
            db.later(Began(TENANT, ident, "conv_week", at, b"[]", "wick-1"))
            if number < hour % 3:
                rule = "refund-promise" if number else "personal-data"
                one = hold_of(hour * 100 + number, tenant=TENANT, turn=ident, conv="conv_week")
                one = replace(one, opened_at=at, deadline_at=at + 60, cap_at=at + 60)
                made.append(replace(one, terms=Terms(rules=(rule,))))

    def write(conn: Connection) -> None:
        for each in made:
            holds.insert(conn, each, DRAFT)
            assert holds.save(conn, each, decided(each, at=each.opened_at + 9), now)

    await db.write(write, behind=True)


async def at_the_wall(play: Play, size: Size = WIDE, locale: str = "en", name: str = "Dee") -> Page:
    page = (await play.agent(name, "supervisor", size, locale)).page
    await page.goto(f"{play.world.origin}/wall")
    await page.locator(".tile").first.wait_for()
    return page


@scene("/wall", "/console/")
async def wall(play: Play) -> None:
    await week(play.world)
    page = await at_the_wall(play)
    ana, ben = await play.agent(), await play.agent("Ben")
    await ben.page.get_by_role("switch").click()
    await play.agent("Cleo")
    for question in QUESTIONS[:3]:
        play.world.ask(question)
    await ana.page.locator("ol .row").nth(2).wait_for()
    await opens(ana)
    await ana.page.keyboard.press("t")
    await ana.page.locator(".composer textarea").blur()
    await ana.page.keyboard.press("n")
    await page.get_by_role("button", name="Give away Ana").wait_for()
    await play.take(page, "busy")
    for button, name in (("Hold everything", "stop"), ("Call Ana", "call"), ("Give away", "give")):
        await page.get_by_role("button", name=button).first.click()
        await page.locator("dialog[open]").wait_for()
        await play.take(page, name)
        await page.keyboard.press("Escape")
    await page.get_by_label("Message").fill("Lunch is late today. Please stay until one.")
    await page.get_by_role("button", name="Send").click()
    await ana.page.get_by_role("alert").locator("p").wait_for()
    await play.take(page, "told")
    await play.take(ana.page, "agent-is-told")


@scene("/wall", "/console/")
async def directing(play: Play) -> None:
    """Thresholds that are moved for a time, and the stop switch, thrown."""
    page = await at_the_wall(play)
    await play.take(page, "first-day")
    ana = await play.agent()
    panel = page.locator(".thresholds")
    await panel.get_by_text("Move a threshold").click()
    await panel.get_by_label("Rule and check").select_option(index=0)
    await panel.get_by_role("slider").fill("0.2")
    await panel.get_by_label("For minutes").fill("5")
    await panel.scroll_into_view_if_needed()
    await play.take(page, "threshold")
    await panel.get_by_role("button", name="Move").click()
    await panel.locator(".moved li").wait_for()
    await play.take(page, "moved")
    await page.get_by_role("button", name="Hold everything").click()
    await page.get_by_role("button", name="Yes, do it").click()
    await page.locator(".stop:not(.off)").wait_for()
    await play.take(page, "everything-is-held")
    play.world.ask("What are your opening hours?")
    await opens(ana)
    await play.take(ana.page, "agent-sees-why")


@scene("/wall")
async def wall_phone(play: Play) -> None:
    await play.agent("Konstantin Brandt-Schneider")
    for locale in ("en", "de"):
        page = await at_the_wall(play, NARROW, locale, f"Dee {locale}")
        await play.take(page, f"top-{locale}")
        await page.locator(".agents").scroll_into_view_if_needed()
        await play.take(page, f"agents-{locale}")
        await page.locator(".thresholds summary").click()
        await page.locator(".thresholds").scroll_into_view_if_needed()
        await play.take(page, f"thresholds-{locale}")
        await page.locator(".stop").scroll_into_view_if_needed()
        await play.take(page, f"stop-{locale}")
        await page.context.close()


@scene("/wall")
async def wall_german(play: Play) -> None:
    await play.agent("Konstantin Brandt-Schneider")
    page = await at_the_wall(play, locale="de")
    await play.take(page, "quiet")
    await page.locator(".stop .button").nth(1).click()
    await play.take(page, "stop")
