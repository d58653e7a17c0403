"""Every row of the table of faults has an issue, and every row of a delivered issue its tests."""

import ast
import tomllib
from functools import cache
from typing import Any

import pytest

from tests.quality.project import ROOT

ROWS = 93
TABLE: dict[str, Any] = tomllib.loads((ROOT / "tests/faults/rows.toml").read_text())
DELIVERED = [row for row in TABLE["row"] if row["issue"] in TABLE["delivered"]]


@cache
def defined(file: str) -> frozenset[str]:
    tree = ast.parse((ROOT / file).read_text())
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    names = {node.name for node in ast.walk(tree) if isinstance(node, kinds)}
    assigned = {
        target.id
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    return frozenset(names | assigned)


def test_every_row_is_there_once() -> None:
    assert [row["number"] for row in TABLE["row"]] == list(range(1, ROWS + 1))
    assert all(row["fault"] and row["issue"] for row in TABLE["row"])


def test_every_row_of_a_delivered_issue_has_a_test() -> None:
    untested = {row["number"] for row in DELIVERED if not row["tests"]}
    assert untested == set(TABLE["pending"]), "while an issue is built, its rows may be pending"
    assert TABLE["pending"] == []


@pytest.mark.parametrize("row", TABLE["row"], ids=lambda row: row["number"])
def test_the_tests_of_a_row_exist(row: dict[str, Any]) -> None:
    """A test that was renamed or removed would prove nothing here."""
    missing = []
    for named in row["tests"]:
        file, _, name = named.partition("::")
        if not (ROOT / file).is_file() or name not in defined(file):
            missing.append(named)
    assert missing == []
