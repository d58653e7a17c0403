"""Names of new things: time-ordered, so that rows written together lie together."""

import os
import time

POOL = 4096  # the system's randomness costs the same for a page as for ten bytes


class _Random:
    def __init__(self) -> None:
        self._pool, self._at, self._pid = b"", 0, 0

    def take(self, count: int) -> bytes:
        if self._at + count > len(self._pool) or self._pid != os.getpid():
            self._pool, self._at, self._pid = os.urandom(POOL), 0, os.getpid()
        taken = self._pool[self._at : self._at + count]
        self._at += count
        return taken


_random = _Random()


def uuid7() -> str:
    """A UUID, version 7: 48 bits of milliseconds, then randomness. Unique, not secret."""
    when = f"{time.time_ns() // 1_000_000:012x}"
    some = _random.take(10)
    variant = f"{0x80 | some[2] & 0x3F:02x}"
    more = some.hex()
    return f"{when[:8]}-{when[8:]}-7{more[1:4]}-{variant}{more[6:8]}-{more[8:]}"


def new(kind: str) -> str:
    return f"{kind}_{uuid7()}"
