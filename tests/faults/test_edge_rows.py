"""Rows 9, 12, 38 and 82 of the fault table against the whole program."""

import asyncio
import gzip
from functools import partial
from pathlib import Path

from hitl_chat.settings import Limits
from hitl_chat.store import holds
from tests.world import World, request
from tests.world_client import held
from tests.world_models import says
from tests.world_wire import check_error

LIES = {
    "x-tenant": "fern",
    "x-hitl-tenant": "fern",
    "x-forwarded-for": "10.0.0.1",
    "x-forwarded-host": "evil.example",
    "x-role": "supervisor",
    "x-original-url": "/console/me",
    "x-http-method-override": "DELETE",
    "openai-organization": "fern",
}


async def test_row_9_a_flood_is_refused_and_others_do_not_notice(tmp_path: Path) -> None:
    async with World(tmp_path, limits=Limits(key_rate=5, tenant_rate=1000)) as world:
        world.upstream.script("m", says("Hello."))
        calm = {"authorization": f"Bearer {await world.new_key('fern')}"}
        flood = await asyncio.gather(*(world.ask("m", stream=False) for _ in range(25)))
        others = await asyncio.gather(
            *(world.ask("m", stream=False, headers=calm) for _ in range(5))
        )
        for answer in (*flood, *others):
            await answer.rest()
    assert [answer.status for answer in others] == [200] * 5
    refused = [answer for answer in flood if answer.status == 429]
    assert len(refused) >= 10
    assert {answer.status for answer in flood} == {200, 429}
    assert all(int(answer.headers["retry-after"]) >= 1 for answer in refused)
    assert {answer.error["code"] for answer in refused} == {"rate_limit_exceeded"}


async def test_row_12_lies_in_headers_change_nothing(tmp_path: Path) -> None:
    async with World(tmp_path) as world:
        world.upstream.script("m", says("I guarantee it."))
        customer = await world.ask("m", headers=LIES)
        await customer.until(held)
        of_acme, of_fern = [
            await world.program.db.read(partial(holds.alive, tenant=tenant))
            for tenant in ("acme", "fern")
        ]
    assert (len(of_acme), len(of_fern)) == (1, 0)


async def test_row_38_a_compressed_request_is_refused_unread(tmp_path: Path) -> None:
    bomb = gzip.compress(request("m", "a" * 3_000_000))
    async with World(tmp_path) as world:
        answer = await (await world.send(bomb, headers={"content-encoding": "gzip"})).rest()
        assert world.upstream.seen == []
    assert (answer.status, answer.error["code"]) == (415, "unsupported_media_type")
    assert "without Content-Encoding" in answer.error["message"]


async def test_one_tenant_does_not_take_the_room_of_all(tmp_path: Path) -> None:
    """82: the last eighth is for whoever has less; who is alone may have all of it."""
    async with World(tmp_path, limits=Limits(turns=8)) as world:
        world.upstream.script("m", says("Sure. I guarantee it."))
        other = await world.new_key("other")
        greedy = [await world.ask("m") for _ in range(8)]
        frames = [await each.until(held) for each in greedy]
        await world.people.reject(frames[0].hitl["hold_id"])
        await greedy[0].rest()
        mine, world.key = world.key, other
        modest = await world.ask("m")
        await modest.until(held)
        check_error(await (await world.ask("m")).rest(), 503, "overloaded")
        world.key = mine
        await world.people.reject(frames[1].hitl["hold_id"])
        await greedy[1].rest()
        check_error(await (await world.ask("m")).rest(), 503, "overloaded")
