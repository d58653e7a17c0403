"""Sound, notifications and the number in the title: one tab rings, a click opens the hold."""

from typing import Literal

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, expect

from tests.browser.conftest import Visitor, Visitors
from tests.browser.line import Line
from tests.browser.world import World

pytestmark = pytest.mark.asyncio(loop_scope="session")

BROKEN = "My lamp arrived damaged."
# What the browser would sound and show. A test cannot hear, nor click outside of the page.
HEARD = """
const hidden = sessionStorage.getItem('hidden') !== null;
globalThis.heard = { tones: 0, asked: 0, notices: [], badge: 0, hidden };
const make = BaseAudioContext.prototype.createOscillator;
BaseAudioContext.prototype.createOscillator = function () {
  heard.tones++;
  return make.call(this);
};
globalThis.Notification = class {
  static permission = sessionStorage.getItem('permission') ?? 'default';
  static async requestPermission() {
    heard.asked++;
    sessionStorage.setItem('permission', 'granted');
    return (Notification.permission = 'granted');
  }
  constructor(title, options) {
    Object.assign(this, { title, ...options, open: true });
    heard.notices.push(this);
  }
  close() {
    this.open = false;
    this.onclose?.();
  }
};
navigator.setAppBadge = async (count) => void (heard.badge = count);
Object.defineProperty(Document.prototype, 'visibilityState', {
  get: () => heard.hidden ? 'hidden' : 'visible',
});
"""
LOCKS = "navigator.locks.query()"
TURN = "held.some(({ name }) => name === 'hitl-rings')"
HIDE = "heard.hidden = true; document.dispatchEvent(new Event('visibilitychange'))"


async def listener(visitors: Visitors, name: str = "Ana") -> Visitor:
    visitor = await visitors.new()
    await visitor.context.add_init_script(HEARD)
    await visitor.sign_in(name)
    await touch(visitor.page)
    return visitor


async def touch(page: Page) -> None:
    """Browsers make no sound before somebody did something; and one of their tabs has the turn."""
    await page.get_by_role("heading", name="All quiet").click()
    await until(page, f"{LOCKS}.then(({{ held }}) => {TURN})")


async def waits(page: Page, count: int) -> None:
    await expect(page.locator(".queue ol li")).to_have_count(count)
    await expect(page).to_have_title(f"({count}) hitl-chat")


async def tones(page: Page) -> int:
    return await told(page, "tones")


async def told(page: Page, what: str) -> int:
    """By now: before it calls anybody, a page asks the browser which tabs can be seen."""
    return int(await page.evaluate(f"{LOCKS}.then(() => {LOCKS}).then(() => heard.{what})"))


async def until(page: Page, condition: str) -> None:
    """Our pages allow nobody to evaluate strings: so the condition comes as a function."""
    await page.evaluate(f"""() => new Promise((done) => {{
      const look = async () => (await {condition}) ? done() : setTimeout(look, 10);
      look();
    }})""")


async def allow(page: Page) -> None:
    await page.keyboard.press("b")
    await page.get_by_role("button", name="Allow notifications").click()
    await expect(page.get_by_text("while no tab of the console can be seen")).to_be_visible()
    await page.keyboard.press("Escape")


async def test_of_two_tabs_one_rings_and_when_it_goes_the_other(
    world: World, visitors: Visitors
) -> None:
    ana = await listener(visitors)
    second = await ana.context.new_page()
    await second.goto(f"{world.origin}/console/")
    await expect(second.locator(".standing")).to_have_text("Live")
    await touch(second)
    world.ask(BROKEN)
    for page in (ana.page, second):
        await waits(page, 1)
        await until(page, "heard.badge === 1")
    assert await tones(ana.page) > 0
    assert await tones(second) == 0
    await ana.page.close()
    await until(second, f"{LOCKS}.then(({{ pending }}) => pending.length === 0)")
    world.ask(BROKEN)
    await waits(second, 2)
    assert await tones(second) > 0


async def test_a_tab_too_many_leaves_the_ringing_to_another(
    world: World, visitors: Visitors
) -> None:
    ana = await visitors.new()
    line = await Line().through(ana)
    await ana.context.add_init_script(HEARD)
    await ana.sign_in("Ana")
    await touch(ana.page)
    second = await ana.context.new_page()
    await second.goto(f"{world.origin}/console/")
    await expect(second.locator(".standing")).to_have_text("Live")
    await touch(second)
    assert line.socket is not None
    await line.socket.close(code=4429)
    await until(second, f"{LOCKS}.then(({{ pending }}) => pending.length === 0)")
    world.ask(BROKEN)
    await waits(second, 1)
    assert await tones(second) > 0
    assert await tones(ana.page) == 0


async def test_what_is_claimed_in_one_tab_does_not_ring_in_the_other(
    world: World, visitors: Visitors
) -> None:
    ana = await visitors.new()
    await ana.context.add_init_script(HEARD)
    await ana.page.clock.install()
    await ana.sign_in("Ana")
    await touch(ana.page)
    second = await ana.context.new_page()
    await second.goto(f"{world.origin}/console/")
    await expect(second.locator(".standing")).to_have_text("Live")
    world.ask(BROKEN)
    for page in (ana.page, second):
        await waits(page, 1)
    heard = await tones(ana.page)
    await second.keyboard.press("n")
    await expect(second.get_by_role("heading", name="Refund promise", level=2)).to_be_visible()
    await expect(ana.page.locator(".who.claimed")).to_have_text("you")
    await rings_later(ana.page)
    assert await tones(ana.page) == heard


async def rings_later(page: Page) -> None:
    """Longer than what is given to somebody waits for them to look at it."""
    await page.clock.run_for(3000)


async def test_what_was_there_before_does_not_ring(world: World, visitors: Visitors) -> None:
    ana = await listener(visitors)
    await allow(ana.page)
    world.ask(BROKEN)
    await waits(ana.page, 1)
    await ana.page.evaluate("sessionStorage.setItem('hidden', 'yes')")
    await ana.page.reload()
    await ana.live()
    await waits(ana.page, 1)
    world.ask(BROKEN)
    await waits(ana.page, 2)
    assert await told(ana.page, "notices.length") == 1


async def test_a_notification_opens_its_hold_and_goes_with_it(
    world: World, visitors: Visitors
) -> None:
    ana = await listener(visitors)
    assert await ana.page.evaluate("heard.asked") == 0
    await allow(ana.page)
    assert await ana.page.evaluate("heard.asked") == 1
    await ana.page.evaluate(HIDE)
    world.ask(BROKEN)
    await until(ana.page, "heard.notices.length === 1")
    said = await ana.page.evaluate("heard.notices.map(({ title, body }) => `${title} ${body}`)")
    assert said[0].startswith("Refund promise ")
    assert "lamp" not in said[0]
    await ana.page.evaluate("heard.notices[0].onclick()")
    await expect(ana.page.get_by_role("heading", name="Refund promise", level=2)).to_be_visible()
    assert not await ana.page.evaluate("heard.notices[0].open")


async def test_a_notification_about_what_a_colleague_took_goes_away(
    world: World, visitors: Visitors
) -> None:
    ana, ben = await listener(visitors), await visitors.agent("Ben")
    await allow(ana.page)
    await ana.page.evaluate(HIDE)
    world.ask(BROKEN)
    await until(ana.page, "heard.notices.length === 1")
    await waits(ben.page, 1)
    await ben.page.keyboard.press("n")
    await until(ana.page, "!heard.notices[0].open")


async def test_nobody_is_notified_of_what_they_see(world: World, visitors: Visitors) -> None:
    ana = await listener(visitors)
    await allow(ana.page)
    other = await ana.context.new_page()
    await other.goto(f"{world.origin}/console/")
    await expect(other.locator(".standing")).to_have_text("Live")
    await ana.page.evaluate(HIDE)
    world.ask(BROKEN)
    await waits(other, 1)
    await waits(ana.page, 1)
    assert await tones(ana.page) > 0
    assert await ana.page.evaluate("heard.notices.length") == 0


async def test_people_choose_what_they_are_called_for_and_it_is_kept(
    world: World, visitors: Visitors
) -> None:
    ana = await listener(visitors)
    await ana.page.keyboard.press("b")
    for box in await ana.page.get_by_role("checkbox", name=": Sound").all():
        await box.uncheck()
    await ana.page.reload()
    await ana.live()
    await touch(ana.page)
    await ana.page.keyboard.press("b")
    await expect(ana.page.get_by_role("checkbox", name="High impact: Sound")).not_to_be_checked()
    await ana.page.keyboard.press("Escape")
    world.ask(BROKEN)
    await waits(ana.page, 1)
    assert await tones(ana.page) == 0


async def test_in_quiet_hours_nothing_rings(world: World, visitors: Visitors) -> None:
    ana = await listener(visitors)
    await ana.page.keyboard.press("b")
    await ana.page.get_by_label("from").fill("00:00")
    await ana.page.get_by_label("to", exact=True).fill("23:59")
    await ana.page.clock.set_fixed_time("2026-11-20T12:00:00")
    await ana.page.keyboard.press("Escape")
    world.ask(BROKEN)
    await waits(ana.page, 1)
    assert await tones(ana.page) == 0


async def test_try_it_makes_the_sound(visitors: Visitors) -> None:
    ana = await listener(visitors)
    await ana.page.get_by_role("button", name="Sound").click()
    await ana.page.get_by_role("button", name="Try it").click()
    assert await tones(ana.page) > 0


@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_the_choices_are_accessible(
    visitors: Visitors, theme: Literal["light", "dark"]
) -> None:
    ana = await visitors.new(reduced_motion="reduce", color_scheme=theme)
    await ana.sign_in("Ana")
    await ana.page.keyboard.press("b")
    await expect(ana.page.get_by_role("dialog")).to_be_visible()
    results = await Axe().run(ana.page)
    assert [found["id"] for found in results.response["violations"]] == []
