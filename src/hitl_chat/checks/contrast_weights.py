"""The weights of the known-bad contrast: a small file that says where it comes from.

Owns its format, and that weights for other parts than ours, or with a wrong sign, are refused.
Must not know how they are used.
"""

from datetime import date
from pathlib import Path

import msgspec

from hitl_chat.checks.contrast import UNTRAINED, Weights
from hitl_chat.errors import ConfigError

SHIPPED = "shipped"
NONE = "none"
FILE = Path(__file__).with_name("contrast_weights.json")


class Origin(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which rows were learned from, how, and how well that went on questions held out."""

    rows: str
    sha256: dict[str, str]
    licence: str
    embeddings: str
    questions: int
    drafts: int
    bad: int
    how: str
    date: date
    held_out: dict[str, float]


class File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    origin: Origin
    weights: Weights


def weights(named: str, folder: Path) -> Weights:
    """`shipped`, `none`, or those of a file; raises `ConfigError` that says what is wrong."""
    if named == NONE:
        return UNTRAINED
    path = FILE if named == SHIPPED else folder / named
    try:
        return msgspec.json.decode(path.read_bytes(), type=File).weights
    except (OSError, ValueError) as problem:  # msgspec's errors are ValueErrors
        msg = f"weights {str(path)!r}: {problem}; write them with `bench.train_known_bad`"
        raise ConfigError(msg) from None
