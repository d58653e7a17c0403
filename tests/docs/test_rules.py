"""docs/rules.md speaks of every key and value of a rules file, and its examples are rules."""

import re
from pathlib import Path
from typing import get_args

import pytest
from pydantic import BaseModel

from hitl_chat.checks import patterns, pii, scripted
from hitl_chat.checks.registry import default
from hitl_chat.core import types
from hitl_chat.rules import risk_schema, schema
from hitl_chat.rules.compile import compile_ruleset
from hitl_chat.rules.conditions import ENDINGS, On, When
from hitl_chat.rules.explain import check
from hitl_chat.rules.hours import Hours
from hitl_chat.rules.load import Document

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "rules.md").read_text("utf-8")
CODE = frozenset(re.findall(r"`([^`]+)`", re.sub(r"```.*?```", "", GUIDE, flags=re.DOTALL)))
EXAMPLES = re.findall(r"```yaml\n(.*?)```", GUIDE, re.DOTALL)
CHECKS = default()
PACKS = sorted((ROOT / "examples" / "rules").glob("*.yaml"))


def keys(model: type[BaseModel]) -> list[str]:
    return [field.alias or name for name, field in model.model_fields.items()]


def conditions() -> list[str]:
    read = Document("x")
    when = When(read, [], CHECKS, (), "x", holds_back=True, streaming=True)
    on = On(read, [], CHECKS, "x")
    return [*when.leaves, *on.leaves, "above", "any", "all", "not", *ENDINGS]


VALUES = [
    value
    for words in (
        types.Response,
        types.Strictness,
        types.OnDeadline,
        types.OnNoAgent,
        types.OnError,
        types.OnDisconnect,
        types.Impact,
        types.Action,
        pii.Type,
    )
    for value in get_args(words)
]
MODELS = (
    schema.Ruleset,
    schema.Rule,
    schema.Policy,
    schema.Check,
    risk_schema.Risk,
    risk_schema.Budget,
    Hours,
    patterns.Options,
    patterns.Near,
    pii.Options,
    scripted.Options,
)


def test_it_begins_with_what_people_search_for() -> None:
    assert GUIDE.removeprefix("# ").lower().startswith("escalation rules")


@pytest.mark.parametrize("model", MODELS)
def test_every_key_is_documented(model: type[BaseModel]) -> None:
    assert [key for key in keys(model) if key not in CODE] == []


def test_every_test_and_value_is_documented() -> None:
    assert [word for word in (*conditions(), *VALUES) if word not in CODE] == []


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_examples_are_rules(example: str, tmp_path: Path) -> None:
    for number, name in enumerate(re.findall(r"[\w/]+\.yaml", example)):
        included = tmp_path / name
        included.parent.mkdir(exist_ok=True)
        included.write_text(f"rules: [{{name: r{number}, when: {{ended: empty}}}}]\n")
    for name in re.findall(r"[\w/]+\.md", example):
        named = tmp_path / name
        named.parent.mkdir(exist_ok=True)
        named.write_text("# Returns\n## Opened goods\nOnly if they are faulty.\n")
    file = str(tmp_path / "example.yaml")
    assert compile_ruleset(example, file=file, checks=CHECKS).rules


@pytest.mark.parametrize("path", [path for path in PACKS if ".tests." not in path.name])
def test_the_example_files_are_right(path: Path) -> None:
    assert check(path, CHECKS) == []


def test_the_defaults_are_the_true_ones() -> None:
    rows = dict(re.findall(r"^\| `(\w+)` \| `([^`]+)` \|", GUIDE, re.MULTILINE))
    written = {name: str(field.default) for name, field in schema.Terms.model_fields.items()}
    for name, value in rows.items():
        if name in written:
            expected = {"120.0": "120s", "False": "false"}.get(written[name], written[name])
            assert value == expected
