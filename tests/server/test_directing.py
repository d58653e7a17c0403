"""What supervisors do from the wall: calls that arrive, thresholds that end by themselves."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from hitl_chat.rules.facts import RequestFacts
from hitl_chat.settings import Waits
from hitl_chat.store import events, turns
from tests.browser.world import TENANT, World, opened
from tests.server.people_world import Seat, add, come

RULE, CHECK = "refund-promise", "patterns:refund-promise"
FACTS = RequestFacts(tenant=TENANT, model="wick-1")


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[World]:
    async with opened(tmp_path, Waits()) as here:
        yield here


@pytest.fixture
async def dee(shop: World) -> Seat:
    return await come(shop, await add(shop, "Dee", "supervisor"))


async def offered(dee: Seat) -> dict[str, Any]:
    """A threshold that may be moved up."""
    found = (await dee.get("/console/wall/thresholds")).json()["thresholds"]
    free: dict[str, Any] = next(each for each in found if each["highest"] > each["stands"])
    return free


async def move(by: Seat, one: dict[str, Any], above: float, seconds: float = 600) -> httpx.Response:
    about = {"rule": one["rule"], "check": one["check"]}
    wanted = {**about, "above": above, "seconds": seconds}
    return await by.post("/console/wall/thresholds", wanted)


async def recorded(shop: World, kind: str) -> list[dict[str, Any]]:
    found = await shop.program.db.read(lambda conn: events.read(conn, TENANT, events.SYSTEM))
    return [dict(each.body) for each in found if each.type == kind]


@pytest.mark.parametrize("role", ["agent", "engineer", "auditor", "admin"])
@pytest.mark.parametrize("path", ["call", "thresholds", "thresholds/end"])
async def test_only_supervisors_direct(shop: World, role: str, path: str) -> None:
    seat = await come(shop, await add(shop, "Kim", role))
    answer = await seat.post(f"/console/wall/{path}", {})
    assert answer.status_code == 403
    assert answer.json()["error"]["details"] == {"act": "direct", "role": role}


async def test_a_threshold_is_moved_and_ends_by_itself(shop: World, dee: Seat) -> None:
    one = await offered(dee)
    name = f"{one['rule']}/{one['check']}"
    assert (await move(dee, one, 0.9)).status_code == 200
    moved = (await dee.get("/console/wall/thresholds")).json()["thresholds"]
    (shown,) = [each for each in moved if each["above"] is not None]
    assert (shown["rule"], shown["above"], shown["name"]) == (one["rule"], 0.9, "Dee")
    (told,) = await recorded(shop, "threshold.moved")
    assert (told["by"], told["stood"], told["above"]) == (dee.person, one["stands"], 0.9)
    rules = shop.program.directing
    assert rules.for_request(FACTS).moved == {name: 0.9}
    assert rules.for_request(RequestFacts(tenant="other")).moved == {}


async def test_what_was_moved_is_in_the_record_of_each_answer(shop: World, dee: Seat) -> None:
    one = await offered(dee)
    await move(dee, one, 0.9)
    shop.ask("What are your opening hours?", "conv-hours")
    await shop.asking[0]
    db = shop.program.db
    (turn,) = await db.write(
        lambda conn: turns.of_conversation(conn, TENANT, "conv-hours"), behind=True
    )
    assert turn.envelope[f"threshold {one['rule']}/{one['check']}"] == 0.9


async def test_it_outlives_a_restart_and_is_ended_by_hand(shop: World, dee: Seat) -> None:
    one = await offered(dee)
    await move(dee, one, 0.8)
    await move(dee, one, 0.9)
    rules = shop.program.directing
    await rules.load()
    (above,) = rules.for_request(FACTS).moved.values()
    assert above == 0.9
    (shown,) = [each for each in rules.thresholds(TENANT) if each.above is not None]
    ended = await dee.post("/console/wall/thresholds/end", {"id": shown.id})
    assert ended.status_code == 200
    assert rules.for_request(FACTS).moved == {}
    assert (await recorded(shop, "threshold.ended"))[0]["by"] == dee.person
    again = await dee.post("/console/wall/thresholds/end", {"id": shown.id})
    assert (again.status_code, again.json()["error"]["code"]) == (404, "threshold_not_found")


async def test_not_where_the_impact_is_high(shop: World, dee: Seat) -> None:
    found = (await dee.get("/console/wall/thresholds")).json()["thresholds"]
    high = next(each for each in found if each["highest"] == each["stands"] < 1)
    answer = await move(dee, high, 0.99)
    assert answer.status_code == 422
    assert answer.json()["error"]["code"] == "threshold_limits"
    assert (await move(dee, high, high["stands"] / 2)).status_code == 200  # stricter is possible


@pytest.mark.parametrize(
    "wrong",
    [
        {"rule": "no-such"},
        {"check": "no-such"},
        {"above": 1.5},
        {"above": 0},
        {"seconds": 0},
        {"seconds": 1e9},
        {"more": 1},
    ],
)
async def test_nonsense_is_refused(shop: World, dee: Seat, wrong: dict[str, Any]) -> None:
    one = await offered(dee)
    good = {"rule": one["rule"], "check": one["check"], "above": 0.9, "seconds": 60}
    answer = await dee.post("/console/wall/thresholds", {**good, **wrong})
    assert answer.status_code in (400, 422)
    assert shop.program.directing.for_request(FACTS).moved == {}


async def test_somebody_who_is_not_there_cannot_be_called(shop: World, dee: Seat) -> None:
    answer = await dee.post("/console/wall/call", {"to": "person_9", "text": "Come!"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "not_online")
    assert await recorded(shop, "call") == []


async def test_a_word_to_everybody_is_on_record_without_its_text(shop: World, dee: Seat) -> None:
    assert (await dee.post("/console/wall/call", {"text": "Lunch is late."})).status_code == 200
    (told,) = await recorded(shop, "call")
    assert (told["by"], told["to"]) == (dee.person, "")
    assert "Lunch" not in str(told)


async def test_who_throws_the_stop_switch_is_on_record(shop: World, dee: Seat) -> None:
    for mode in ("hold", "off"):
        assert (await dee.do("stop", mode=mode)).status_code == 200
    told = await recorded(shop, "stop_switch")
    assert [(each["mode"], each["by"]) for each in told] == [
        ("hold", dee.person),
        ("", dee.person),
    ]
