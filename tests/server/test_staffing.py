"""Whom holds come to: skills and languages, load, hours, and the three ways of work (row 82).

Everything over the real server: customers over HTTP, people over their consoles' WebSockets.
"""

import time
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from hitl_chat.core.staffing import Able
from hitl_chat.runner.personnel import Personnel
from hitl_chat.settings import Desk
from hitl_chat.store import entrances
from tests.server.console_world import Frame, Tab
from tests.world import FAST, World, patient
from tests.world_client import Socket, held
from tests.world_console import console
from tests.world_models import says
from tests.world_rules import SORRY_AFTER, rules, stop_at

DRAFT = "Sure. I guarantee it."
LAW: dict[str, Any] = {
    "skills": ["law"],
    "languages": ["de"],
    "on_no_agent": "fallback_text",
    "deadline": 600,
}
LAWYER: dict[str, Any] = {"skills": ("law",), "languages": ("de", "en")}


async def ask(world: World, conv: str = "") -> Socket:
    world.upstream.script("m", says(DRAFT))
    return await (world.ask("m", conv=conv) if conv else world.ask("m"))


async def hold(world: World) -> str:
    """A hold that waits."""
    return str((await (await ask(world)).until(held)).hitl["hold_id"])


async def told(world: World) -> str:
    """What a customer reads whose hold is decided at once."""
    return str((await (await ask(world)).rest()).text)


def code(frame: Frame) -> str:
    return "" if frame["ok"] else str(frame["error"]["code"])


async def given(tab: Tab, ident: str = "") -> dict[str, Any]:
    """The next hold that is claimed by the person of this tab, told by the queue's news."""
    while True:
        frame = await tab.until("news", event="hold.claimed")
        found: dict[str, Any] = frame["hold"]
        owner = found["claimed_by"]
        if owner and tab.frames[0]["me"]["id"] == owner["id"] and ident in ("", found["id"]):
            return found


# --- skills and languages -----------------------------------------------------------------------


async def test_a_hold_comes_to_those_who_have_what_it_wants(tmp_path: Path) -> None:
    async with (
        World(tmp_path, rules(stop_at(**LAW))) as world,
        console(world, "Ana", skills=("money",), languages=("de",)) as ana,
        console(world, "Ben", **LAWYER) as ben,
    ):
        ident = await hold(world)
        assert (await ana.command("1", "next"))["body"] == {}
        found = (await ben.command("1", "next"))["body"]
        assert (found["id"], found["skills"], found["languages"]) == (ident, ["law"], ["de"])


async def test_others_may_open_it_where_the_rule_lets_them(tmp_path: Path) -> None:
    async with (
        World(tmp_path, rules(stop_at(**LAW))) as world,
        console(world, "Ana") as ana,
        console(world, "Ben", **LAWYER),
    ):
        ident = await hold(world)
        claimed = await ana.command("1", "claim", hold=ident)
        assert claimed["body"]["claimed_by"]["name"] == "Ana"


async def test_where_the_rule_says_so_others_may_not_but_supervisors(tmp_path: Path) -> None:
    async with (
        World(tmp_path, rules(stop_at(**LAW, others="refuse"))) as world,
        console(world, "Ana") as ana,
        console(world, "Sue", "supervisor") as sue,
        console(world, "Ben", **LAWYER),
    ):
        ident = await hold(world)
        refused = await ana.command("1", "claim", hold=ident)
        assert refused["error"]["details"] == {"lacking": ["law", "de"]}
        row = await world.people.whole(ident)
        about = {"hold": ident, "action": "reject", "version": row.version}
        assert code(await ana.command("2", "decide", **about)) == "not_for_you"
        assert code(await ana.command("3", "take_over", conversation=row.conv)) == "not_for_you"
        assert code(await ana.command("4", "assign", hold=ident, to="person_ana")) == "own_hold"
        assert code(await sue.command("1", "claim", hold=ident)) == ""


@pytest.mark.parametrize("why", ["nobody can", "is away", "is full", "only reads"])
async def test_on_no_agent_acts_at_once_when_nobody_fits(tmp_path: Path, why: str) -> None:
    """82: though somebody else is there, and though the deadline is far."""
    async with (
        World(tmp_path, rules(stop_at(**LAW)), desk=Desk(capacity=1)) as world,
        console(world, "Ana") as ana,
        AsyncExitStack() as stack,
    ):
        role = "auditor" if why == "only reads" else "agent"
        if why != "nobody can":
            ben = await stack.enter_async_context(console(world, "Ben", role, **LAWYER))
        if why == "is away":
            await ben.command("1", "away", on=True)
        if why == "is full":
            await hold(world)
            await ben.command("1", "next")
        assert await told(world) == f"Sure. I {SORRY_AFTER}"
        assert code(await ana.command("9", "next")) == ""


async def test_what_somebody_can_do_counts_from_the_moment_it_is_said(tmp_path: Path) -> None:
    async with (
        World(tmp_path, rules(stop_at(**LAW)), desk=Desk(mode="push")) as world,
        console(world, "Ana") as ana,
    ):
        assert await told(world) == f"Sure. I {SORRY_AFTER}"
        personnel = Personnel(world.program.desk)
        await personnel.change("acme", "person_ana", Able(**LAWYER), None, "root")
        world.program.sessions.forget("person_ana")
        ident = await hold(world)
        assert (await given(ana))["id"] == ident


# --- hours --------------------------------------------------------------------------------------


@pytest.mark.parametrize("shut", [True, False])
async def test_outside_business_hours_nobody_is_waited_for(tmp_path: Path, shut: bool) -> None:
    today = datetime.fromtimestamp(time.time(), UTC).date().isoformat()
    hours = {
        "timezone": "UTC",
        "open": {"mon-sun": "0:00-24:00"},
        "closed": [today] if shut else [],
    }
    stop = stop_at(on_no_agent="fallback_text", deadline=600)
    async with World(tmp_path, rules(stop, hours=hours)) as world, console(world, "Ana"):
        if shut:
            assert await told(world) == f"Sure. I {SORRY_AFTER}"
        else:
            assert await hold(world)


# --- how much at once ---------------------------------------------------------------------------


async def test_next_refuses_kindly_when_somebody_has_enough(tmp_path: Path) -> None:
    long = rules(stop_at(deadline=600))
    async with World(tmp_path, long) as world, console(world, "Ana", capacity=2) as ana:
        first, second = await hold(world), await hold(world)
        await hold(world)
        found = {(await ana.command(f"n{n}", "next"))["body"]["id"] for n in range(2)}
        assert found == {first, second}
        refused = await ana.command("n3", "next")
        assert (code(refused), refused["error"]["details"]) == ("full", {"has": 2, "capacity": 2})
        claimed = next(h for h in ana.holds.values() if h["id"] == first)
        await ana.command("r", "release", hold=first, fence=claimed["fence"])
        assert (await ana.command("n4", "next"))["body"]["id"]


async def test_conversations_count_as_much_as_holds(tmp_path: Path) -> None:
    stop = stop_at(deadline=600, on_no_agent="fallback_text")
    async with World(tmp_path, rules(stop)) as world, console(world, "Ana", capacity=1) as ana:
        customer = await ask(world, "c1")
        ident = (await customer.until(held)).hitl["hold_id"]
        row = await world.people.whole(ident)
        taking = {"hold": ident, "action": "take_over", "version": row.version}
        assert code(await ana.command("t", "decide", **taking)) == ""
        assert code(await ana.command("n", "next")) == "full"
        assert await told(world) == f"Sure. I {SORRY_AFTER}"


# --- pull, next, push ---------------------------------------------------------------------------


async def test_in_next_mode_the_server_chooses(tmp_path: Path) -> None:
    desk = Desk(tenants={"acme": "next"})
    async with (
        World(tmp_path, rules(stop_at(deadline=600)), desk=desk) as world,
        console(world, "Ana") as ana,
        console(world, "Sue", "supervisor") as sue,
    ):
        first, second = await hold(world), await hold(world)
        assert code(await ana.command("c", "claim", hold=second)) == "take_next"
        row = await world.people.whole(second)
        reject = {"hold": second, "action": "reject", "version": row.version}
        assert code(await ana.command("d", "decide", **reject)) == "take_next"
        assert (await ana.command("n", "next"))["body"]["id"] == first
        assert code(await sue.command("c", "claim", hold=second)) == ""


CALM = patient(FAST, claim_lease=60.0)
PUSH = Desk(mode="push", ring=0.2, capacity=2)


async def test_in_push_mode_a_free_agent_is_given_the_next_hold(tmp_path: Path) -> None:
    desk = Desk(mode="push", capacity=1)
    async with (
        World(tmp_path, rules(stop_at(deadline=600)), desk=desk) as world,
        console(world, "Ana") as ana,
        console(world, "Ben") as ben,
    ):
        idents = [await hold(world), await hold(world), await hold(world)]
        assert (await given(ana))["id"] == idents[0]
        assert (await given(ben))["id"] == idents[1]
        looked = (await ana.command("n", "next"))["body"]
        assert (looked["id"], looked["claimed_by"]["name"]) == (idents[0], "Ana")
        row = await world.people.whole(idents[0])
        reject = {"hold": idents[0], "action": "reject", "version": row.version, "fence": 1}
        assert code(await ana.command("d", "decide", **reject)) == ""
        assert (await given(ana, idents[2]))["id"] == idents[2]
        told = await world.people.event("hold.given", hold=idents[2])
        assert (told.body["by"], told.body["to"]) == ("system:desk", "person_ana")


async def test_who_does_not_look_in_time_loses_it_to_the_next_one(tmp_path: Path) -> None:
    async with (
        World(tmp_path, rules(stop_at(deadline=600)), waits=CALM, desk=PUSH) as world,
        console(world, "Ana") as ana,
        console(world, "Ben") as ben,
    ):
        ident = await hold(world)
        assert (await given(ana))["id"] == ident
        assert (await given(ben))["id"] == ident
        looked = await ben.command("n", "next")
        assert looked["body"]["id"] == ident
        row = await world.people.row(ident)
        assert (row.claimed_by, row.claim_until - time.time() > 10) == ("person_ben", True)


async def test_when_nobody_looks_it_rings_on_in_turn_until_somebody_does(tmp_path: Path) -> None:
    async with (
        World(tmp_path, rules(stop_at(deadline=600)), desk=PUSH) as world,
        console(world, "Ana") as ana,
        console(world, "Ben") as ben,
    ):
        ident = await hold(world)
        for _ in range(2):
            assert (await given(ana))["id"] == ident
            assert (await given(ben))["id"] == ident


async def test_who_comes_back_to_the_desk_is_given_what_waits(tmp_path: Path) -> None:
    async with (
        World(tmp_path, rules(stop_at(deadline=600)), desk=Desk(mode="push")) as world,
        console(world, "Ana") as ana,
    ):
        await ana.command("a", "away", on=True)
        ident = await hold(world)
        await ana.command("b", "away", on=False)
        assert (await given(ana))["id"] == ident


async def test_who_was_shut_out_a_moment_ago_is_given_nothing(tmp_path: Path) -> None:
    """Their console is open until it is seen that their session has ended."""
    async with (
        World(tmp_path, rules(stop_at(deadline=600)), desk=PUSH) as world,
        console(world, "Ana"),
    ):
        await world.program.db.write(
            lambda conn: entrances.revoke(conn, "acme", "person_ana", time.time(), "test")
        )
        ident = await hold(world)
        async with console(world, "Ben") as ben:
            assert (await given(ben))["id"] == ident
        row = await world.people.row(ident)
        assert (row.claimed_by, row.fence) == ("person_ben", 1)  # nobody had it before


async def test_in_pull_mode_nothing_is_given_to_anybody(tmp_path: Path) -> None:
    async with World(tmp_path, rules(stop_at(deadline=600))) as world, console(world) as ana:
        ident = await hold(world)
        await ana.until("news", event="hold.opened")
        await ana.command("a", "away", on=False)
        assert (await world.people.row(ident)).state == "open"
