"""Passwords as argon2id hashes, beside the event loop and few at a time."""

import asyncio
import time

import pytest

from hitl_chat.errors import Unavailable
from hitl_chat.server.hashing import Hashing


async def test_a_hash_is_argon2id_with_the_recorded_parameters() -> None:
    hashing = Hashing()
    made, again = await hashing.hash("plum kettle road"), await hashing.hash("plum kettle road")
    assert made.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert made != again
    assert await hashing.verify(made, "plum kettle road")
    assert not await hashing.verify(made, "plum kettle roaD")
    hashing.close()


@pytest.mark.parametrize("stored", [None, "", "plain", "$argon2id$v=19$m=8,t=1,p=1$x$y"])
async def test_nothing_fits_what_is_no_hash(stored: str | None) -> None:
    hashing = Hashing()
    for password in ("", "nobody has this password", "plain"):
        assert not await hashing.verify(stored, password)
    hashing.close()


async def test_it_takes_as_long_when_there_is_nobody() -> None:
    """What is compared is the work, counted in the processor's own time, not a moment by luck."""
    hashing = Hashing()
    made = await hashing.hash("plum kettle road")
    await hashing.verify(None, "x")  # the hash of nobody is made once

    async def work(stored: str | None) -> float:
        before = time.process_time()
        for _ in range(10):
            await hashing.verify(stored, "wrong horse battery")
        return time.process_time() - before

    known, unknown = await work(made), await work(None)
    assert unknown > known / 3
    hashing.close()


async def test_the_loop_goes_on_and_a_crowd_is_told_to_come_back() -> None:
    hashing = Hashing(waiting=4)
    beats = 0

    async def beat() -> None:
        nonlocal beats
        while True:
            beats += 1
            await asyncio.sleep(0.001)

    beating = asyncio.create_task(beat())
    ends = await asyncio.gather(
        *(hashing.hash(f"password {n}") for n in range(10)), return_exceptions=True
    )
    beating.cancel()
    refused = [end for end in ends if isinstance(end, Unavailable)]
    assert (len(refused), refused[0].code) == (6, "busy")
    assert beats > 2
    assert await hashing.hash("and again, later")
    hashing.close()
