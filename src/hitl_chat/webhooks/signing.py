"""Signatures that receivers can check: the scheme of Standard Webhooks, HMAC-SHA256. Pure.

Signed is "id.timestamp.body". While a secret is being replaced there are two, and a signature of
each. docs/webhooks.md shows how to check one.
"""

import binascii
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from hashlib import sha256
from hmac import digest

from hitl_chat.errors import ConfigError

PREFIX = "whsec_"
SHORTEST, LONGEST = 24, 64


def secret(fresh: bytes) -> str:
    """A new secret, as it is written into a variable."""
    return PREFIX + b64encode(fresh).decode()


def secrets(text: str, variable: str) -> tuple[bytes, ...]:
    """The secrets in a variable: one, or while it is being replaced two."""
    found = tuple(_secret(word) for word in text.split())
    if not found or not all(SHORTEST <= len(each) <= LONGEST for each in found):
        msg = (
            f"{variable} holds no secret for a webhook ({PREFIX} and {SHORTEST} to {LONGEST} bytes "
            "in base64): 'hitl-chat webhooks secret' prints a new one"
        )
        raise ConfigError(msg)
    return found


def _secret(word: str) -> bytes:
    try:
        return b64decode(word.removeprefix(PREFIX), validate=True) if PREFIX in word else b""
    except binascii.Error:
        return b""


def headers(keys: Sequence[bytes], ident: str, at: float, body: bytes) -> Mapping[str, str]:
    """What goes with a message; without a key it is not signed."""
    plain = {"webhook-id": ident, "webhook-timestamp": f"{at:.0f}"}
    if not keys:
        return plain
    signed = f"{ident}.{at:.0f}.".encode() + body
    made = (b64encode(digest(key, signed, sha256)).decode() for key in keys)
    return {**plain, "webhook-signature": " ".join(f"v1,{each}" for each in made)}
