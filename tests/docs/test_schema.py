"""docs/schema: what editors complete and complain about is what the reader of rules reads."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from hitl_chat.checks.registry import SHIPPED, Registry
from hitl_chat.cli import main
from hitl_chat.cli.schema import written
from hitl_chat.rules import schema
from hitl_chat.rules.load import document
from tests.docs.test_rules import conditions

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs" / "schema"
CHECKS = Registry(SHIPPED)
KINDS = ("rules", "tests")
MADE: Mapping[str, Any] = {of: json.loads(written(of, CHECKS)) for of in KINDS}
VALIDATORS = {of: Draft202012Validator(made) for of, made in MADE.items()}
PACKS = sorted((ROOT / "examples" / "rules").glob("*.yaml"))
EXAMPLES = [
    (of, example)
    for page in ("rules", "checks", "rule-tests")
    for example in re.findall(
        r"^```yaml\n(.*?)^```", (ROOT / "docs" / f"{page}.md").read_text(), re.MULTILINE | re.DOTALL
    )
    for of in ("tests" if re.search("^tests:", example, re.MULTILINE) else "rules",)
]
RULE = {"name": "x", "when": {"patterns": {"literals": ["x"]}}}


def wrong(of: str, value: object) -> list[str]:
    return [f"{error.json_path}: {error.message}" for error in VALIDATORS[of].iter_errors(value)]


def read(text: str) -> Any:
    return document(text, file="x.yaml").value


@pytest.mark.parametrize("of", KINDS)
def test_it_is_a_schema(of: str) -> None:
    Draft202012Validator.check_schema(MADE[of])


@pytest.mark.parametrize("of", KINDS)
def test_the_published_one_is_the_true_one(of: str) -> None:
    published = (FOLDER / f"{of}.json").read_text("utf-8")
    assert published == written(of, CHECKS) + "\n", f"hitl-chat schema {of} > docs/schema/{of}.json"


def test_the_command_prints_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema", "tests"]) == 0
    assert json.loads(capsys.readouterr().out) == MADE["tests"]
    assert main(["schema"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed["$defs"].keys() >= MADE["rules"]["$defs"].keys()


@pytest.mark.parametrize("path", PACKS, ids=lambda path: path.name)
def test_the_packs_fit(path: Path) -> None:
    of = "tests" if ".tests." in path.name else "rules"
    text = path.read_text("utf-8")
    assert wrong(of, read(text)) == []
    assert text.startswith(f"# yaml-language-server: $schema=../../docs/schema/{of}.json\n")


@pytest.mark.parametrize(("of", "example"), EXAMPLES)
def test_the_examples_of_the_guides_fit(of: str, example: str) -> None:
    assert wrong(of, read(example)) == []


@pytest.mark.parametrize(
    "value",
    [
        {"rule": []},
        {"rules": [{**RULE, "dealine": "5m"}]},
        {"rules": [{**RULE, "deadline": "soon"}]},
        {"rules": [{**RULE, "impact": "medium"}]},
        {"rules": [{"name": "x"}]},
        {"rules": [{"name": "x", "when": {}}]},
        {"rules": [{"name": "x", "when": "never"}]},
        {"rules": [{"name": "x", "when": {"pattern": {"literals": ["x"]}}}]},
        {"rules": [{"name": "x", "when": {"patterns": {"literal": ["x"]}}}]},
        {"rules": [{"name": "x", "when": {"pii": {"types": ["e-mail"]}}}]},
        {"rules": [{"name": "x", "when": {"any": []}}]},
        {"rules": [{"name": "x", "when": {"all": [{"not": {"check": 7}}]}}]},
        {"rules": [{"name": "x", "when": {"check": "hedging", "above": 1.5}}]},
        {"rules": [{"name": "x", "when": {"always": True, "above": 0.5}}]},
        {"rules": [{"name": "x", "when": {"ended": "sometimes"}}]},
        {"rules": [{**RULE, "on": {"channels": "web"}}]},
        {"rules": [{**RULE, "on": {"customer": {"literals": "x"}}}]},
        {"rules": [RULE], "checks": {"x": {}}},
        {"rules": [RULE], "checks": {"x": {"kind": "hegding"}}},
        {"rules": [RULE], "checks": {"x": {"kind": "judge", "creteria": "x"}}},
        {
            "rules": [RULE],
            "checks": {"x": {"kind": "tool_calls", "tools": {"t": {"a": {"mx": 1}}}}},
        },
        {"pass": "some"},
    ],
    ids=str,
)
def test_what_is_misspelt_is_no_rule(value: Any) -> None:
    assert wrong("rules", value)


@pytest.mark.parametrize(
    "case",
    [
        {"name": "x", "expect": "held"},
        {"name": "x"},
        {"name": "x", "expect": "hold", "custommer": "x"},
        {"name": "x", "expect": "hold", "scores": {"judge": 2}},
        {"name": "x", "expect": "hold", "ended": "badly"},
    ],
    ids=str,
)
def test_what_is_misspelt_is_no_test(case: Any) -> None:
    assert wrong("tests", {"tests": [case]})


def test_every_condition_is_known() -> None:
    found = MADE["rules"]["$defs"]
    told = {*found["when"]["anyOf"][1]["properties"], *found["on"]["properties"]}
    endings = set(found["when"]["anyOf"][1]["properties"]["ended"]["anyOf"][0]["enum"])
    assert told | endings == set(conditions())


def test_every_key_says_what_it_is_for() -> None:
    silent = [place for of in KINDS for place in _silent(MADE[of])]
    assert silent == []


def _silent(made: Mapping[str, Any]) -> Iterator[str]:
    for name, model in made["$defs"].items():
        for key, value in model.get("properties", {}).items():
            if "description" not in value and key not in ("kind", "any", "all", "not"):
                yield f"{name}.{key}"


def test_every_key_of_a_rules_file_is_in_it() -> None:
    for model in (schema.Ruleset, schema.Rule):
        keys = {field.alias or name for name, field in model.model_fields.items()}
        assert MADE["rules"]["$defs"][model.__name__]["properties"].keys() == keys
