"""Requests per second of one person at the console, over HTTP (fault 9)."""

from pathlib import Path

from hitl_chat.settings import Limits, Waits
from tests.browser.world import opened
from tests.server.people_world import Seat, add, come

FEW = Limits(person_rate=4, suggestion_rate=0.01, suggestions_at_once=1)


async def codes(seat: Seat, times: int) -> list[int]:
    return [(await seat.get("/console/queue")).status_code for _ in range(times)]


async def test_a_flood_is_refused_and_says_when_to_come_back(tmp_path: Path) -> None:
    async with opened(tmp_path, Waits(), limits=FEW) as world:
        ben, sue = (
            await come(world, await add(world, "Ben")),
            await come(world, await add(world, "Sue")),
        )
        while 429 not in await codes(ben, 20):
            pass
        refused = await ben.do("next")
        assert refused.status_code == 429
        assert int(refused.headers["retry-after"]) >= 1
        error = refused.json()["error"]
        assert (error["type"], error["code"]) == ("rate_limit_error", "rate_limit_exceeded")
        assert "try again in" in error["message"]
        assert await codes(sue, 1) == [200]


async def test_two_browsers_of_one_person_share_it(tmp_path: Path) -> None:
    async with opened(tmp_path, Waits(), limits=FEW) as world:
        ben = await add(world, "Ben")
        one, two = await come(world, ben), await come(world, ben)
        while 429 not in await codes(one, 20):
            pass
        assert (await two.get("/console/me")).status_code == 429


async def test_whoever_asked_too_often_can_still_sign_out(tmp_path: Path) -> None:
    async with opened(tmp_path, Waits(), limits=FEW) as world:
        ben = await come(world, await add(world, "Ben"))
        while 429 not in await codes(ben, 20):
            pass
        assert (await ben.post("/console/sign-out", **{"x-csrf-token": "no"})).status_code == 403
        left = await ben.post("/console/sign-out")
        assert (left.status_code, left.json()) == (200, {"signed_in": False})
        assert await codes(ben, 1) == [401]


async def test_signing_in_anew_ends_the_session_before_however_often_it_asked(
    tmp_path: Path,
) -> None:
    async with opened(tmp_path, Waits(), limits=FEW) as world:
        who = await add(world, "Ben")
        ben = await come(world, who)
        while 429 not in await codes(ben, 20):
            pass
        secret = await world.program.sessions.link(who)
        assert (await world.http.post(f"/in/{secret}", headers=ben.headers)).status_code == 303
        assert await codes(ben, 1) == [401]


async def test_models_are_asked_less_often_still(tmp_path: Path) -> None:
    async with opened(tmp_path, Waits(), limits=Limits(suggestion_rate=0.01)) as world:
        ben = await come(world, await add(world, "Ben"))
        answers = [
            await ben.post("/console/suggestions", {"conversation": f"conv_{number}"})
            for number in range(6)
        ]
        assert [each.status_code for each in answers] == [404] * 5 + [429]
        assert answers[-1].json()["error"]["code"] == "too_many_calls"
        assert int(answers[-1].headers["retry-after"]) > 60
        assert (await ben.get("/console/me")).status_code == 200
