"""The desk over HTTP: the same commands and views, for scripts."""

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from fastapi import Request

from hitl_chat.core.roles import Act
from hitl_chat.errors import Unauthorized
from hitl_chat.rules.facts import Criteria
from hitl_chat.runner.orders import Agent
from hitl_chat.runner.overview import Overview
from hitl_chat.server.admin import admin
from hitl_chat.server.rest import rest
from tests.enrolled import enrol
from tests.runner.desk_world import ANA, BEN, DRAFT, EVE, SUE, World, world
from tests.server.running import Running, serving

AGENTS = {each.person.id: each for each in (ANA, BEN, SUE, EVE)}
CRITERIA = Criteria("refund", guidance="Never promise money.")


async def who(request: Request, act: Act | None = None) -> Agent:
    name = request.headers.get("x-who", "")
    if name not in AGENTS:
        msg = "Who are you?"
        raise Unauthorized(msg)
    return AGENTS[name]


class Script:
    """What a script sees of the server."""

    def __init__(self, here: World, running: Running) -> None:
        self.here, self.running = here, running

    async def get(self, path: str, by: str = "ana") -> tuple[int, Any]:
        reply = await self.running.ask(f"/console/{path}", headers=[("x-who", by)])
        return reply.status, json.loads(reply.body)

    async def post(
        self, command: object, by: str = "ana", key: str = "", raw: bytes = b""
    ) -> tuple[int, Any]:
        headers = [("x-who", by), ("content-type", "application/json")]
        headers += [("idempotency-key", key)] if key else []
        body = raw or json.dumps(command).encode()
        reply = await self.running.ask(
            "/console/commands", method="POST", headers=headers, body=body
        )
        return reply.status, json.loads(reply.body)


@asynccontextmanager
async def scripts(path: Path, online: Sequence[Agent] = (ANA,)) -> AsyncIterator[Script]:
    async with world(path, online=online) as here:
        await here.db.write(lambda conn: enrol(conn, *AGENTS.values()))
        overview = Overview(here.desk, lambda conn, version: {"refund": CRITERIA})
        router = admin(here.desk, here.agents, overview, who)
        async with serving({}, rest([router])) as running:
            yield Script(here, running)


async def test_look_and_decide(tmp_path: Path) -> None:
    async with scripts(tmp_path) as script:
        turn = await script.here.held()
        assert turn.hold is not None
        _, queue = await script.get("queue")
        assert [hold["id"] for hold in queue["holds"]] == [turn.hold.id]
        _, card = await script.get(f"holds/{turn.hold.id}")
        assert card["draft_sha256"] == DRAFT.sha256()
        assert [criteria["guidance"] for criteria in card["criteria"]] == ["Never promise money."]
        assert (card["model"], card["customer_text"]) == ("m", "May I have a refund?")
        approve = {
            "do": "decide",
            "hold": turn.hold.id,
            "action": "approve",
            "version": 1,
            "draft_sha256": card["draft_sha256"],
        }
        status, view = await script.post(approve, key="k")
        assert (status, view["state"]) == (200, "decided")
        assert await script.post(approve, key="k") == (200, view)
        status, late = await script.post({**approve, "version": 2}, by="ben")
        assert (status, late["error"]["code"]) == (409, "decided")
        assert late["error"]["details"]["display"] == "Ana"
        assert len(turn.heard) == 1


async def test_conversations_and_the_stop_switch(tmp_path: Path) -> None:
    async with scripts(tmp_path) as script:
        await script.here.held()
        _, taken = await script.post({"do": "take_over", "conversation": "conv_1"})
        about = {"conversation": "conv_1", "epoch": taken["epoch"]}
        await script.post({"do": "say", "text": "Hello!", **about})
        _, talk = await script.get("conversations/conv_1")
        assert talk["conversation"]["owner"]["name"] == "Ana"
        assert "Hello!" in [message["text"] for message in talk["messages"]]
        await script.post({"do": "hand_back", **about})
        assert (await script.post({"do": "stop", "mode": "hold"}))[0] == 403
        assert (await script.post({"do": "stop", "mode": "hold"}, by="sue"))[0] == 200
        assert await script.get("stop") == (200, {"mode": "hold"})
        assert await script.get("stop", by="eve") == (200, {"mode": "off"})


@pytest.mark.parametrize(
    ("path", "by", "status"),
    [
        ("queue", "nobody", 401),
        ("holds/hold_x", "ana", 404),
        ("conversations/conv_x", "ana", 404),
        ("stop", "nobody", 401),
    ],
)
async def test_what_is_not_there_or_not_yours(
    tmp_path: Path, path: str, by: str, status: int
) -> None:
    async with scripts(tmp_path) as script:
        assert (await script.get(path, by))[0] == status


async def test_another_tenants_hold_is_not_there(tmp_path: Path) -> None:
    async with scripts(tmp_path) as script:
        turn = await script.here.held()
        assert turn.hold is not None
        assert (await script.get(f"holds/{turn.hold.id}", "eve"))[0] == 404
        assert (await script.get("conversations/conv_1", "eve"))[0] == 404
        claim = {"do": "claim", "hold": turn.hold.id}
        assert (await script.post(claim, "eve"))[0] == 404


@pytest.mark.parametrize(
    ("raw", "param"),
    [
        (b"{", None),
        (b"[]", None),
        (b"{}", None),
        (b'{"do": "nonsense"}', "do"),
        (b'{"do": "claim"}', None),
        (b'{"do": "claim", "hold": "h", "force": "yes"}', "force"),
        (b'{"do": "renew", "hold": "h", "fence": 1.5}', "fence"),
        (b'{"do": "claim", "hold": "h", "colour": 1}', None),
        (b"[" * 5000, None),
    ],
)
async def test_bad_commands_name_the_field(tmp_path: Path, raw: bytes, param: str | None) -> None:
    async with scripts(tmp_path) as script:
        status, body = await script.post(None, raw=raw)
        assert (status, body["error"]["param"]) == (400, param)


async def test_a_key_has_a_length(tmp_path: Path) -> None:
    async with scripts(tmp_path) as script:
        status, body = await script.post({"do": "next"}, key="k" * 201)
        assert (status, body["error"]["param"]) == (400, "Idempotency-Key")
