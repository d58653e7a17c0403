"""What a server says of its customer when it makes a token: for agents, and for nobody else."""

from base64 import b64decode
from typing import Any

import pytest

from hitl_chat.core.command import Person
from hitl_chat.runner.orders import Agent
from tests.customer.front_end import bearer, call, token
from tests.world import World
from tests.world_client import held
from tests.world_models import says

PATH = "/v1/conversations"
ZOE = Agent(Person("zoe", "Zoe"), "other")
ANA = {"name": "Ana R.", "plan": "gold", "order": "5120"}


async def shown(world: World, conv: str, key: str = "", **more: Any) -> dict[str, str]:
    """What the card says of the customer whose answer is held in a conversation."""
    world.people.come()
    world.upstream.script("m", says("Sure. ", "I guarantee it."))
    customer = await world.ask("m", conv=conv, headers=bearer(key or world.key), **more)
    hold = (await customer.until(held)).hitl["hold_id"]
    card = (await call(world, "GET", f"/console/holds/{hold}", await desk(world))).json()
    await world.people.reject(hold)
    await customer.rest()
    return dict(card["background"]["customer"])


async def desk(world: World, tenant: str = "acme") -> str:
    return await world.new_key(tenant, scopes=("desk",))


async def test_agents_are_shown_what_the_server_said(world: World) -> None:
    mine = await token(world, "c1", customer=ANA)
    forged = {"customer": {"name": "The CEO"}}
    assert await shown(world, "c1", mine, metadata=forged) == ANA


async def test_neither_its_holder_nor_a_model_reads_it(world: World) -> None:
    body = {"conversation_id": "c1", "models": ["m"], "customer": {"note": "shouted at us"}}
    made = await call(world, "POST", PATH, json=body)
    payload = made.json()["token"].removeprefix("ct_").partition(".")[0]
    assert "shouted" not in made.text
    assert b"shouted" not in b64decode(payload, altchars=b"-_")
    assert await shown(world, "c1", made.json()["token"]) == {"note": "shouted at us"}
    assert not any("shouted" in str(call.body) for call in world.upstream.seen)


async def test_the_last_word_counts_and_a_token_without_one_changes_nothing(world: World) -> None:
    await token(world, "c1", customer=ANA)
    assert await shown(world, "c1", await token(world, "c1")) == ANA
    later = await token(world, "c1", customer={"name": "Ana Rohr"})
    assert await shown(world, "c1", later) == {"name": "Ana Rohr"}
    assert await shown(world, "c1", await token(world, "c1", customer={})) == {}


async def test_a_request_of_the_server_itself_says_it_for_itself(world: World) -> None:
    await token(world, "c1", customer=ANA)
    assert await shown(world, "c1") == ANA
    said = {"customer": {"name": "Ben"}}
    assert await shown(world, "c1", metadata=said) == {"name": "Ben"}


async def test_another_conversation_and_another_tenant_know_nothing_of_it(world: World) -> None:
    stranger = await world.new_key("other")
    await token(world, "c1", customer=ANA)
    theirs = await token(world, "c1", stranger, customer={"name": "Zoe"})
    assert await shown(world, "c2", await token(world, "c2")) == {}
    assert await shown(world, "c1", await token(world, "c1")) == ANA
    world.people.come(ZOE)
    world.upstream.script("m", says("Sure. ", "I guarantee it."))
    customer = await world.ask("m", headers=bearer(theirs))
    hold = (await customer.until(held)).hitl["hold_id"]
    path = f"/console/holds/{hold}"
    card = await call(world, "GET", path, await desk(world, "other"))
    assert card.json()["background"]["customer"] == {"name": "Zoe"}
    assert (await call(world, "GET", path, await desk(world))).status_code == 404


async def test_it_is_forgotten_with_the_texts(world: World) -> None:
    mine = await token(world, "c1", customer=ANA)
    await world.program.db.forget(world.program.clock.now() + 1)
    assert await shown(world, "c1", mine) == {}


@pytest.mark.parametrize(
    ("customer", "param"),
    [
        ("Ana", "customer"),
        (["Ana"], "customer"),
        ({"password": "x"}, "customer"),
        ({"order": 5120}, "customer.order"),
        ({"plan": {"name": "gold"}}, "customer.plan"),
        ({"name": None}, "customer.name"),
        ({"note": "x" * 201}, "customer.note"),
    ],
)
async def test_it_is_short_and_plain(world: World, customer: object, param: str) -> None:
    body = {"conversation_id": "c9", "customer": customer}
    refused = await call(world, "POST", PATH, json=body)
    error = refused.json()["error"]
    assert (refused.status_code, error["code"], error["param"]) == (400, "invalid_request", param)
    assert (await call(world, "GET", f"{PATH}/c9/events")).status_code == 404  # nothing was begun
