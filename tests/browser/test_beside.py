"""What a card shows beside the draft: how often its checks were right, and the company's policy."""

from pathlib import Path
from typing import Any, Literal

import pytest
from msgspec.structs import replace
from playwright.async_api import expect
from sqlalchemy import Connection

from hitl_chat.core.hold import DEADLINE
from hitl_chat.core.types import ACTIONS, Reason
from hitl_chat.store import holds
from tests.browser.conftest import Visitor, Visitors
from tests.browser.test_accessible import findings
from tests.browser.world import TENANT, World
from tests.store.world import DRAFT, decided, hold_of
from tests.world_rules import rule, rules

pytestmark = pytest.mark.asyncio(loop_scope="session")

PLAIN, FIRST, LONG, HOSTILE = "plainly", "judged-first", "long", "hostile"
HIDES = "Refund \u202eevil\u202c <img src=x> **30 d\u200bays**"
PARAGRAPHS = "\n\n".join(f"Paragraph {number}, and what it says." for number in range(40))
LAST = "Paragraph 39"


def named(name: str, word: str, **more: Any) -> dict[str, Any]:
    return rule(name, {"check": word}, on_no_agent="wait", **more)


RULES = rules(
    named(PLAIN, "stupid", first_judgement="never"),
    named(FIRST, "idiotic", first_judgement="always"),
    named(
        LONG,
        "long",
        first_judgement="never",
        policy={"file": "returns.md", "heading": "Opened goods"},
    ),
    named(HOSTILE, "odd", first_judgement="never", policy={"title": HIDES, "text": HIDES}),
    checks={
        word: {"kind": "scripted", "scores": {word: 0.93}}
        for word in ("stupid", "idiotic", "long", "odd")
    },
)


@pytest.fixture
def pack(tmp_path: Path) -> str:
    (tmp_path / "returns.md").write_text(
        f"# Returns\n\n## Opened goods\n\n### Headphones\n- only if *faulty*\n\n{PARAGRAPHS}\n"
    )
    return RULES


async def past(world: World, name: str, check: str, *actions: str) -> None:
    """What people decided about earlier holds of this rule."""
    reasons = (Reason(name, check, "threshold", 0.9),)

    def write(conn: Connection) -> None:
        for number, action in enumerate(actions):
            one = hold_of(number, tenant=TENANT, id=f"hold_0_{name}_{number}", reasons=reasons)
            one = replace(one, turn=f"turn_{name}_{number}")
            done = decided(one, "ana" if action in ACTIONS else DEADLINE)
            assert done.decision is not None
            done = replace(done, decision=replace(done.decision, action=action))
            holds.insert(conn, one, DRAFT)
            assert holds.save(conn, one, done, 1_020.0)

    await world.program.db.write(write)


async def test_a_reason_says_how_often_its_check_was_right(world: World, ana: Visitor) -> None:
    await past(world, PLAIN, "stupid", "edit", "reject", "take_over", "approve", "release")
    world.stage.says("Do not be stupid.")
    world.ask("Hello?")
    await ana.open("Plainly")
    row = ana.page.locator(".reason").first
    await expect(row).to_contain_text("right in 3 of 4 judged holds of this rule")
    await ana.page.keyboard.press("a")
    await expect(ana.page.locator(".actions")).to_contain_text("You approved")
    world.stage.says("Do not be stupid.")
    world.ask("Hello again?")
    await ana.page.locator("ol .row").first.click()
    await expect(row).to_contain_text("right in 3 of 5 judged holds of this rule")


async def test_it_is_not_even_asked_for_before_the_first_judgement(
    world: World, ana: Visitor
) -> None:
    asked: list[str] = []
    ana.page.on("request", lambda request: asked.append(request.url))
    await past(world, FIRST, "idiotic", "edit")
    world.stage.says("That is idiotic.")
    world.ask("Hello?")
    await ana.open("Judged first")
    row = ana.page.locator(".reason").first
    await expect(row).to_contain_text("above its threshold")
    await expect(ana.page.locator(".first")).to_be_visible()
    assert not any(url.endswith("/track") for url in asked)
    await expect(row.locator(".track")).to_have_count(0)
    await ana.page.get_by_role("button", name="wrong", exact=True).click()
    await expect(row.locator(".track")).to_have_text("right in 1 of 1 judged hold of this rule")


async def test_who_was_never_judged_has_no_record(world: World, ana: Visitor) -> None:
    world.stage.says("Do not be stupid.")
    world.ask("Hello?")
    async with ana.page.expect_response("**/track") as answer:
        await ana.open("Plainly")
    assert [one["judged"] for one in await (await answer.value).json()] == [0]
    await expect(ana.page.locator(".track")).to_have_count(0)


async def test_a_long_policy_begins_folded(world: World, ana: Visitor) -> None:
    world.stage.says("It is long.")
    world.ask("Hello?")
    await ana.open("Long")
    policy = ana.page.locator(".policy")
    await expect(policy.locator("figcaption")).to_have_text("Opened goods")
    await expect(policy.locator("strong").first).to_have_text("Headphones")
    await expect(policy.locator("li")).to_have_text("only if faulty")
    button = policy.get_by_role("button", name="Show all")
    folded = await policy.bounding_box()
    await button.focus()
    await ana.page.keyboard.press("Enter")
    await expect(policy.get_by_role("button", name="Show less")).to_be_focused()
    await policy.get_by_text(LAST).scroll_into_view_if_needed()
    unfolded = await policy.bounding_box()
    assert folded is not None
    assert unfolded is not None
    assert unfolded["height"] > folded["height"] * 2


async def test_nothing_hides_in_a_policy(world: World, ana: Visitor) -> None:
    world.stage.says("It is odd.")
    world.ask("Hello?")
    await ana.open("Hostile")
    policy = ana.page.locator(".policy")
    for place in (policy.locator("figcaption"), policy.locator(".guidance")):
        for shown in ("U+202E", "U+202C", "U+200B", "<img src=x>"):
            await expect(place).to_contain_text(shown)
    assert await policy.locator("img").count() == 0
    await expect(policy.get_by_role("button")).to_have_count(0)


@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_both_are_accessible(
    world: World, visitors: Visitors, theme: Literal["light", "dark"]
) -> None:
    await past(world, LONG, "long", "edit", "approve")
    ana = await visitors.new(reduced_motion="reduce", color_scheme=theme)
    await ana.sign_in("Ana")
    world.stage.says("It is long.")
    world.ask("Hello?")
    await ana.open("Long")
    await expect(ana.page.locator(".track")).to_be_visible()
    assert await findings(ana.page) == []
    await ana.page.get_by_role("button", name="Show all").click()
    assert await findings(ana.page) == []
