"""What an upstream writes around its answer: odd or missing, it never costs the customer theirs."""

import pytest

from tests.upstream import DONE, END, body, event, head
from tests.upstream_wire import Step
from tests.world import World
from tests.world_client import held
from tests.world_models import USAGE, document, whole
from tests.world_wire import check_stream, check_whole

DRAFT = "Sure. I guarantee it."
ODD = [
    {"id": None},
    {"model": None},
    {"id": "Sure. I"},
    {"model": "m" * 300},
    {"created": None},
    {"created": 1763628000.5},
    {"created": -1},
    {"created": 10**30},
]


def names(odd: dict[str, object]) -> str:
    return ",".join(f"{name}={value}" for name, value in odd.items())


def streamed(odd: dict[str, object], *texts: str) -> list[Step]:
    parts = [document({"role": "assistant"}), *(document({"content": t}) for t in texts)]
    return [head(), *(event({**part, **odd}) for part in (*parts, document({}, "stop"))), DONE, END]


@pytest.mark.parametrize("odd", ODD, ids=names)
async def test_an_odd_envelope_is_replaced_by_ours(world: World, odd: dict[str, object]) -> None:
    """The customer hears of the hold and gets the decided answer, all under one envelope."""
    world.upstream.script("m", streamed(odd, "Sure. ", "I guarantee it."))
    customer = await world.ask("m")
    frame = await customer.until(held)
    await world.people.approve(frame.hitl["hold_id"])
    check_stream(await customer.rest())
    assert customer.text == DRAFT
    shown = {(f.chunk["id"], f.chunk["created"], f.chunk["model"]) for f in customer.frames[:-1]}
    assert len(shown) == 1
    assert all(isinstance(value, str | int) for one in shown for value in one)


@pytest.mark.parametrize("odd", ODD, ids=names)
async def test_of_a_whole_answer_too(world: World, odd: dict[str, object]) -> None:
    world.upstream.script("m", body({**whole({"content": DRAFT}), **odd}))
    customer = await world.ask("m", stream=False)
    await world.people.edit((await world.people.opened()).id, "I will ask.")
    check_whole(await customer.rest())
    assert customer.text == "I will ask."


async def test_figures_nobody_can_read_are_no_usage(world: World) -> None:
    odd = {"usage": {**USAGE, "total_tokens": 10**30, "cost": 1e308}}
    world.upstream.script("m", body({**whole({"content": DRAFT}), **odd}))
    customer = await world.ask("m", stream=False)
    await world.people.edit((await world.people.opened()).id, "I will ask.")
    check_whole(await customer.rest())
    assert "total_tokens" not in customer.document["usage"]
