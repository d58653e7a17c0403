"""Everything of one tenant, asked for and commanded by another: it is not there (row 41, I9)."""

from collections.abc import Callable
from pathlib import Path
from typing import get_args

import pytest

from hitl_chat.core.command import Person
from hitl_chat.core.hold import Hold
from hitl_chat.errors import Conflict, NotFound
from hitl_chat.runner import commands as do
from hitl_chat.runner.orders import Agent
from tests.customer.front_end import call
from tests.world import World
from tests.world_client import held
from tests.world_models import says
from tests.world_people import EVE

ZOE = Agent(Person("zoe", "Zoe", role="supervisor"), "other")
OWN = {do.Next, do.Away, do.Stop}  # name nothing of anybody's

Made = Callable[[Hold], do.AnyCommand]
COMMANDS: tuple[Made, ...] = (
    lambda hold: do.Claim(hold.id, force=True),
    lambda hold: do.Renew(hold.id, hold.fence),
    lambda hold: do.Release(hold.id, hold.fence),
    lambda hold: do.Decide(hold.id, "reject", hold.version, force=True),
    lambda hold: do.Undo(hold.id),
    lambda hold: do.SendNow(hold.id),
    lambda hold: do.Second(hold.id, False),
    lambda hold: do.Escalate(hold.id),
    lambda hold: do.Assign(hold.id, "eve"),
    lambda hold: do.AskOpinion(hold.id, "eve"),
    lambda hold: do.GiveOpinion(hold.id, "approve"),
    lambda hold: do.Note(hold.conv, "x", hold.id),
    lambda hold: do.Reveal(hold.id, "fine"),
    lambda hold: do.Look(hold.id),
    lambda hold: do.TakeOver(hold.conv, force=True),
    lambda hold: do.HandBack(hold.conv, hold.epoch),
    lambda hold: do.Transfer(hold.conv, hold.epoch, "eve"),
    lambda hold: do.Say(hold.conv, hold.epoch, "x"),
    lambda hold: do.Typing(hold.conv, hold.epoch, on=True),
    lambda hold: do.Review(hold.turn, "correct", "x"),
)

READ = (
    *("/console/holds/{hold}", "/console/holds/{hold}/alike?of={hold}", "/console/lane/{turn}"),
    *("/console/conversations/{conv}", "/v1/holds/{hold}", "/v1/conversations/{conv}/events"),
    "/console/holds/{hold}/track",
)
SENT: tuple[tuple[str, dict[str, object]], ...] = (
    ("/console/suggestions", {"conversation": "{conv}", "hold": "{hold}"}),
    ("/console/suggestions", {"conversation": "{conv}"}),
    ("/v1/conversations/{conv}/feedback", {"delivery_id": "{turn}", "rating": "up"}),
    ("/v1/conversations/{conv}/typing", {"on": True}),
)


async def waiting(world: World) -> Hold:
    """A hold of acme's; both of the others are at their desks."""
    world.upstream.script("m", says("Sure. ", "I guarantee it."))
    customer = await world.ask("m", conv="c1")
    for who in (EVE, ZOE):
        world.people.come(who)
    return await world.people.whole(str((await customer.until(held)).hitl["hold_id"]))


async def test_no_command_reaches_another_tenant(tmp_path: Path) -> None:
    async with World(tmp_path) as world:
        hold = await waiting(world)
        commands = [made(hold) for made in COMMANDS]
        assert {type(each) for each in commands} | OWN == set(get_args(do.AnyCommand))
        before = len(world.people.events)
        for command in commands:
            with pytest.raises((NotFound, Conflict)) as refused:
                await world.people.perform(command, ZOE)
            known = "not_taken_over" if isinstance(command, do.Typing) else "_not_found"
            assert refused.value.code.endswith(known), command
        assert await world.people.row(hold.id) == hold
        assert world.people.events[before:] == []
        assert await world.people.perform(do.Next(), ZOE) == b"{}"


async def test_no_address_shows_another_tenants(tmp_path: Path) -> None:
    async with World(tmp_path) as world:
        hold = await waiting(world)
        key = await world.new_key("other", scopes=("desk",))
        names = {"hold": hold.id, "turn": hold.turn, "conv": hold.conv}
        answers = [await call(world, "GET", path.format(**names), key) for path in READ]
        for path, said in SENT:
            body = {
                name: value.format(**names) if isinstance(value, str) else value
                for name, value in said.items()
            }
            answers.append(await call(world, "POST", path.format(**names), key, json=body))
        assert [each.status_code for each in answers] == [404] * (len(READ) + len(SENT))
        for path in ("/console/queue", "/console/lane"):
            shown = await call(world, "GET", path, key)
            assert (shown.status_code, hold.id in shown.text, "c1" in shown.text) == (
                *(200, False, False),
            )
