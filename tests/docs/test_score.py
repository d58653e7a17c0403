"""docs/score.md names every key of a draft and of its scores, and its examples are true."""

import json
import re
from pathlib import Path

import pytest

from hitl_chat.tuning.rows import LONGEST_DRAFT, Row
from tests.tuning.place import Place
from tests.world_rules import rules, stop_at

GUIDE = (Path(__file__).parents[2] / "docs/score.md").read_text("utf-8")
DRAFT, SCORES = (json.loads(found) for found in re.findall(r"```json\n(.*?)```", GUIDE, re.DOTALL))
KEYS = [
    key for row in re.findall(r"^\| (`.*?`) \|", GUIDE, re.MULTILINE) for key in row.split(", ")
]


@pytest.fixture
def place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Place:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("HITL_CHAT_CONFIG", raising=False)
    return Place(tmp_path, capsys)


@pytest.mark.parametrize("key", [*Row.__struct_fields__, "error"])
def test_every_key_is_documented(key: str) -> None:
    assert {f"`{key}`", f"`checks.*.{key}`"} & set(KEYS)


def test_the_example_is_what_comes_out(place: Place) -> None:
    (scores,) = place.scored(rules(stop_at()), DRAFT)
    assert {**scores, "version": "…"} == SCORES
    documented = {key.strip("`").removeprefix("checks.*.") for key in KEYS}
    assert {*scores, *scores["checks"]["patterns"]} <= documented


def test_the_limit_is_the_true_one() -> None:
    assert f"{LONGEST_DRAFT:,} characters" in GUIDE
