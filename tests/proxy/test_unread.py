"""What no person has read does not leave with what a person let go."""

import json
from typing import Any

import pytest

from tests.world import World
from tests.world_client import held
from tests.world_models import document, replies, stream
from tests.world_wire import check_stream, check_whole

ANSWER = "I guarantee it."
OTHER = "nobody read this"


def logprobs(token: str, *others: str) -> dict[str, Any]:
    top = [{"token": other, "logprob": -2.0, "bytes": list(other.encode())} for other in others]
    one = {"token": token, "logprob": -0.1, "bytes": None, "top_logprobs": top}
    return {"content": [one]}


@pytest.mark.parametrize("given", [logprobs(OTHER), logprobs(ANSWER, OTHER)], ids=["token", "top"])
@pytest.mark.parametrize("streamed", [True, False])
async def test_log_probabilities_stay(world: World, given: dict[str, Any], streamed: bool) -> None:
    world.upstream.script("m", replies({"role": "assistant", "content": ANSWER}, logprobs=given))
    customer = await world.ask("m", logprobs=True, top_logprobs=1, stream=streamed)
    await world.people.approve((await world.people.opened()).id)
    (check_stream if streamed else check_whole)(await customer.rest())
    assert customer.text == ANSWER
    assert OTHER.encode() not in customer.body
    assert b"110,111,98,111" not in customer.body.replace(b" ", b"")


@pytest.mark.parametrize("streamed", [True, False])
async def test_they_come_where_nobody_had_to_decide(world: World, streamed: bool) -> None:
    given = logprobs("So.", OTHER)
    world.upstream.script("m", replies({"content": "So."}, logprobs=given))
    customer = await world.ask("m", logprobs=True, top_logprobs=1, stream=streamed)
    assert OTHER.encode() in (await customer.rest()).body


async def test_a_retry_is_told_texts_only(world: World) -> None:
    """Citations were in the model's own chunks; as a text they are no citations."""
    cited = {"type": "url_citation", "url_citation": {"url": "https://shop.example", "title": "t"}}
    part = document({"role": "assistant", "content": ANSWER, "annotations": [cited]})
    world.upstream.script("m", stream({**part}))
    keyed = {"idempotency-key": "k1"}
    customer = await world.ask("m", headers=keyed, logprobs=True)
    ident = (await customer.until(held)).hitl["hold_id"]
    await world.people.approve(ident)
    await customer.rest()
    again = await (await world.ask("m", headers=keyed, logprobs=True)).rest()
    assert again.text == ANSWER
    deltas = [f.delta for f in again.frames if not f.done]
    assert all(isinstance(delta.get("annotations", []), list) for delta in deltas)
    assert json.dumps(deltas).count("shop.example") == 0
