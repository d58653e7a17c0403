"""A rule that reads log-probabilities gets them; the client gets what it asked for, no more."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.upstream import Until
from tests.world import World
from tests.world_client import held
from tests.world_models import document, replies, stream
from tests.world_wire import check_stream, check_whole

ROLE = document({"role": "assistant"})
RULES = """
checks:
  sure: {kind: logprobs, window: 1}
rules:
  - name: unsure
    when: {check: sure, above: 0.5}
    on_no_agent: wait
"""


def token(text: str, logprob: float) -> dict[str, Any]:
    one = {"token": text, "logprob": logprob, "bytes": list(text.encode()), "top_logprobs": []}
    return {"content": [one]}


def part(text: str, logprob: float) -> Mapping[str, Any]:
    return document({"content": text}, logprobs=token(text, logprob))


def asked_for(world: World) -> list[object]:
    return [seen.body.get("logprobs") for seen in world.upstream.seen]


async def test_the_model_is_asked_and_the_client_not_told(tmp_path: Path) -> None:
    async with World(tmp_path, RULES) as world:
        world.upstream.script("m", stream(ROLE, part("It is ", -0.01), part("blue.", -0.02)))
        customer = await (await world.ask("m")).rest()
        check_stream(customer)
        assert customer.text == "It is blue."
        assert b'"logprob"' not in customer.body
        assert asked_for(world) == [True]


async def test_a_client_that_asked_is_told(tmp_path: Path) -> None:
    async with World(tmp_path, RULES) as world:
        world.upstream.script("m", stream(ROLE, part("It is ", -0.01), part("blue.", -0.02)))
        customer = await (await world.ask("m", logprobs=True)).rest()
        assert customer.body.count(b'"logprob":') == 2


async def test_words_the_model_was_not_sure_of_are_held(tmp_path: Path) -> None:
    async with World(tmp_path, RULES) as world:
        first, second = part("Yes, it is. Dry", -0.01), part(" it at 90.", -3.0)
        more = asyncio.Event()
        world.upstream.script("m", stream(ROLE, first, Until(more), second))
        customer = await world.ask("m")
        await customer.until(lambda frame: bool(frame.text))
        more.set()
        ident = (await customer.until(held)).hitl["hold_id"]
        assert customer.text == "Yes, it is. "
        await world.people.edit(ident, "Dry it at 30.")
        assert (await customer.rest()).text == "Yes, it is. Dry it at 30."
        assert b'"logprob"' not in customer.body


@pytest.mark.parametrize("streamed", [True, False])
async def test_without_numbers_the_answer_is_held(tmp_path: Path, streamed: bool) -> None:
    async with World(tmp_path, RULES) as world:
        said = {"role": "assistant", "content": "It is blue."}
        world.upstream.script("m", stream(ROLE, document(said)) if streamed else replies(said))
        customer = await world.ask("m", stream=streamed)
        hold = await world.people.opened()
        assert hold.reasons[0].code == "check_failed"
        assert "no log-probabilities" in hold.reasons[0].detail
        await world.people.approve(hold.id)
        assert (await customer.rest()).text == "It is blue."


async def test_a_whole_answer_is_stripped_too(tmp_path: Path) -> None:
    async with World(tmp_path, RULES) as world:
        said = {"role": "assistant", "content": "It is blue."}
        world.upstream.script("m", replies(said, logprobs=token("It is blue.", -0.1)))
        customer = await (await world.ask("m", stream=False)).rest()
        check_whole(customer)
        assert customer.document["choices"][0]["logprobs"] is None
        assert customer.text == "It is blue."


async def test_no_rule_no_question(tmp_path: Path) -> None:
    async with World(tmp_path) as world:
        world.upstream.script("m", stream(ROLE, document({"content": "It is blue."})))
        await (await world.ask("m")).rest()
        assert asked_for(world) == [None]
