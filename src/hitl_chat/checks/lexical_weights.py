"""The weights of the trained lexical scorer: a small file that says where it comes from.

Owns its format, and that weights for other features than ours are refused. Knows no scorer.
"""

from datetime import date
from pathlib import Path
from typing import Annotated

import msgspec

from hitl_chat.checks.lexical import FEATURES, Weights
from hitl_chat.errors import ConfigError

SHIPPED = Path(__file__).parent / "weights" / "consistency.json"

Finite = Annotated[float, msgspec.Meta(ge=-100, le=100)]


class Origin(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which rows were learned from, and how well that went on rows held out."""

    rows: str
    sha256: str
    licence: str
    groups: int
    segments: int
    bad: int
    how: str
    date: date
    held_out: dict[str, float]


class File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    origin: Origin
    bias: Finite
    weights: dict[str, Finite]


def load(path: Path = SHIPPED) -> Weights:
    """Read them, or say what is wrong with them."""
    try:
        written = msgspec.json.decode(path.read_bytes(), type=File)
    except (OSError, ValueError) as problem:  # msgspec's errors are ValueErrors
        msg = f"weights {str(path)!r}: {problem}; write them with `bench/train_consistency.py`"
        raise ConfigError(msg) from None
    if tuple(written.weights) != FEATURES:
        msg = f"weights {str(path)!r}: they are for other features, learn them anew"
        raise ConfigError(msg)
    return Weights(written.bias, tuple(written.weights.values()))
