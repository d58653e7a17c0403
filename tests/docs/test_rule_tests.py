"""docs/rule-tests.md names every key of a test and every pack, and its example is a true one."""

import re
from pathlib import Path
from typing import get_args

import pytest
from pydantic import BaseModel

from hitl_chat.cli import main
from hitl_chat.tuning import cases, rows

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "rule-tests.md").read_text("utf-8")
FENCED = re.compile(r"^```([a-z]*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
CODE = frozenset(re.findall(r"`([^`]+)`", FENCED.sub("", GUIDE)))
EXAMPLE = next(text for kind, text in FENCED.findall(GUIDE) if kind == "yaml")


@pytest.mark.parametrize("model", [cases.Suite, cases.Case, cases.Message, cases.Call])
def test_every_key_is_documented(model: type[BaseModel]) -> None:
    assert [key for key in model.model_fields if key not in CODE] == []


def test_every_ending_is_documented() -> None:
    assert [ending for ending in get_args(rows.Ending) if ending not in CODE] == []


def test_every_pack_is_named() -> None:
    packs = (ROOT / "examples" / "rules").glob("*.yaml")
    assert [
        path.stem for path in packs if ".tests" not in path.stem and path.stem not in CODE
    ] == []


def test_the_example_passes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    rules = (ROOT / "examples" / "rules" / "retail.yaml").read_text("utf-8")
    (tmp_path / "shop.yaml").write_text(rules)
    (tmp_path / "shop.tests.yaml").write_text(EXAMPLE)
    assert main(["test", "shop.yaml"]) == 0
