"""What a turn leaves in the record: which rules, what agents were told, how long it took."""

from pathlib import Path

from hitl_chat.core.deciding import objections
from hitl_chat.runner.views import Card
from hitl_chat.store import events, holds, turns
from hitl_chat.store.turn_records import Began
from tests.world import World, patient
from tests.world_client import held
from tests.world_history import check
from tests.world_models import says
from tests.world_rules import rule, rules, stop_at

DRAFT = "Sure. I guarantee it."


def told(guidance: str) -> str:
    return rules(stop_at(guidance=guidance, reasons=["promise removed"]))


async def card(world: World, ident: str) -> Card:
    return await world.program.overview.card("acme", ident)


async def turn(world: World, ident: str) -> turns.Turn:
    found = await world.program.db.read(lambda conn: turns.get(conn, "acme", ident))
    assert found is not None
    return found


async def test_a_card_says_what_was_said_when_the_hold_was_opened(tmp_path: Path) -> None:
    """The rules may change while it waits, and the server start again."""
    async with World(tmp_path, told("Up to 100 euros.")) as world:
        world.upstream.script("m", says(DRAFT))
        customer = await world.ask("m", conv="c1")
        ident = (await customer.until(held)).hitl["hold_id"]
        world.rules_file.write_text(told("Up to 5 euros.").replace("no-promises", "none"))
        await world.people.event("rules.published", version=2)
        (shown,) = (await card(world, ident)).criteria
        assert (shown.rule, shown.guidance) == ("no-promises", "Up to 100 euros.")
        assert shown.reasons == ("promise removed",)
        later = await world.ask("m", "And now?", conv="c2")
        other = (await later.until(held)).hitl["hold_id"]
        (new,) = (await card(world, other)).criteria
        assert (new.rule, new.guidance) == ("none", "Up to 5 euros.")
    async with World(tmp_path, told("Nothing.")) as again:
        (shown,) = (await card(again, ident)).criteria
        assert shown.guidance == "Up to 100 euros."


async def test_turn_and_hold_name_the_versions_they_ran_under(tmp_path: Path) -> None:
    async with World(tmp_path, told("Up to 100 euros.")) as world:
        world.upstream.script("m", says(DRAFT))
        customer = await world.ask("m", conv="c1")
        ident = (await customer.until(held)).hitl["hold_id"]
        now = world.program.rules.current
        recorded = await world.program.db.read(lambda conn: holds.about(conn, "acme", ident))
        assert recorded == holds.Facts(now.version, now.criteria_version)
        opened = await world.people.event("hold.opened")
        assert opened.body["criteria_version"] == now.criteria_version
        await world.people.approve(ident)
        await customer.rest()
        asked = await turn(world, opened.body["turn"])
        assert (asked.rules_version, asked.criteria_version) == (now.version, now.criteria_version)


async def test_what_died_with_the_last_server_has_an_end(tmp_path: Path) -> None:
    """But not what a retry still finds: its hold waits."""
    async with World(tmp_path, waits=patient(drain=0.1)) as world:
        world.upstream.script("m", says(DRAFT))
        await (await world.ask("m", conv="c1")).until(held)
        waiting = (await world.people.opened()).turn
        world.program.db.later(Began("acme", "turn_cut", "c2", 1.0, b"[]", "m"))
    async with World(tmp_path) as again:
        assert (await turn(again, "turn_cut")).outcome == "lost"
        assert (await turn(again, waiting)).outcome == ""
        (end,) = await again.program.db.read(
            lambda conn: events.read(conn, "acme", events.of_conversation("c2"))
        )
        assert (end.type, end.body["turn"], end.body["outcome"]) == ("turn", "turn_cut", "lost")
        await check(again.program.db)
    async with World(tmp_path) as third:
        found = await third.program.db.read(
            lambda conn: events.read(conn, "acme", events.of_conversation("c2"))
        )
        assert found == [end]


async def test_a_decision_that_nobody_fetched_ends_its_turn_when_no_retry_can(
    tmp_path: Path,
) -> None:
    async with World(tmp_path, waits=patient(drain=0.1)) as world:
        world.upstream.script("m", says(DRAFT))
        await (await world.ask("m", conv="c1")).until(held)
        hold = await world.people.opened()
    async with World(tmp_path) as again:
        again.people.come()
        await again.people.edit(hold.id, "Perhaps.")
    async with World(tmp_path) as soon:
        assert (await turn(soon, hold.turn)).outcome == ""
    async with World(tmp_path, waits=patient(attach_window=0.0)) as late:
        assert (await turn(late, hold.turn)).outcome == "lost"


async def metrics(world: World) -> dict[str, float]:
    text = (await (await world.get("/metrics")).rest()).body.decode()
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}


async def test_how_long_it_took_is_on_record_and_counted(tmp_path: Path) -> None:
    judge = {"judge": {"kind": "scripted", "delay": 0.01}}
    judged = rules(stop_at(), rule("judged", {"check": "judge"}, on_error="release"), checks=judge)
    async with World(tmp_path, judged) as world:
        world.upstream.script("m", says(DRAFT))
        customer = await world.ask("m", conv="c1")
        ident = (await customer.until(held)).hitl["hold_id"]
        await world.people.hold(ident, lambda hold: not objections(hold))
        await world.people.approve(ident)
        await customer.rest()
        hold = await world.people.row(ident)
        took = (await recorded(world, hold.turn)).timings
        assert took.keys() == {"first_text", "held", "total"}
        assert 0 < took["first_text"] <= took["total"]
        assert 0 < took["held"] <= took["total"]
        verdicts = await world.program.db.read(lambda conn: turns.verdicts(conn, "acme", hold.turn))
        times = {each.check.partition(":")[0]: each.ms for each in verdicts}
        assert times["patterns"] is None
        assert (times["judge"] or 0) >= 10
        counted = await metrics(world)
        assert counted["hitl_turn_seconds_count"] == 1
        assert counted["hitl_first_text_seconds_count"] == 1
        assert counted['hitl_hold_seconds_count{action="approve"}'] == 1
        assert counted['hitl_hold_seconds_sum{action="approve"}'] > 0


async def test_an_answer_without_a_word_has_no_first_text(tmp_path: Path) -> None:
    async with World(tmp_path) as world:
        world.upstream.script("m", says())
        customer = await (await world.ask("m", conv="c1")).rest()
        assert customer.text == ""
        counted = await metrics(world)
        assert counted["hitl_turn_seconds_count"] == 1
        assert "hitl_first_text_seconds_count" not in counted


async def recorded(world: World, ident: str) -> turns.Turn:
    """The turn, once its end is recorded."""
    await world.program.db.write(lambda conn: None)
    return await turn(world, ident)
