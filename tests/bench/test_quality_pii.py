"""What the PII bench counts, on made-up rows; and the goals, where the development data lies."""

import json
from pathlib import Path
from typing import Any

import pytest

from bench import quality_pii
from bench.quality_pii import DATA, MARKED, Score, main, measure, of_folder
from tests.services import OPTIONAL

ROWS: list[dict[str, Any]] = [
    {"text": "x@example.net", "spans": [{"type": "EMAIL_ADDRESS", "start": 0, "end": 13}]},
    {"text": "Ann, 4111 1111", "spans": [{"type": "CREDIT_CARD", "start": 5, "end": 14}]},
    {"text": "from 192.0.2.1", "spans": [{"type": "PERSON", "start": 0, "end": 4}]},
    {"text": "nothing", "spans": []},
]


def test_it_counts_what_is_found_missed_and_wrong() -> None:
    quality = measure(ROWS, ["Hello.", "Write to y@example.org."])
    assert quality.types["email"] == Score(1, 0, 0)
    assert quality.types["card"] == Score(0, 1, 0)
    assert quality.types["ip"] == Score(0, 0, 1)
    assert (quality.types["ip"].recall, quality.types["ip"].precision) == (None, 0.0)
    assert (quality.clean, quality.clean_held) == (2, 1)
    assert (quality.benign, quality.benign_held) == (2, 1)


def test_it_prints_a_table_and_writes_a_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / MARKED).write_text("\n".join(map(json.dumps, ROWS)))
    (tmp_path / quality_pii.BENIGN).write_text(json.dumps({"draft": "Hello."}))
    file = tmp_path / "out.json"
    assert main(["--data", str(tmp_path), "--json", str(file)]) == 0
    printed = capsys.readouterr().out
    assert "| email | 1 | 1 | 0 | 100.0 % | 100.0 % |" in printed
    assert "harmless support answers that were held: 0 of 1" in printed
    assert json.loads(file.read_text())["types"]["card"] == {"found": 0, "missed": 1, "wrong": 0}


def test_it_says_what_is_missing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--data", str(tmp_path)]) == 2
    assert "name its folder with --data" in capsys.readouterr().err


@pytest.mark.skipif(not (DATA / MARKED).is_file(), reason=f"{OPTIONAL}development data")
def test_the_goals_are_met_on_the_development_rows() -> None:
    quality = of_folder(DATA)
    for kind in ("email", "ssn", "ip"):
        assert quality.types[kind].recall == 1.0
    for kind in ("card", "iban"):
        score = quality.types[kind]
        assert (score.recall or 0) >= 0.95
        assert (score.precision or 0) >= 0.98
    assert quality.clean_held <= 0.005 * quality.clean
    assert quality.benign_held <= 0.003 * quality.benign
