"""Checks that are slow, that die, that say nonsense; rules that cannot be read (43, 44, 52)."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from tests.upstream import Until
from tests.world import FAST, World, patient
from tests.world_client import held
from tests.world_history import check
from tests.world_models import says
from tests.world_rules import SORRY, rule, rules, stop_at
from tests.world_wire import check_stream

SAID = "It is blue. And so on."


def judged(on_error: str = "hold", **options: object) -> str:
    """A rule that asks an asynchronous check."""
    judge = {"judge": {"kind": "scripted", "timeout": 0.2, **options}}
    asking = rule(
        "judged", {"check": "judge"}, on_no_agent="wait", on_error=on_error, fallback=SORRY
    )
    return rules(asking, checks=judge)


FAULTS: list[dict[str, Any]] = [
    {"fails": "raises"},
    {"fails": "refuses"},
    {"fails": "nan"},
    {"fails": "hangs"},
    {"delay": 60},
]


@pytest.mark.parametrize("fault", FAULTS, ids=str)
async def test_a_check_that_dies_has_found_nothing_safe(
    tmp_path: Path, fault: dict[str, Any]
) -> None:
    """43, 44: by default its text is held, and nothing of it is read before."""
    async with World(tmp_path, judged(**fault)) as world:
        world.upstream.script("m", says(SAID))
        customer = await world.ask("m")
        ident = (await customer.until(held)).hitl["hold_id"]
        await customer.beat(1)
        assert customer.text == ""
        row = await world.people.hold(ident, lambda hold: not hold.outstanding)
        codes = {reason.code for reason in row.reasons}
        slow = fault.get("fails") == "hangs" or "delay" in fault
        assert codes == ({"check_timed_out"} if slow else {"check_failed"})
        await world.people.approve(ident)
        check_stream(await customer.rest())
        assert customer.text == SAID
        await check(world.program.db, customer)


@pytest.mark.parametrize(("on_error", "text"), [("release", SAID), ("block", SORRY)])
@pytest.mark.parametrize("fault", FAULTS, ids=str)
async def test_the_rule_says_what_a_dead_check_means(
    tmp_path: Path, fault: dict[str, Any], on_error: str, text: str
) -> None:
    """43, 44."""
    async with World(tmp_path, judged(on_error, **fault)) as world:
        world.upstream.script("m", says(SAID))
        customer = await (await world.ask("m")).rest()
        check_stream(customer)
        assert customer.text == text


async def test_a_verdict_after_the_draft_was_whole_is_on_record(tmp_path: Path) -> None:
    """43: the hold learns it, once; an approval waits for it; the record stays true."""
    text = rules(
        stop_at(),
        rule("judged", {"check": "judge"}, on_no_agent="wait"),
        checks={"judge": {"kind": "scripted", "delay": 0.3, "timeout": 5, "scores": {"blue": 0.9}}},
    )
    async with World(tmp_path, text) as world:
        world.upstream.script("m", says("I guarantee it. ", "It is blue."))
        customer = await world.ask("m")
        ident = (await customer.until(held)).hitl["hold_id"]
        await world.people.whole(ident)
        row = await world.people.hold(ident, lambda hold: not hold.outstanding)
        assert {reason.rule for reason in row.reasons} == {"no-promises", "judged"}
        await world.people.approve(ident)
        check_stream(await customer.rest())
        await check(world.program.db, customer)


async def test_a_slow_check_does_not_slow_the_others(tmp_path: Path) -> None:
    """43: one customer's check hangs; another customer is answered."""
    slow = {"slow": {"kind": "scripted", "fails": "hangs", "timeout": 60}}
    asking = rule("slow", {"check": "slow"}, on={"channel": "slow"})
    async with World(tmp_path, rules(asking, checks=slow)) as world:
        world.upstream.script("m", says(SAID))
        waiting = await world.ask("m", headers={"x-hitl-channel": "slow"})
        await waiting.until(lambda frame: frame.state == "checking")
        assert (await (await world.ask("m")).rest()).text == SAID
        assert waiting.text == ""


BROKEN = [
    "",
    "rules:",
    "rules: []",
    "- a",
    "rules: [",
    "rules:\n  - name: a",
    "rules:\n  - name: a\n    when: {patterns: {}}",
    "rules:\n  - name: a\n    when: {patterns: {regex: ['(']}}",
    "rules:\n  - name: a\n    when: {patterns: {regex: ['.*']}}",
    "rules:\n  - name: a\n    when: {nothing: 1}",
    "rules:\n  - name: a\n    when: always\n    then: explode",
    "rules:\n  - name: a\n    when: always\n    deadline: -1",
    "rules:\n  - name: a\n    when: {check: unknown}",
    "\t",
    "\x00",
    "a: &a [*a]",
]


@pytest.mark.parametrize("text", BROKEN, ids=range(len(BROKEN)))
async def test_rules_that_cannot_be_read_change_nothing(tmp_path: Path, text: str) -> None:
    """52: the last good ones stay, never none; and it is said why."""
    async with World(tmp_path) as world:
        live = world.program.rules
        before = live.current.version
        world.rules_file.write_text(text)
        await world.people.event("rules.refused")
        assert live.current.version == before
        assert "rules.yaml" in live.refused
        world.upstream.script("m", says("I guarantee it."))
        await (await world.ask("m")).until(held)
        world.rules_file.write_text(rules(stop_at("blue")))
        await world.people.event("rules.published", version=2)
        assert live.current.version != before
        assert not live.refused


async def test_new_rules_are_for_new_answers(tmp_path: Path) -> None:
    """52: an answer is judged by the rules it began with."""
    async with World(tmp_path, waits=patient(FAST, rules_reload=0.02)) as world:
        go_on = asyncio.Event()
        world.upstream.script("m", says("It is. ", Until(go_on), "I guarantee it."))
        customer = await world.ask("m")
        await customer.until(lambda frame: bool(frame.text))
        before = world.program.rules.current.version
        world.rules_file.write_text(rules(stop_at("something else")))
        async with asyncio.timeout(8):
            while world.program.rules.current.version == before:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        go_on.set()
        await customer.until(held)
        again = await (await world.ask("m")).rest()
        assert again.text == "It is. I guarantee it."
