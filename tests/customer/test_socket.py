"""The WebSocket twin: the same events as frames, and a code for every way it ends."""

import json
from pathlib import Path

from hitl_chat.server.conversations import conversations
from hitl_chat.server.limits import Limiter
from hitl_chat.server.rest import rest
from hitl_chat.store import api_keys
from tests.customer.front_end import Talker, following, talking, token
from tests.customer.test_tokens import Calendar
from tests.server.running import serving
from tests.world import World


def hello(key: str, **more: str) -> dict[str, str]:
    return {"type": "hello", "token": key, **more}


async def closed(talker: Talker) -> int | None:
    await talker.rest()
    return talker.code


async def test_it_tells_what_the_event_stream_tells(world: World) -> None:
    mine = await token(world, "c1")
    async with following(world, "c1") as page, talking(world, "c1", hello(mine)) as socket:
        await page.until("reset")
        await socket.until("reset")
        epoch = await world.people.take_over("c1")
        await world.people.say("c1", epoch, "Your parcel\u2028is here.")
        await world.people.hand_back("c1", epoch)
        await page.until("handback")
        await socket.until("handback")
        assert socket.heard == page.heard


async def test_whoever_returns_is_told_what_they_missed(world: World) -> None:
    mine = await token(world, "c1")
    async with talking(world, "c1", hello(mine)) as socket:
        known = (await socket.until("reset")).id
    epoch = await world.people.take_over("c1")
    async with talking(world, "c1", hello(mine, last_event_id=known)) as socket:
        assert (await socket.until()).name == "takeover"
        await world.people.hand_back("c1", epoch)
        assert (await socket.until()).name == "handback"


async def test_a_quiet_conversation_beats(world: World) -> None:
    async with talking(world, "c1", hello(await token(world, "c1"))) as socket:
        while socket.beats < 3:
            assert await socket.more()
        assert socket.names == ["reset"]


async def test_a_server_may_put_its_key_into_the_head(world: World) -> None:
    await token(world, "c1")
    bearer = f"Bearer {world.key}"
    async with talking(world, "c1", {"type": "hello"}, Authorization=bearer) as socket:
        assert (await socket.until()).name == "reset"


NO_HELLO = (
    "no json",
    json.dumps({"type": "cmd"}),
    json.dumps(["hello"]),
    json.dumps({"type": "hello", "token": "x", "more": 1}),
    json.dumps({"type": "hello", "token": 7}),
    json.dumps({"type": "hello", "token": "x" * 5000}),
    b"\x00\x01",
)


async def test_the_first_frame_is_hello(world: World) -> None:
    for first in NO_HELLO:
        async with talking(world, "c1", first) as socket:
            assert await closed(socket) == 1008, first


async def test_and_the_only_one(world: World) -> None:
    mine = await token(world, "c1")
    async with talking(world, "c1", hello(mine)) as socket:
        await socket.until("reset")
        await socket.socket.send(json.dumps(hello(mine)))
        assert await closed(socket) == 1008


async def test_a_wrong_token(world: World) -> None:
    await token(world, "c1")
    for given in ("nonsense", "", "ct_AAAA.AAAA", "two words", "naïve"):
        async with talking(world, "c1", hello(given)) as socket:
            assert await closed(socket) == 4401, given


async def test_a_token_of_another_conversation(world: World) -> None:
    await token(world, "c2")
    async with talking(world, "c2", hello(await token(world, "c1"))) as socket:
        assert await closed(socket) == 4403


async def test_a_conversation_that_is_not_there(world: World) -> None:
    stranger = await world.new_key("other")
    await token(world, "c1")
    async with talking(world, "c1", hello(stranger)) as socket:
        assert await closed(socket) == 4404


async def test_a_page_of_another_origin(world: World) -> None:
    key = await world.new_key("acme", origins=("https://shop.example",))
    mine = await token(world, "c1", key)
    for origin, works in (("https://shop.example", True), ("https://evil.example", False)):
        async with talking(world, "c1", hello(mine), Origin=origin) as socket:
            if works:
                assert (await socket.until()).name == "reset"
            else:
                assert await closed(socket) == 4403


async def test_a_frame_that_is_too_large(world: World) -> None:
    async with talking(world, "c1", "x" * (64 * 1024 + 1)) as socket:
        assert await closed(socket) == 1009


async def test_nobody_says_hello(tmp_path: Path) -> None:
    async with World(tmp_path, served=False) as world:
        program = world.program
        router = conversations(
            program.keys,
            program.customers,
            Limiter(program.clock),
            program.instructions,
            program.catalogue.find,
            patience=0.05,
        )
        async with (
            serving({}, rest([router])) as running,
            talking(world, "c1", False, running.port) as socket,
        ):
            assert await closed(socket) == 1008


async def test_the_token_expires(tmp_path: Path) -> None:
    calendar = Calendar()
    async with World(tmp_path, clock=calendar) as world:
        first = hello(await token(world, "c1"))
        async with talking(world, "c1", first) as socket:
            await socket.until("reset")
            calendar.later = 901.0
            assert await closed(socket) == 4401


async def test_the_key_is_revoked(world: World) -> None:
    key = await world.new_key("acme")
    async with talking(world, "c1", hello(await token(world, "c1", key))) as socket:
        await socket.until("reset")
        ident = key.split("_")[1]
        await world.program.db.write(lambda conn: api_keys.revoke(conn, "acme", ident, 1.0))
        assert await closed(socket) == 4401


async def test_the_server_stops(world: World) -> None:
    async with talking(world, "c1", hello(await token(world, "c1"))) as socket:
        await socket.until("reset")
        await world.program.drain()
        assert await closed(socket) == 1012
