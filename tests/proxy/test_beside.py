"""Rules that only watch, and shadows: the answer waits for none of them, the record has it all."""

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hitl_chat.settings import Limits
from hitl_chat.store import corrections, events, turns
from tests.upstream import Until
from tests.world import World
from tests.world_client import held
from tests.world_models import says
from tests.world_rules import rule, rules, stop_at
from tests.world_wire import check_error, check_stream

JUDGE = {"kind": "judge", "model": "judge", "criteria": "promises", "timeout": 30}
CHECKS = {"promises": {**JUDGE, "probe_every": 0}}
BAD = json.dumps({"verdict": "bad", "quote": "We refund you.", "why": "a promise"})


def judged(**more: object) -> str:
    return rules(rule("promise", {"check": "promises"}, **more), checks=CHECKS)


async def answered(world: World, go_on: asyncio.Event, name: str = "you") -> str:
    """The customer has the whole answer while the judge still thinks; then the judge speaks."""
    world.upstream.script("m", says("Hello. ", f"We refund {name}."))
    world.upstream.script("judge", says(Until(go_on), BAD))
    customer = await world.ask("m", conv="c1")
    check_stream(await customer.rest())
    assert customer.text == f"Hello. We refund {name}."
    return customer.text


async def recorded(world: World) -> list[Mapping[str, Any]]:
    stream = events.of_conversation("c1")
    found = await world.program.db.read(lambda conn: events.read(conn, "acme", stream))
    return [event.body for event in found if event.type.startswith("turn")]


async def test_nothing_waits_for_a_watch_rule_and_its_verdict_is_recorded(tmp_path: Path) -> None:
    async with World(tmp_path, judged(then="watch")) as world:
        go_on = asyncio.Event()
        await answered(world, go_on)
        go_on.set()
        told = (await world.people.event("turn.overheard")).body
        assert told["ruling"] == "watch"
        read = world.program.db.read
        turn = await read(lambda conn: turns.get(conn, "acme", told["turn"]))
        assert turn is not None
        assert (turn.outcome, turn.ruling) == ("passed", "watch")
        spent = turn.check_usage["promises"]
        assert (spent["asked"], spent["calls"]) == (1, 1)
        (heard,) = await read(lambda conn: turns.verdicts(conn, "acme", told["turn"]))
        assert (heard.check, heard.score, heard.final) == ("promises", 1.0, True)
        (why,) = await read(lambda conn: turns.reasons(conn, "acme", told["turn"]))
        assert (why.rule, why.code) == ("promise", "matched")
        numbers = world.program.telemetry.text()
        assert 'hitl_watched_total{rule="promise"} 1' in numbers
        assert 'hitl_check_calls_total{check="promises"} 1' in numbers
        assert 'hitl_check_seconds_count{check="promises"} 1' in numbers


async def test_who_still_watches_counts_among_the_turns_under_way(tmp_path: Path) -> None:
    async with World(tmp_path, judged(then="watch"), limits=Limits(turns=1)) as world:
        go_on = asyncio.Event()
        await answered(world, go_on)
        refused = await (await world.ask("m")).rest()
        check_error(refused, 503, "overloaded")
        go_on.set()
        await world.people.event("turn.overheard")
        world.upstream.script("m", says("Again."))
        assert (await (await world.ask("m")).rest()).text == "Again."


async def test_they_count_among_the_turns_of_their_tenant(tmp_path: Path) -> None:
    """82: else the room that is kept for others would be taken by who watches much."""
    async with World(tmp_path, judged(then="watch"), limits=Limits(turns=8)) as world:
        first, never = asyncio.Event(), asyncio.Event()
        first.set()
        await answered(world, first)
        await world.people.event("turn.overheard")
        modest, world.key = world.key, await world.new_key("other")
        for number in range(7):
            await answered(world, never, f"customer {number}")
        check_error(await (await world.ask("m")).rest(), 503, "overloaded")
        world.key = modest
        await answered(world, never)


async def test_what_it_withdraws_is_told_where_the_conversation_is_followed(tmp_path: Path) -> None:
    watching = judged(then="watch", fallback_after_text="We promise nothing.")
    async with World(tmp_path, watching) as world:
        go_on = asyncio.Event()
        await answered(world, go_on)
        go_on.set()
        turn = (await world.people.event("turn.corrected")).body["turn"]
        text = await world.program.db.read(lambda conn: corrections.text(conn, "acme", "c1", turn))
        assert text == "We promise nothing."
        world.upstream.script("m", says("Again."))
        world.upstream.script("judge", says(BAD))
        away = await (await world.ask("m", "And now?", conv="c1")).rest()
        assert away.text == "[Correction] We promise nothing.\n\nAgain."
        assert {frame.hitl.get("author") for frame in away.frames if frame.hitl} == {"policy"}


async def test_a_shadow_holds_nothing_and_says_what_it_would_have_done(tmp_path: Path) -> None:
    async with World(tmp_path, judged(shadow=True, strictness="answer")) as world:
        go_on = asyncio.Event()
        await answered(world, go_on)
        go_on.set()
        told = (await world.people.event("turn.overheard")).body
        assert told["ruling"] == "pass"
        read = world.program.db.read
        found = await read(lambda conn: turns.reasons(conn, "acme", told["turn"]))
        assert [(why.rule, why.code) for why in found] == [("promise", "shadow:hold")]
        numbers = world.program.telemetry.text()
        assert 'hitl_shadow_total{rule="promise"} 1' in numbers
        assert "hitl_watched_total{" not in numbers
        assert "hitl_holds_total{" not in numbers


async def test_a_shadow_without_a_check_is_in_the_turns_own_record(tmp_path: Path) -> None:
    shadow = rule("sorry", {"patterns": {"literals": ["hello"]}}, then="block", shadow=True)
    async with World(tmp_path, rules(shadow)) as world:
        world.upstream.script("m", says("Hello."))
        customer = await world.ask("m", conv="c1")
        assert (await customer.rest()).text == "Hello."
    async with World(tmp_path, rules(shadow)) as again:
        (told,) = await recorded(again)
        assert told["ruling"] == "pass"
        assert [(why["rule"], why["code"]) for why in told["reasons"]] == [
            ("sorry", "shadow:block")
        ]


async def test_a_server_that_stops_waits_for_nobody_and_records_who_has_spoken(
    tmp_path: Path,
) -> None:
    two = {**CHECKS, "rude": {"kind": "scripted", "scores": {"refund": 0.9}}}
    watching = rules(
        rule("promise", {"check": "promises"}, then="watch"),
        rule("rude", {"check": "rude"}, then="watch"),
        checks=two,
    )
    async with World(tmp_path, watching) as world:
        await answered(world, asyncio.Event())
    async with World(tmp_path, watching) as again:
        _, told = await recorded(again)
        found = await again.program.db.read(lambda conn: turns.reasons(conn, "acme", told["turn"]))
        assert [why.rule for why in found] == ["rude"]


async def test_some_released_answers_are_marked_for_a_look(tmp_path: Path) -> None:
    async with World(tmp_path, rules(stop_at(), audit=1)) as world:
        world.upstream.script("m", says("Hello."))
        await (await world.ask("m", conv="c1")).rest()
        world.upstream.script("m", says("I guarantee it."))
        customer = await world.ask("m", "Sure?", conv="c1")
        await world.people.approve((await customer.until(held)).hitl["hold_id"])
        await customer.rest()
        assert "hitl_audited_total 1" in world.program.telemetry.text()
    async with World(tmp_path, rules(stop_at(), audit=0)) as again:
        again.upstream.script("m", says("Hello."))
        await (await again.ask("m", conv="c1")).rest()
        assert "hitl_audited_total 0" in again.program.telemetry.text()
    async with World(tmp_path) as third:
        ends = [body for body in await recorded(third) if "outcome" in body]
        assert [body.get("audit", False) for body in ends] == [True, False, False]
        found = await third.program.db.read(lambda conn: turns.of_conversation(conn, "acme", "c1"))
        assert [turn.envelope.get("audit", False) for turn in found] == [True, False, False]
