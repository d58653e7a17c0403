"""People, what lets them in, and the keys of tenants."""

import asyncio
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Connection, select

from hitl_chat.errors import BadRequest, Conflict, NotFound
from hitl_chat.store import api_keys, entrances, events, people
from hitl_chat.store.api_keys import StoredKey
from hitl_chat.store.people import Person
from hitl_chat.store.schema import session, token
from hitl_chat.store.sqlite import SqliteDatabase
from tests.store.world import ACME, OTHER

ANA = Person("p1", ACME, "Ana", "agent")
KEY = StoredKey("k1", ACME, b"d" * 32, aware=True, origins=("https://a",), scopes=("desk",))


def told(conn: Connection) -> list[str]:
    return [each.type for each in events.read(conn, ACME, events.PEOPLE)]


@pytest.fixture
async def house(database: SqliteDatabase) -> SqliteDatabase:
    await database.write(lambda conn: people.add(conn, ANA, 1.0, by="root"))
    return database


async def test_a_person_is_found_by_id_and_name(house: SqliteDatabase) -> None:
    for tenant in (ACME, None):
        assert await house.read(partial(people.get, tenant=tenant, ident="p1")) == ANA
    assert await house.read(partial(people.get, tenant=OTHER, ident="p1")) is None
    assert await house.read(partial(people.named, tenant=ACME, name="Ana")) == ANA
    assert await house.read(partial(people.named, tenant=OTHER, name="Ana")) is None
    assert await house.read(partial(people.everyone, tenant=ACME)) == [ANA]
    assert await house.read(told) == ["person.added"]


async def test_a_name_is_one_persons(house: SqliteDatabase) -> None:
    twin = Person("p2", ACME, "Ana", "agent")
    with pytest.raises(Conflict, match="choose another name"):
        await house.write(lambda conn: people.add(conn, twin, 2.0))
    elsewhere = Person("p2", OTHER, "Ana", "agent")
    await house.write(lambda conn: people.add(conn, elsewhere, 2.0))


async def test_roles_are_known_ones(house: SqliteDatabase) -> None:
    king = Person("p2", ACME, "Ben", "king")
    with pytest.raises(BadRequest, match="agent, supervisor"):
        await house.write(lambda conn: people.add(conn, king, 2.0))
    assert await house.read(told) == ["person.added"]


async def test_a_link_is_good_once_whoever_races(house: SqliteDatabase) -> None:
    await house.write(lambda conn: entrances.put_token(conn, "d1", "link", "p1", 100.0))
    use: dict[str, Any] = {"digest": "d1", "kind": "link", "now": 50.0}
    for _ in range(2):
        assert await house.read(partial(entrances.peek_token, **use)) == "p1"
    for wrong in ({"kind": "ticket"}, {"digest": "d2"}, {"now": 100.0}):
        assert await house.write(partial(entrances.take_token, **use | wrong)) is None
    taken = await asyncio.gather(
        *(house.write(partial(entrances.take_token, **use)) for _ in range(20))
    )
    assert sorted(taken, key=str) == [None] * 19 + ["p1"]
    assert await house.read(partial(entrances.peek_token, **use)) is None


async def test_a_session_lasts_until_it_ends(house: SqliteDatabase) -> None:
    await house.write(lambda conn: entrances.open_session(conn, "s1", ANA, 1.0, 100.0))
    who = partial(entrances.session_of, digest="s1")
    assert await house.read(partial(who, now=99.0)) == ANA
    assert await house.read(partial(who, now=100.0)) is None
    assert await house.read(partial(who, digest="s2", now=99.0)) is None
    for _ in range(2):
        await house.write(lambda conn: entrances.close_session(conn, "s1", 50.0))
    assert await house.read(partial(who, now=51.0)) is None
    assert await house.read(told) == ["person.added", "person.signed_in", "person.signed_out"]


async def test_what_let_people_in_does_not_pile_up(house: SqliteDatabase) -> None:
    def rows(conn: Connection) -> list[str]:
        found = (conn.execute(select(each.c.digest)).scalars() for each in (token, session))
        return [digest for digests in found for digest in digests]

    for number in range(5):
        await house.write(
            partial(
                entrances.put_token, digest=f"d{number}", kind="ticket", subject="s", expires=30.0
            )
        )
    await house.write(lambda conn: entrances.open_session(conn, "s1", ANA, 1.0, 100.0))
    await house.write(lambda conn: entrances.open_session(conn, "s2", ANA, 80_000.0, 90_000.0))
    assert len(await house.read(rows)) == 7
    await house.write(lambda conn: entrances.open_session(conn, "s3", ANA, 86_600.0, 99_000.0))
    assert await house.read(rows) == ["s2", "s3"]


async def test_revoking_a_person_shuts_every_door(house: SqliteDatabase) -> None:
    await house.write(lambda conn: entrances.open_session(conn, "s1", ANA, 1.0, 100.0))
    await house.write(lambda conn: entrances.put_token(conn, "d1", "link", "p1", 100.0))
    await house.write(lambda conn: entrances.revoke(conn, ACME, "p1", 2.0, by="root"))
    assert await house.read(partial(entrances.session_of, digest="s1", now=3.0)) is None
    token = partial(entrances.take_token, digest="d1", kind="link", now=3.0)
    assert await house.write(token) is None
    found = await house.read(partial(people.get, tenant=ACME, ident="p1"))
    assert found is not None
    assert found.revoked
    with pytest.raises(NotFound):
        await house.write(lambda conn: entrances.revoke(conn, OTHER, "p1", 2.0, by="root"))


async def test_a_key_is_found_by_its_id_and_never_stored(database: SqliteDatabase) -> None:
    await database.write(lambda conn: api_keys.add(conn, KEY, 1.0, by="root"))
    assert await database.read(partial(api_keys.find, ident="k1")) == KEY
    assert await database.read(partial(api_keys.find, ident="k2")) is None
    assert await database.read(partial(api_keys.of_tenant, tenant=ACME)) == [KEY]
    assert await database.read(partial(api_keys.of_tenant, tenant=OTHER)) == []
    with pytest.raises(Conflict):
        await database.write(lambda conn: api_keys.add(conn, KEY, 2.0))
    database.later(api_keys.Used("k1", 5.0))
    with pytest.raises(NotFound):
        await database.write(lambda conn: api_keys.revoke(conn, OTHER, "k1", 6.0))
    await database.write(lambda conn: api_keys.revoke(conn, ACME, "k1", 6.0))
    found = await database.read(partial(api_keys.find, ident="k1"))
    assert found is not None
    assert (found.revoked, found.used_at) == (True, 5.0)
    assert await database.read(told) == ["key.added", "key.revoked"]
