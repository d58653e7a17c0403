"""Who signs in while what they show is taken back does not come in."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest
from sqlalchemy import Connection

from hitl_chat.errors import Conflict, Unauthorized
from hitl_chat.runner.register import Register
from hitl_chat.server.attempts import Attempts
from hitl_chat.server.hashing import Hashing
from hitl_chat.server.passwords import Passwords
from hitl_chat.server.sessions import Sessions
from hitl_chat.store import entrances, people
from hitl_chat.store.sqlite import SqliteDatabase
from tests.server.clock import Clock
from tests.server.people_world import GOOD
from tests.server.test_signin import scope
from tests.store.world import opened

T = TypeVar("T")

ANA = people.Person("ana", "moss", "Ana", "agent")


class Slow(Hashing):
    """Verifies and hashes at once, and says so when a test lets it."""

    def __init__(self) -> None:
        super().__init__(kibibytes=8)
        self.verified, self.hashed, self.free = [asyncio.Event() for _ in range(3)]

    async def verify(self, stored: str | None, password: str) -> bool:
        right = await super().verify(stored, password)
        self.verified.set()
        await self.free.wait()
        return right

    async def hash(self, password: str) -> str:
        made = await super().hash(password)
        self.hashed.set()
        await self.free.wait()
        return made


async def test_a_password_that_was_reset_while_it_was_verified_lets_nobody_in(
    tmp_path: Path,
) -> None:
    db, clock, hashing = opened(tmp_path), Clock(), Slow()
    register = Register(db, clock)
    sessions = Sessions(register, b"p" * 32, clock, cache=0)
    passwords = Passwords(register, hashing, Attempts(clock))
    await db.write(lambda conn: people.add(conn, ANA, clock.now()))
    hashing.free.set()
    await passwords.choose(ANA, GOOD, await sessions.link(ANA))
    hashing.free.clear()
    checking = asyncio.create_task(passwords.check("Ana", GOOD, "203.0.113.1"))
    await hashing.verified.wait()
    await db.write(lambda conn: entrances.reset(conn, "moss", "ana", clock.now(), "boss"))
    hashing.free.set()
    who, password = await checking
    with pytest.raises(Unauthorized):
        await sessions.open(who, password=password)
    assert await register.seats("ana") == []
    hashing.close()
    await db.close()


async def test_whoever_is_shut_out_meanwhile_gets_no_session(tmp_path: Path) -> None:
    db, clock = opened(tmp_path), Clock()
    sessions = Sessions(Register(db, clock), b"p" * 32, clock, cache=0)
    await db.write(lambda conn: people.add(conn, ANA, clock.now()))
    await db.write(lambda conn: entrances.revoke(conn, "moss", "ana", clock.now(), "boss"))
    with pytest.raises(Unauthorized):
        await sessions.open(ANA)
    await db.close()


class Interrupted(SqliteDatabase):
    """Something else is committed right after the next transaction."""

    after: Callable[[Connection], None] | None = None

    async def write(self, query: Callable[[Connection], T], *, behind: bool = False) -> T:
        found = await super().write(query, behind=behind)
        after, self.after = self.after, None
        if after is not None:
            await super().write(after)
        return found


async def test_a_link_that_is_used_just_before_a_reset_leaves_no_session(tmp_path: Path) -> None:
    clock = Clock()
    db = Interrupted(tmp_path / "hitl.sqlite", clock)
    register = Register(db, clock)
    sessions = Sessions(register, b"p" * 32, clock, cache=0)
    await db.write(lambda conn: people.add(conn, ANA, clock.now()))
    link = await sessions.link(ANA)
    db.after = lambda conn: entrances.reset(conn, "moss", "ana", clock.now(), "boss")
    await sessions.sign_in(link)
    assert await register.seats("ana") == []
    await db.close()


async def test_a_link_that_is_taken_back_while_a_password_is_made_sets_none(tmp_path: Path) -> None:
    db, clock, hashing = opened(tmp_path), Clock(), Slow()
    register = Register(db, clock)
    sessions = Sessions(register, b"p" * 32, clock, cache=0)
    passwords = Passwords(register, hashing, Attempts(clock))
    await db.write(lambda conn: people.add(conn, ANA, clock.now()))
    choosing = asyncio.create_task(passwords.choose(ANA, GOOD, await sessions.link(ANA)))
    await hashing.hashed.wait()
    await db.write(lambda conn: entrances.reset(conn, "moss", "ana", clock.now(), "boss"))
    hashing.free.set()
    with pytest.raises(Conflict):
        await choosing
    assert await register.password_of("ana") is None
    hashing.close()
    await db.close()


class Held(Register):
    """Reads at once, and says so when a test lets it."""

    def __init__(self, db: SqliteDatabase, clock: Clock) -> None:
        super().__init__(db, clock)
        self.read, self.free = asyncio.Event(), asyncio.Event()

    async def session(self, digest: str, now: float) -> people.Person | None:
        found = await super().session(digest, now)
        self.read.set()
        await self.free.wait()
        return found


async def test_what_was_read_before_somebody_was_shut_out_is_not_believed_after(
    tmp_path: Path,
) -> None:
    db, clock = opened(tmp_path), Clock()
    register = Held(db, clock)
    sessions = Sessions(register, b"p" * 32, clock)
    await db.write(lambda conn: people.add(conn, ANA, clock.now()))
    cookie = await sessions.open(ANA)
    asking = asyncio.create_task(sessions.find(scope(cookie)))
    await register.read.wait()
    await db.write(lambda conn: entrances.revoke(conn, "moss", "ana", clock.now(), "boss"))
    sessions.forget("ana")
    register.free.set()
    await asking
    with pytest.raises(Unauthorized):
        await sessions.find(scope(cookie))
    await db.close()
