"""Sent before the time to undo is over: the customer has it then, and once."""

from typing import Any

import pytest

from hitl_chat.core.types import Action
from hitl_chat.runner import commands as do
from tests.world import World
from tests.world_models import says
from tests.world_people import ANA
from tests.world_wire import check_stream, check_whole


@pytest.mark.parametrize("streamed", [True, False])
@pytest.mark.parametrize("action", ["approve", "edit"])
async def test_a_decision_is_sent_when_nobody_will_undo_it(
    world: World, action: Action, streamed: bool
) -> None:
    world.upstream.script("m", says("Sure. ", "I guarantee it."))
    customer = await world.ask("m", stream=streamed)
    ident = (await world.people.opened()).id
    more: dict[str, Any] = {"text": " Perhaps."} if action == "edit" else {}
    made = await world.people.decide(ident, action, undo=30.0, **more)
    assert made.state == "settling"
    assert "hold.decided" not in [event.type for event in world.people.events]
    for _ in range(2):
        await world.people.perform(do.SendNow(ident), ANA)
    (check_stream if streamed else check_whole)(answer := await customer.rest())
    draft = await world.people.draft(ident)
    rest = " Perhaps." if action == "edit" else draft.pending["0/content"]
    assert answer.text == draft.sent.get("0/content", "") + rest
    await world.people.event("hold.delivery", hold=ident, delivery="delivered")
    assert [event.type for event in world.people.events].count("hold.decided") == 1
