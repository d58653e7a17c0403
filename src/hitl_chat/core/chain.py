"""The record's hash chain: canonical JSON, salted digests of texts, and MACs that link events.

Every event of a stream carries mac = HMAC(key, previous mac || canonical event), so none can be
changed, dropped or slipped in without the key. Events name texts by salted digest only: destroy
the salt and the text is gone, while the chain still verifies. Knows no store and no key file.
"""

import json
from collections.abc import Mapping
from hashlib import sha256
from hmac import compare_digest
from hmac import digest as hmac_digest

import msgspec

from hitl_chat.core.types import Field, Value

GENESIS = ""  # what the first event of a stream is linked to
SALT_BYTES = 16
KEY_BYTES = 32

_encode = msgspec.json.Encoder(order="sorted").encode


class Keyring(Value, frozen=True):
    """MAC keys by id. New events use `current`; old ones verify with the key they name."""

    current: str
    keys: Mapping[str, bytes]


class Link(Value, frozen=True):
    """What a MAC covers: one event of one stream. `body` is canonical JSON, as stored."""

    tenant: str
    stream: str
    seq: int
    type: str
    at: float
    body: str


def canonical(value: object) -> bytes:
    """One JSON text per value, whoever writes it: keys sorted, no spaces, UTF-8.

    A value that holds half a character (a lone surrogate) has no UTF-8: then it is pure ASCII.
    """
    try:
        return _encode(value)
    except UnicodeEncodeError:
        return json.dumps(value, allow_nan=False, sort_keys=True, separators=(",", ":")).encode()


def body(value: Mapping[str, object]) -> str:
    """An event's body, as it is stored and as the MAC covers it."""
    return canonical(value).decode()


def mac(key: bytes, previous: str, link: Link) -> str:
    """The event's MAC, in hex, linked to the event before it."""
    head = canonical((link.tenant, link.stream, link.seq, link.type, link.at))
    covered = b"%b%b\n%b" % (previous.encode(), head, link.body.encode(errors="surrogatepass"))
    return hmac_digest(key, covered, "sha256").hex()


def matches(keyring: Keyring, key_id: str, previous: str, link: Link, claimed: str) -> bool:
    """Whether the MAC is right. A key that the ring does not hold proves nothing."""
    key = keyring.keys.get(key_id)
    return key is not None and compare_digest(mac(key, previous, link), claimed)


def seal(key: bytes, previous: str, head: tuple[str, str, int, str, float]) -> str:
    """A checkpoint's MAC over a head (tenant, stream, seq, mac, at), linked like events."""
    return hmac_digest(key, previous.encode() + canonical(head), "sha256").hex()


def salted(salt: bytes, content: bytes) -> str:
    """The digest by which events name a text: nobody can guess "yes" from it without the salt."""
    return sha256(salt + content).hexdigest()


def draft_bytes(texts: Mapping[Field, str]) -> bytes:
    """The gated fields of all choices in one canonical form; a field without text is no field."""
    return canonical({name: text for name, text in texts.items() if text})


def draft_digest(texts: Mapping[Field, str]) -> str:
    """The `draft_sha256` that a person approves: sent and pending text together."""
    return sha256(draft_bytes(texts)).hexdigest()
