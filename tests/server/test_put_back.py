"""Who puts a hold back gets another one next, and this one again only when nothing else waits."""

from pathlib import Path

from httpx import Response

from hitl_chat.core.proposal import PUT_BACK
from hitl_chat.settings import Desk
from tests.customer.front_end import call
from tests.server.console_world import Tab
from tests.server.test_next_second import TWO, WAITS, hold, next_of
from tests.server.test_staffing import given
from tests.world import World
from tests.world_console import console


async def put_back(tab: Tab, ident: str, fence: int) -> None:
    name = f"back-{len(tab.frames)}"
    answer = await tab.command(name, "release", hold=ident, fence=fence, because="not my field")
    assert answer["body"]["state"] == "open"


async def test_next_brings_another_one_first(tmp_path: Path) -> None:
    async with World(tmp_path, TWO, waits=WAITS) as world, console(world) as ana:
        soon = await hold(world, "surely it is.")
        later = await hold(world, "maybe it is.")
        found = []
        for _ in range(3):
            given = await next_of(ana)
            found.append(given["id"])
            await put_back(ana, given["id"], given["fence"])
        assert found == [soon, later, soon]


async def test_others_get_it_at_its_place(tmp_path: Path) -> None:
    async with (
        World(tmp_path, TWO, waits=WAITS) as world,
        console(world) as ana,
        console(world, "Ben") as ben,
    ):
        soon = await hold(world, "surely it is.")
        await hold(world, "maybe it is.")
        given = await next_of(ana)
        await put_back(ana, soon, given["fence"])
        assert (await next_of(ben))["id"] == soon


async def test_where_the_server_chooses_there_is_a_way_past_a_hold(tmp_path: Path) -> None:
    desk = Desk(mode="next", capacity=1)
    async with World(tmp_path, TWO, waits=WAITS, desk=desk) as world, console(world) as ana:
        soon = await hold(world, "surely it is.")
        later = await hold(world, "maybe it is.")
        given = await next_of(ana)
        assert given["id"] == soon
        assert (await ana.command("full", "next"))["error"]["code"] == "full"
        await put_back(ana, soon, given["fence"])
        assert (await next_of(ana))["id"] == later


async def test_where_work_is_given_it_is_given_to_others(tmp_path: Path) -> None:
    desk = Desk(mode="push", capacity=1)
    async with World(tmp_path, TWO, waits=WAITS, desk=desk) as world, console(world) as ana:
        soon = await hold(world, "surely it is.")
        first = await given(ana)
        assert first["id"] == soon
        later = await hold(world, "maybe it is.")
        await put_back(ana, soon, first["fence"])
        second = await given(ana)
        assert second["id"] == later
        await put_back(ana, later, second["fence"])
        async with console(world, "Ben") as ben:
            assert (await given(ben))["id"] == soon
            assert (await next_of(ana))["id"] == later


async def test_scripts_need_no_reason_and_a_reason_is_one_that_is_known(tmp_path: Path) -> None:
    async with World(tmp_path, TWO, waits=WAITS) as world:
        ident = await hold(world, "surely it is.")
        key = await world.new_key("acme", scopes=("desk",))

        async def post(do: str, **about: object) -> Response:
            return await call(world, "POST", "/console/commands", key, json={"do": do, **about})

        fence = (await post("claim", hold=ident)).json()["fence"]
        refused = await post("release", hold=ident, fence=fence, because="it is late")
        assert refused.status_code == 422
        error = refused.json()["error"]
        assert error["code"] == "unknown_reason"
        assert error["details"]["reasons"] == list(PUT_BACK)
        long = await post("release", hold=ident, fence=fence, because="x" * 81)
        assert long.status_code == 400
        assert (await post("release", hold=ident, fence=fence)).json()["state"] == "open"
        fence = (await post("claim", hold=ident)).json()["fence"]
        given = await post("release", hold=ident, fence=fence, because="not enough time")
        assert given.json()["state"] == "open"
        assert (await world.people.row(ident)).put_back_for == "not enough time"


async def test_a_claim_that_ran_out_is_offered_again(tmp_path: Path) -> None:
    async with World(tmp_path, TWO) as world, console(world) as ana:
        soon = await hold(world, "surely it is.")
        await hold(world, "maybe it is.")
        assert (await next_of(ana))["id"] == soon
        await world.people.hold(soon, lambda row: row.state == "open")
        assert (await next_of(ana))["id"] == soon
