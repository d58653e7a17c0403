"""Idempotency keys, rulesets, the stop switch."""

import asyncio
from functools import partial

import pytest

from hitl_chat.errors import Conflict, Unprocessable
from hitl_chat.store import events, idem, rulesets, stops
from hitl_chat.store.idem import Claim
from hitl_chat.store.sqlite import SqliteDatabase
from tests.store.world import ACME, OTHER

claim = partial(idem.claim, tenant=ACME, key="key", body_sha="b", now=1.0, life=10.0)


async def test_one_request_begins_and_the_others_attach(database: SqliteDatabase) -> None:
    runs = (database.write(partial(claim, turn=f"turn_{n}")) for n in range(20))
    told = await asyncio.gather(*runs)
    assert [each.mine for each in told].count(True) == 1
    assert len({each.turn for each in told}) == 1


async def test_another_body_under_the_same_key_is_refused(database: SqliteDatabase) -> None:
    await database.write(partial(claim, turn="turn_1"))
    with pytest.raises(Unprocessable) as refused:
        await database.write(partial(claim, turn="turn_2", body_sha="c"))
    assert refused.value.code == "idempotency_mismatch"
    other = await database.write(partial(claim, turn="turn_2", tenant=OTHER, body_sha="c"))
    assert other == Claim("turn_2", mine=True)


async def test_a_key_tells_how_its_turn_ended_until_it_expires(database: SqliteDatabase) -> None:
    await database.write(partial(claim, turn="turn_1"))
    await database.write(partial(idem.settle, tenant=ACME, key="key", response="done"))
    found = await database.write(partial(claim, turn="turn_2", now=10.9))
    assert found == Claim("turn_1", mine=False, response="done")
    assert (await database.write(partial(claim, turn="turn_3", now=11.0))).mine
    assert await database.write(partial(idem.expire, now=20.9)) == 0
    assert await database.write(partial(idem.expire, now=21.0)) == 1


async def test_a_turn_that_never_began_frees_its_key(database: SqliteDatabase) -> None:
    await database.write(partial(claim, turn="turn_1"))
    await database.write(partial(idem.forget, tenant=ACME, key="key"))
    assert (await database.write(partial(claim, turn="turn_2"))).mine


async def test_of_two_who_publish_one_is_told_to_look_again(database: SqliteDatabase) -> None:
    async def publish(rules: str, seen: int) -> rulesets.Ruleset:
        return await database.write(
            partial(rulesets.publish, rules=rules, author="eva", seen=seen, now=1.0)
        )

    assert await database.read(rulesets.latest) is None
    first = await publish("rules: 1", 0)
    assert await publish("rules: 1", 0) == first
    told = await asyncio.gather(
        *(publish(f"rules: {n}", first.version) for n in (2, 3)), return_exceptions=True
    )
    (winner,) = [each for each in told if isinstance(each, rulesets.Ruleset)]
    (loser,) = [each for each in told if isinstance(each, Conflict)]
    assert "eva published version 2" in loser.message
    with pytest.raises(Conflict, match="you have seen version 9"):
        await publish("rules: 9", 9)
    assert await database.read(rulesets.latest) == winner
    for version, text in ((1, "rules: 1"), (2, f"rules: {told.index(winner) + 2}"), (3, None)):
        assert await database.read(partial(rulesets.rules, version=version)) == text
    stream = await database.read(partial(events.read, tenant=rulesets.OWNER, stream=events.RULES))
    assert [each.body["version"] for each in stream] == [1, 2]


async def test_the_stop_switch_says_where_it_is_on(database: SqliteDatabase) -> None:
    switch = partial(stops.set_mode, author="ana", now=1.0)
    await database.write(partial(switch, tenant=ACME, mode="hold"))
    await database.write(partial(switch, tenant=stops.EVERYONE, mode="block"))
    await database.write(partial(switch, tenant=ACME, mode="pass"))
    assert await database.read(stops.modes) == {ACME: "pass", stops.EVERYONE: "block"}
    await database.write(partial(switch, tenant=ACME, mode=""))
    assert await database.read(stops.modes) == {stops.EVERYONE: "block"}
