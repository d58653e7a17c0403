"""Sent before the time to undo is over: the customer has it then, and once."""

from typing import Any

import pytest

from hitl_chat.core.types import Action
from hitl_chat.runner import commands as do
from tests.world import World
from tests.world_client import held
from tests.world_models import says
from tests.world_people import ANA
from tests.world_wire import check_stream, check_whole


@pytest.mark.parametrize("streamed", [True, False])
@pytest.mark.parametrize(
    ("action", "text"), [("approve", "Sure. I guarantee it."), ("edit", "It may be possible.")]
)
async def test_a_decision_is_sent_when_nobody_will_undo_it(
    world: World, action: Action, text: str, streamed: bool
) -> None:
    world.upstream.script("m", says("Sure. ", "I guarantee it."))
    customer = await world.ask("m", stream=streamed)
    if streamed:
        await customer.until(held)
    opened = await world.people.opened()
    more: dict[str, Any] = {"text": text} if action == "edit" else {}
    made = await world.people.decide(opened.id, action, undo=30.0, **more)
    assert made.state == "settling"
    assert "hold.decided" not in [event.type for event in world.people.events]
    for _ in range(2):
        await world.people.perform(do.SendNow(opened.id), ANA)
    (check_stream if streamed else check_whole)(answer := await customer.rest())
    assert answer.text == text
    await world.people.event("hold.delivery", hold=opened.id, delivery="delivered")
    assert [e.type for e in world.people.events].count("hold.decided") == 1
