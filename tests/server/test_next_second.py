"""Next also offers decisions that wait for a second person, to whoever may be that.

Over the real server: customers over HTTP, people over their consoles' WebSockets.
"""

from pathlib import Path
from typing import Any

import pytest

from hitl_chat.core.hold import Hold
from hitl_chat.settings import Desk
from tests.server.console_world import Tab
from tests.world import FAST, World, patient
from tests.world_client import held
from tests.world_console import console
from tests.world_models import says
from tests.world_rules import rule, rules, stop_at, words

TWO = rules(
    stop_at(needs_second=["edit"], deadline=100),
    rule("soon", words("surely"), on_no_agent="wait", deadline=30, fallback="Sorry."),
    rule("later", words("maybe"), on_no_agent="wait", deadline=500, fallback="Sorry."),
)

WAITS = patient(FAST, claim_lease=30.0)


async def hold(world: World, text: str = "I guarantee it.") -> str:
    world.upstream.script("m", says(text))
    ident = str((await (await world.ask("m")).until(held)).hitl["hold_id"])
    await world.people.whole(ident)
    return ident


async def proposed(world: World, tab: Tab, text: str = "We look at it.") -> str:
    """A decision that waits for a second person."""
    ident = await hold(world)
    row = await world.people.row(ident)
    about = {"hold": ident, "action": "edit", "version": row.version, "text": text}
    answer = await tab.command(f"decide-{ident}", "decide", **about)
    assert answer["body"]["proposal"]["second"] == "wanted"
    await world.people.hold(ident, is_read)
    return ident


def is_read(row: Hold) -> bool:
    """The checks have read the edit."""
    return row.proposal is not None and row.proposal.recheck != "pending"


async def next_of(tab: Tab) -> dict[str, Any]:
    answer = await tab.command(f"next-{len(tab.frames)}", "next")
    assert answer["ok"], answer
    return dict(answer["body"])


async def test_somebody_else_is_offered_it_and_its_author_stays_its_author(tmp_path: Path) -> None:
    async with (
        World(tmp_path, TWO, waits=WAITS) as world,
        console(world) as ana,
        console(world, "Ben") as ben,
    ):
        ident = await proposed(world, ana)
        assert await next_of(ana) == {}
        found = await next_of(ben)
        assert (found["id"], found["state"]) == (ident, "settling")
        assert found["claimed_by"]["name"] == "Ana"
        row = await world.people.row(ident)
        assert (row.claimed_by, row.fence) == ("person_ana", found["fence"])


async def test_it_comes_in_the_order_of_the_queue(tmp_path: Path) -> None:
    async with (
        World(tmp_path, TWO, waits=WAITS) as world,
        console(world) as ana,
        console(world, "Ben") as ben,
    ):
        later = await hold(world, "maybe it is.")
        wanted = await proposed(world, ana)
        soon = await hold(world, "surely it is.")
        found = []
        for _ in range(3):
            found.append((await next_of(ben))["id"])
            await ben.command(f"look-{len(found)}", "look", hold=found[-1], doing="looking")
        assert set(found) == {soon, wanted, later}
        assert found.index(soon) == 0


async def test_who_looks_at_one_and_asks_again_gets_another(tmp_path: Path) -> None:
    async with (
        World(tmp_path, TWO, waits=WAITS) as world,
        console(world) as ana,
        console(world, "Ben") as ben,
    ):
        both = {await proposed(world, ana), await proposed(world, ana)}
        first = (await next_of(ben))["id"]
        await ben.command("look", "look", hold=first, doing="looking")
        second = (await next_of(ben))["id"]
        assert {first, second} == both


async def test_what_a_colleague_confirms_already_comes_last_and_not_never(tmp_path: Path) -> None:
    async with (
        World(tmp_path, TWO, waits=WAITS) as world,
        console(world) as ana,
        console(world, "Ben") as ben,
        console(world, "Chi") as chi,
    ):
        wanted = await proposed(world, ana)
        await ben.command("look", "look", hold=wanted, doing="looking")
        waiting = await hold(world, "maybe it is.")
        assert [(await next_of(chi))["id"] for _ in range(2)] == [waiting, wanted]


async def test_to_confirm_takes_no_room(tmp_path: Path) -> None:
    async with (
        World(tmp_path, TWO, waits=WAITS, desk=Desk(capacity=1)) as world,
        console(world) as ana,
        console(world, "Ben") as ben,
    ):
        await hold(world, "surely it is.")
        await next_of(ben)
        refused = await ben.command("full", "next")
        assert refused["error"]["code"] == "full"
        wanted = await proposed(world, ana)
        await hold(world, "maybe it is.")
        assert (await next_of(ben))["id"] == wanted


@pytest.mark.parametrize("able", [{}, {"skills": ("law",)}])
async def test_it_is_for_those_who_have_what_the_hold_wants(
    tmp_path: Path, able: dict[str, Any]
) -> None:
    lawyers = rules(stop_at(needs_second=["edit"], skills=["law"]))
    async with (
        World(tmp_path, lawyers, waits=WAITS) as world,
        console(world, skills=("law",)) as ana,
        console(world, "Ben", **able) as ben,
    ):
        wanted = await proposed(world, ana)
        assert (await next_of(ben)).get("id") == (wanted if able else None)


async def test_what_supervisors_have_to_confirm_is_not_offered_to_others(tmp_path: Path) -> None:
    async with (
        World(tmp_path, TWO, waits=WAITS) as world,
        console(world, "Sue", "supervisor") as sue,
        console(world, "Sam", "supervisor") as sam,
        console(world, "Ben") as ben,
    ):
        ident = await hold(world)
        await ben.command("up", "escalate", hold=ident)
        row = await world.people.row(ident)
        about = {"hold": ident, "action": "edit", "version": row.version, "text": "We look."}
        await sue.command("edit", "decide", **about)
        await world.people.hold(ident, is_read)
        assert await next_of(ben) == {}
        assert await next_of(sue) == {}
        assert (await next_of(sam))["id"] == ident
