"""Every attack that is listed has tests, which exist and hold its bad input."""

import tomllib
from itertools import groupby
from typing import Any

import pytest

from tests.faults.test_rows import defined
from tests.quality.project import ROOT

ROWS: list[dict[str, Any]] = tomllib.loads((ROOT / "tests/security/rows.toml").read_text())["row"]
SECTIONS = {"G": 13, "H": 14, "I": 15, "J": 18, "K": 10}


def files(row: dict[str, Any]) -> list[str]:
    return sorted({named.partition("::")[0] for named in row["tests"]})


def test_every_row_is_there_once() -> None:
    numbers = [(row["id"][0], int(row["id"][1:])) for row in ROWS]
    counted = {letter: [n for _, n in some] for letter, some in groupby(numbers, lambda r: r[0])}
    assert counted == {letter: list(range(1, most + 1)) for letter, most in SECTIONS.items()}
    assert all(row["attack"] and row["tests"] for row in ROWS)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["id"])
def test_the_tests_of_a_row_exist(row: dict[str, Any]) -> None:
    """A test that was renamed or removed would prove nothing here."""
    missing = [
        named
        for named in row["tests"]
        for file, _, name in (named.partition("::"),)
        if not (ROOT / file).is_file() or name not in defined(file)
    ]
    assert missing == []


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["id"])
def test_the_bad_input_of_a_row_is_in_its_tests(row: dict[str, Any]) -> None:
    """A case that was dropped from a table would not be missed otherwise."""
    texts = "\n".join((ROOT / file).read_text("utf-8") for file in files(row))
    assert [one for one in row.get("data", ()) if one not in texts] == []
