"""A session in which nobody does anything ends; what nobody did does not keep it."""

from pathlib import Path

import pytest

from hitl_chat.errors import Unauthorized, Unavailable
from hitl_chat.runner.register import Register
from hitl_chat.server.sessions import SEEN_EVERY, Sessions
from hitl_chat.store import people
from tests.server.clock import Clock
from tests.server.test_signin import scope
from tests.store.world import opened

IDLE, LIFE = 600.0, 3600.0
ANA = people.Person("ana", "moss", "Ana", "agent")


class Door:
    """Sessions over a real record, at a time the test sets."""

    def __init__(self, path: Path) -> None:
        self.clock, self.db = Clock(), opened(path)
        register = Register(self.db, self.clock, IDLE)
        self.sessions = Sessions(register, b"p" * 32, self.clock, life=LIFE, cache=0)

    async def come(self) -> str:
        await self.db.write(lambda conn: people.add(conn, ANA, self.clock.now()))
        found = await self.sessions.sign_in(await self.sessions.link(ANA), "a browser")
        assert found is not None
        return found[1]


async def test_who_does_nothing_is_signed_out(tmp_path: Path) -> None:
    door = Door(tmp_path)
    cookie = await door.come()
    session = await door.sessions.who(scope(cookie))
    door.clock.time += IDLE - 1
    await door.sessions.still(session)  # an open page is no sign of life
    door.clock.time += 2
    with pytest.raises(Unauthorized):
        await door.sessions.who(scope(cookie))
    with pytest.raises(Unauthorized):
        await door.sessions.still(session)
    await door.db.close()


async def test_who_works_stays_until_the_session_is_over(tmp_path: Path) -> None:
    door = Door(tmp_path)
    cookie = await door.come()
    session = await door.sessions.who(scope(cookie))
    for _ in range(int(LIFE / (IDLE / 2)) - 1):
        door.clock.time += IDLE / 2
        await door.sessions.acts(session)
    door.clock.time += IDLE / 2
    with pytest.raises(Unauthorized):
        await door.sessions.acts(session)
    await door.db.close()


async def test_the_list_says_when_somebody_last_did_something(tmp_path: Path) -> None:
    door = Door(tmp_path)
    cookie = await door.come()
    began = door.clock.now()
    session = await door.sessions.who(scope(cookie))
    for later in (1.0, SEEN_EVERY):
        door.clock.time += later
        await door.sessions.acts(session)
    (listed,) = await door.sessions.described(session)
    seen = began + 1.0 + SEEN_EVERY
    assert listed == {"about": "a browser", "since": began, "seen": seen, "here": True}
    await door.db.close()


async def test_a_full_disk_keeps_nobody_from_reading(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    door = Door(tmp_path)
    cookie = await door.come()

    async def full(query: object, *, behind: bool = False) -> None:
        msg = "the disk is full"
        raise Unavailable(msg)

    monkeypatch.setattr(door.db, "write", full)
    session = await door.sessions.who(scope(cookie))
    door.clock.time += SEEN_EVERY
    assert (await door.sessions.acts(session)).person.id == "ana"
    await door.db.close()
