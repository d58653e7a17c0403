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
    raw = bytearray(int(time.time() * 1000).to_bytes(6) + _random.take(10))
    raw[6] = 0x70 | raw[6] & 0x0F
    raw[8] = 0x80 | raw[8] & 0x3F
    text = raw.hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def new(kind: str) -> str:
    return f"{kind}_{uuid7()}"
