"""Answers that are more than one text: several choices, tool calls, forms, log-probabilities."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from hitl_chat.errors import HitlError
from tests.upstream import Until
from tests.world import World
from tests.world_client import Answer, Frame, held
from tests.world_models import PIECES, call, document, replies, says, stream, whole
from tests.world_rules import SORRY, hold_all, rules, stop_at
from tests.world_wire import check_stream, check_whole

ROLE = document({"role": "assistant"})
FORM = {
    "type": "json_schema",
    "json_schema": {
        "name": "quote",
        "strict": True,
        "schema": {
            "type": "object",
            "properties": {"days": {"type": "integer"}, "say": {"type": "string"}},
            "required": ["days", "say"],
            "additionalProperties": False,
        },
    },
}
TOOLS = [{"type": "function", "function": {"name": "refund", "parameters": {"type": "object"}}}]


def tool_parts(answer: Answer) -> list[dict[str, Any]]:
    return [part for f in answer.frames for part in f.delta.get("tool_calls") or ()]


def calls(frame: Frame) -> bool:
    return bool(frame.delta.get("tool_calls"))


# --- several choices ---------------------------------------------------------------------------


async def test_choices_run_side_by_side(world: World) -> None:
    parts = [
        document({"role": "assistant", "content": t}, index=i) for i, t in ((0, "A"), (1, "B"))
    ]
    world.upstream.script("m", stream(*parts, *parts, choices=2))
    customer = await (await world.ask("m", n=2)).rest()
    check_stream(customer, choices=2)
    assert (customer.of(0), customer.of(1)) == ("AA", "BB")


async def test_one_hold_stops_every_choice(world: World) -> None:
    go_on = asyncio.Event()
    world.upstream.script(
        "m",
        stream(
            document({"role": "assistant", "content": "One. "}),
            document({"role": "assistant", "content": "I guarantee it."}, index=1),
            Until(go_on),
            document({"content": "Two."}),
            choices=2,
        ),
    )
    customer = await world.ask("m", n=2)
    frame = await customer.until(held)
    go_on.set()
    ident = frame.hitl["hold_id"]
    await world.people.whole(ident)
    await customer.beat(1)
    assert (customer.of(0), customer.of(1)) == ("One. ", "I ")
    draft = await world.people.draft(ident)
    assert dict(draft.pending) == {"0/content": "Two.", "1/content": "guarantee it."}
    await world.people.approve(ident)
    check_stream(await customer.rest(), choices=2)
    assert (customer.of(0), customer.of(1)) == ("One. Two.", "I guarantee it.")


async def test_every_choice_can_be_edited(world: World) -> None:
    said = [document({"role": "assistant", "content": "I guarantee."}, index=i) for i in (0, 1)]
    world.upstream.script("m", stream(*said, choices=2))
    customer = await world.ask("m", n=2)
    ident = (await customer.until(held)).hitl["hold_id"]
    texts = {"0/content": "hope.", "1/content": "think."}
    await world.people.decide(ident, "edit", texts=texts)
    check_stream(await customer.rest(), choices=2)
    assert (customer.of(0), customer.of(1)) == ("I hope.", "I think.") or customer.of(1) == "think."


# --- tool calls --------------------------------------------------------------------------------


async def test_no_argument_leaves_before_the_whole_call_is_there(world: World) -> None:
    go_on = asyncio.Event()
    arguments = PIECES["0/tool_calls/0/arguments"]
    world.upstream.script(
        "m",
        stream(
            ROLE,
            arguments('{"amount":', True),
            arguments("1", False),
            Until(go_on),
            arguments("00}", False),
            finish="tool_calls",
        ),
    )
    customer = await world.ask("m", tools=TOOLS)
    await customer.until(lambda frame: frame.state == "checking")
    await customer.beat(2)
    assert tool_parts(customer) == []
    go_on.set()
    check_stream(await customer.rest())
    said = "".join(part["function"].get("arguments", "") for part in tool_parts(customer))
    assert said == '{"amount":100}'
    assert customer.finishes == ["tool_calls"]


async def test_a_held_call_leaves_as_it_was_drafted(world: World) -> None:
    message = {"tool_calls": [call("refund", '{"say":"guarantee"}'), call("b", "{}", "call_2")]}
    world.upstream.script("m", replies(message, "tool_calls"))
    customer = await world.ask("m", tools=TOOLS)
    ident = (await customer.until(held)).hitl["hold_id"]
    await customer.beat(1)
    assert tool_parts(customer) == []
    await world.people.approve(ident)
    await customer.rest()
    assert [part["id"] for part in tool_parts(customer)] == ["call_1", "call_2"]
    assert customer.finishes == ["tool_calls"]


async def test_an_edited_call_is_sent_whole(world: World) -> None:
    message = {"tool_calls": [call("refund", '{"say":"guarantee"}')]}
    world.upstream.script("m", replies(message, "tool_calls"))
    customer = await world.ask("m", tools=TOOLS)
    ident = (await customer.until(held)).hitl["hold_id"]
    draft = await world.people.draft(ident)
    texts = {name: "refund" if name.endswith("name") else "{}" for name in draft.pending}
    await world.people.decide(ident, "edit", texts=texts)
    check_stream(await customer.rest())
    (part,) = tool_parts(customer)
    assert (part["id"], part["type"]) == ("call_1", "function")
    assert part["function"] == {"name": "refund", "arguments": "{}"}
    assert customer.finishes == ["tool_calls"]


async def test_a_rejected_call_is_a_text(world: World) -> None:
    message = {"tool_calls": [call("refund", '{"say":"guarantee"}')]}
    world.upstream.script("m", replies(message, "tool_calls"))
    customer = await world.ask("m", tools=TOOLS)
    await world.people.reject((await customer.until(held)).hitl["hold_id"])
    check_stream(await customer.rest())
    assert (customer.text, tool_parts(customer)) == (SORRY, [])
    assert customer.finishes == ["stop"]


# --- forms -------------------------------------------------------------------------------------


async def held_form(world: World, **more: Any) -> tuple[Answer, str]:
    draft = json.dumps({"days": 14, "say": "guarantee"})
    world.upstream.script("m", says(draft))
    customer = await world.ask("m", response_format=FORM, **more)
    return customer, (await world.people.opened()).id


@pytest.mark.parametrize("streamed", [True, False])
async def test_an_edit_must_fit_the_form(tmp_path: Path, streamed: bool) -> None:
    async with World(tmp_path, rules(hold_all())) as world:
        customer, ident = await held_form(world, stream=streamed)
        for wrong in ("not json", '{"days": 14}', '{"days": "two", "say": ""}', "[]"):
            with pytest.raises(HitlError) as refused:
                await world.people.edit(ident, wrong)
            assert (refused.value.status, refused.value.code) == (422, "invalid_text")
        await world.people.edit(ident, '{"days":30,"say":"maybe"}')
        await customer.rest()
        assert json.loads(customer.text) == {"days": 30, "say": "maybe"}


@pytest.mark.parametrize("streamed", [True, False])
async def test_a_rejected_form_is_a_refusal(tmp_path: Path, streamed: bool) -> None:
    async with World(tmp_path, rules(hold_all())) as world:
        customer, ident = await held_form(world, stream=streamed)
        await world.people.reject(ident)
        await customer.rest()
        assert (customer.of(0, "refusal"), customer.text) == (SORRY, "")
        if not streamed:
            assert customer.document["choices"][0]["message"]["content"] is None


@pytest.mark.parametrize("streamed", [True, False])
async def test_a_fallback_that_fits_the_form_is_sent(tmp_path: Path, streamed: bool) -> None:
    fitting = '{"days":0,"say":"Please ask us again."}'
    async with World(tmp_path, rules(hold_all(fallback=fitting))) as world:
        customer, ident = await held_form(world, stream=streamed)
        await world.people.reject(ident)
        await customer.rest()
        assert (customer.text, customer.of(0, "refusal")) == (fitting, "")


# --- log-probabilities -------------------------------------------------------------------------


def spoken(text: str) -> dict[str, Any]:
    return {"content": [{"token": text, "logprob": -0.5, "bytes": None, "top_logprobs": []}]}


async def test_log_probabilities_pass_with_their_text(world: World) -> None:
    parts = [document({"content": t}, logprobs=spoken(t)) for t in ("It is ", "blue.")]
    world.upstream.script("m", stream(ROLE, *parts))
    customer = await (await world.ask("m", logprobs=True)).rest()
    check_stream(customer)
    told = [f.chunk["choices"][0].get("logprobs") for f in customer.frames if f.text]
    assert told == [spoken("It is "), spoken("blue.")]


async def test_log_probabilities_wait_with_their_text(world: World) -> None:
    parts = [document({"content": t}, logprobs=spoken(t)) for t in ("A ", "guarantee", "!")]
    world.upstream.script("m", stream(ROLE, *parts))
    customer = await world.ask("m", logprobs=True)
    ident = (await customer.until(held)).hitl["hold_id"]
    await customer.beat(1)
    assert b"guarantee" not in customer.body
    await world.people.approve(ident)
    check_stream(await customer.rest())
    assert customer.text == "A guarantee!"
    assert customer.body.count(b'"logprob":-0.5') == len(parts)


async def test_an_edited_answer_has_no_log_probabilities(tmp_path: Path) -> None:
    async with World(tmp_path, rules(stop_at())) as world:
        answer = whole({"content": "guarantee"}, logprobs=spoken("guarantee"))
        world.upstream.script("m", replies(answer["choices"][0]["message"], logprobs=spoken("x")))
        customer = await world.ask("m", stream=False, logprobs=True)
        await world.people.edit((await world.people.opened()).id, "Perhaps.")
        check_whole(await customer.rest())
        assert customer.document["choices"][0]["logprobs"] is None
        assert customer.text == "Perhaps."
