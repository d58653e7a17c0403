"""docs/checks.md: every check that is shipped has its section, and every option is in it."""

import re
from pathlib import Path

import pytest
import yaml
from pydantic import BaseModel

from hitl_chat.checks.registry import SHIPPED
from hitl_chat.checks.registry import default as default_checks
from hitl_chat.rules.compile import compile_ruleset

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "checks.md").read_text()
SECTIONS = dict(re.findall(r"^## ([a-z_]+)\n(.*?)(?=^## |\Z)", GUIDE, re.MULTILINE | re.DOTALL))
IN_THE_RULES_GUIDE = {"patterns", "pii", "scripted"}
SHARED = {"kind", "timeout"}  # explained once, above
CHECKS = {check.name: check.options for check in SHIPPED if check.name not in IN_THE_RULES_GUIDE}
EXAMPLES = re.findall(r"^```yaml\n(.*?)^```", GUIDE, re.MULTILINE | re.DOTALL)


def test_every_check_has_a_section_and_every_section_a_check() -> None:
    assert SECTIONS.keys() == CHECKS.keys()


@pytest.mark.parametrize("name", CHECKS)
def test_every_option_is_named(name: str) -> None:
    section = SECTIONS.get(name, "") + like(name)
    missing = [
        key
        for key in keys(CHECKS[name]) - SHARED
        if f"{key}:" not in section.replace("`", "") and f"`{key}`" not in section
    ]
    assert missing == []


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_examples_are_right(example: str) -> None:
    written = yaml.safe_load(example)
    rules = "" if "rules" in written else "pass: all\n"
    made = compile_ruleset(rules + example, file="example.yaml", checks=default_checks())
    assert made.version


def like(name: str) -> str:
    """The section of the check whose options these are, where it says so."""
    found = re.search(r"options are those of `([a-z_]+)`", SECTIONS.get(name, ""))
    return SECTIONS[found[1]] if found else ""


def keys(options: type[BaseModel]) -> set[str]:
    return {field.alias or name for name, field in options.model_fields.items()}
