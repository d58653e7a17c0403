"""Passwords as argon2id hashes: slow on purpose, so beside the event loop and few at a time.

Owns the parameters (docs/adr/0011) and the bound on what is under way: memory for passwords is
`THREADS` times 19 MiB, whatever is sent. Knows no person.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from hitl_chat.errors import Unavailable

T = TypeVar("T")

ITERATIONS, KIBIBYTES, LANES = 2, 19 * 1024, 1
THREADS = 2
WAITING = 50  # more than these at once are told to come back


class Hashing:
    """One per program. `nobody` is the hash that is compared when there is none."""

    def __init__(self, *, kibibytes: int = KIBIBYTES, waiting: int = WAITING) -> None:
        self._argon = PasswordHasher(ITERATIONS, kibibytes, LANES)
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="password")
        self._waiting, self._most = 0, waiting
        self._nobody = ""

    async def hash(self, password: str) -> str:
        return await self._beside(partial(self._argon.hash, password))

    async def verify(self, stored: str | None, password: str) -> bool:
        """Takes as long when nothing is stored."""
        return await self._beside(partial(self._verify, stored, password))

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _verify(self, stored: str | None, password: str) -> bool:
        if not stored and not self._nobody:
            self._nobody = self._argon.hash("nobody has this password")
        try:
            self._argon.verify(stored or self._nobody, password)
        except (Argon2Error, InvalidHashError):
            return False
        return bool(stored)

    async def _beside(self, work: Callable[[], T]) -> T:
        if self._waiting >= self._most:
            msg = "Too many are signing in at this moment; try again in a few seconds."
            raise Unavailable(msg, code="busy", retry_after=2.0)
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        finally:
            self._waiting -= 1
