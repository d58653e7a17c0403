"""Mistakes of a client: errors in OpenAI's shape that name the field and the fix, never a 5xx."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.world import World, request
from tests.world_models import says
from tests.world_wire import check_error

GOOD = {"model": "m", "messages": [{"role": "user", "content": "Hello"}]}


@pytest.mark.parametrize(
    ("more", "param"),
    [
        ({"messages": []}, "messages"),
        ({"messages": "hello"}, "messages"),
        ({"messages": [{"role": "robot", "content": "x"}]}, "messages[0].role"),
        ({"messages": [{"role": "user"}]}, "messages[0].content"),
        ({"model": 4}, "model"),
        ({"n": 0}, "n"),
        ({"n": 1000}, "n"),
        ({"temperature": "hot"}, "temperature"),
        ({"stream": "yes"}, "stream"),
        ({"stream_options": {"include_usage": True}}, "stream_options"),
        ({"tools": {}}, "tools"),
        ({"response_format": {"type": "xml"}}, "response_format.type"),
        ({"modalities": ["audio"]}, "modalities"),
        (
            {"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {}}]}]},
            "messages[0].content[0]",
        ),
    ],
)
async def test_a_wrong_field_is_named(world: World, more: dict[str, Any], param: str) -> None:
    customer = await (await world.send(json.dumps(GOOD | more).encode())).rest()
    check_error(customer, 400, customer.error["code"], param)
    assert customer.error["type"] == "invalid_request_error"
    assert world.upstream.seen == []


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b'{"model": "m", "model": "x"}', b"\xff"]
)
async def test_a_body_that_is_no_json_object(world: World, body: bytes) -> None:
    customer = await (await world.send(body)).rest()
    assert customer.status == 400
    assert customer.error["type"] == "invalid_request_error"


async def test_an_unknown_model_is_named(tmp_path: Path) -> None:
    async with World(tmp_path, serves="small-*") as world:
        customer = await (await world.ask("gpt-99")).rest()
        check_error(customer, 404, "model_not_found", "model")
        assert "gpt-99" in customer.error["message"]


@pytest.mark.parametrize("header", ["", "Bearer hk_none_" + "x" * 43, "Basic x", "Bearer nonsense"])
async def test_a_wrong_key(world: World, header: str) -> None:
    customer = await (await world.send(request("m", "x"), headers={"authorization": header})).rest()
    assert customer.status == 401
    assert customer.error["type"] == "authentication_error"
    assert customer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("path", ["/v1/responses", "/v1/messages", "/v1/completions"])
async def test_what_is_not_guarded_is_not_served(world: World, path: str) -> None:
    customer = await (await world.send(b"{}", path=path)).rest()
    check_error(customer, 501, "endpoint_not_guarded")
    assert "/v1/chat/completions" in customer.error["message"]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/v1/chat/completions", 405),
        ("POST", "/v1/nothing", 404),
        ("GET", "/v1/nothing", 404),
    ],
)
async def test_wrong_places_and_methods(world: World, method: str, path: str, status: int) -> None:
    customer = await (await world.send(b"{}", path=path, method=method)).rest()
    assert customer.status == status
    assert customer.error.keys() == {"message", "type", "param", "code"}


async def test_a_body_that_is_too_large(world: World) -> None:
    text = "a" * (world.program.settings.limits.body_bytes + 1)
    customer = await (await world.ask("m", text)).rest()
    check_error(customer, 413, "too_large")


async def test_json_must_be_sent_as_json(world: World) -> None:
    customer = await world.send(request("m", "x"), headers={"content-type": "text/plain"})
    check_error(await customer.rest(), 415, "unsupported_media_type", "content-type")


async def test_the_models_are_listed_without_patterns(world: World) -> None:
    listed = await (await world.send(b"", path="/v1/models", method="GET")).rest()
    assert listed.status == 200
    assert listed.document == {"object": "list", "data": []}


@pytest.mark.parametrize("value", ["a b", "x" * 129, "ü", "a;b"])
async def test_a_conversation_id_that_is_none(world: World, value: str) -> None:
    customer = await (await world.ask("m", metadata={"conversation_id": value})).rest()
    assert customer.status == 400
    assert customer.error["param"] == "metadata.conversation_id"


async def test_strange_fields_of_the_request_go_nowhere(world: World) -> None:
    world.upstream.script("m", says("Sure."))
    customer = await (await world.ask("m", api_base="http://evil.example", api_key="x")).rest()
    assert customer.text == "Sure."
    assert not {"api_base", "api_key"} & world.upstream.seen[0].body.keys()


@pytest.mark.parametrize("status", [401, 403, 402])
async def test_our_own_key_s_trouble_is_not_shown_as_the_customer_s(
    world: World, status: int
) -> None:
    customer = await (await world.ask(f"fault-status-{status}")).rest()
    assert customer.status in (502, 403)
    assert b"verysecret" not in customer.body
    assert b"internal.example" not in customer.body
