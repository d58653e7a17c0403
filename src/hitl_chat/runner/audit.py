"""The random audit: which released answers a person is to look at, though no rule asked for it.

Chosen by the turn's name and a secret salt: nobody can tell beforehand, and the same salt chooses
the same turns. Pure.
"""

from hashlib import blake2b

WHOLE = 1 << 64


def is_chosen(turn: str, share: float, salt: bytes) -> bool:
    """Of all turns, `share` (0..1) are."""
    drawn = int.from_bytes(blake2b(turn.encode(), digest_size=8, key=salt).digest(), "big")
    return drawn < share * WHOLE
