"""Names of new things: time-ordered, so that rows written together lie together."""

import os
import time


def uuid7() -> str:
    """A UUID, version 7: 48 bits of milliseconds, then randomness."""
    raw = bytearray(int(time.time() * 1000).to_bytes(6) + os.urandom(10))
    raw[6] = 0x70 | raw[6] & 0x0F
    raw[8] = 0x80 | raw[8] & 0x3F
    text = raw.hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def new(kind: str) -> str:
    return f"{kind}_{uuid7()}"
