"""The shipped weights say where they come from; others that do not fit are refused by name."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from hitl_chat.checks.lexical import FEATURES
from hitl_chat.checks.lexical_weights import SHIPPED, File, load
from hitl_chat.errors import ConfigError

WRITTEN: dict[str, Any] = json.loads(SHIPPED.read_text())


def test_the_shipped_ones_fit_and_are_accounted_for() -> None:
    origin = msgspec.convert(WRITTEN, File).origin
    assert len(load().weights) == len(FEATURES)
    assert origin.groups < origin.segments
    assert 0 < origin.bad < origin.segments
    assert origin.held_out["roc"] >= 0.79  # the development goal
    assert len(origin.sha256) == 64


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"bias": "high"}, "Expected `float`"),
        ({"bias": 1e9}, "<= 100"),
        ({"weights": {"length": 1.0}}, "other features"),
        ({"weights": dict(reversed(WRITTEN["weights"].items()))}, "other features"),
        ({"extra": 1}, "unknown field"),
    ],
)
def test_others_are_refused(tmp_path: Path, change: dict[str, Any], said: str) -> None:
    file = tmp_path / "weights.json"
    file.write_text(json.dumps({**WRITTEN, **change}))
    with pytest.raises(ConfigError, match=said) as refused:
        load(file)
    assert str(file) in str(refused.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"No such file.*train_consistency"):
        load(tmp_path / "none.json")
