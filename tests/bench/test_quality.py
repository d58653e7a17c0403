"""The quality bench on made-up rows: what it prints and writes, and what it says when it cannot."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bench import quality, train_consistency
from bench.quality_consistency import ANSWERS
from bench.quality_section import Section, published, rendered
from bench.quality_sections import SECTIONS
from bench.train_consistency import PASSAGES
from hitl_chat.checks.lexical_weights import load


def test_it_is_run_by_its_path() -> None:
    done = subprocess.run(
        [sys.executable, "bench/quality.py", "--checks", "x"],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "nothing to measure for 'x'" in done.stderr


def passage(number: int) -> dict[str, Any]:
    """Right first, wrong then, by samples that say so."""
    year = 1800 + number
    right, wrong = f"Ada{number} was born in {year}.", f"She died in {year + 9} in Galway."
    sample = f"Ada{number}, born in {year}, died in {year + 70} in Dublin."
    return {
        "id": f"passage-{number}",
        "draft": f"{right} {wrong}",
        "sentences": [right, wrong],
        "labels": [0, 1],
        "samples": [sample] * 10,
        "ref_scores": {"nli": [0.1, 0.9]},
    }


def question(number: int) -> dict[str, Any]:
    wrong = number % 2
    return {
        "id": f"question-{number}",
        "question": f"Where was number {number} born?",
        "draft": "In Galway." if wrong else "In Dublin.",
        "label": wrong,
        "samples": ["In Dublin."] * 2,
        "paraphrase_samples": ["Dublin."] * 2,
    }


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    written = {PASSAGES: [passage(number) for number in range(12)]}
    written |= {name: [question(number) for number in range(8)] for name in ANSWERS}
    for name, rows in written.items():
        (tmp_path / name).write_text("\n".join(map(json.dumps, rows)))
    return tmp_path


def test_every_scorer_stands_beside_its_controls(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = folder / "out.json"
    asked = ["--data", str(folder), "--checks", "consistency, ambiguity", "--json", str(file)]
    assert quality.main(asked) == 0
    printed = capsys.readouterr().out
    for part in ("control: hedge phrase", "same rows: NLI", "published", "| consistency, 2 + 2 |"):
        assert part in printed
    sections = json.loads(file.read_text())
    assert [section["title"].partition(":")[0] for section in sections] == [
        "consistency",
        "consistency",
        "consistency",
        "ambiguity",
    ]
    shipped = sections[0]["scored"][0]
    assert (shipped["name"], shipped["rows"], shipped["bad"], shipped["groups"]) == (
        "consistency, shipped weights",
        24,
        12,
        12,
    )
    assert shipped["measures"]["roc"]["value"] == 1
    assert sections[1]["scored"][0]["measures"]["auc_pr"]["value"] == 1


def test_what_is_not_there_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert quality.main(["--data", str(tmp_path), "--checks", "pii,ambiguity"]) == 2
    assert "not measured: no policy_pii.jsonl" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--checks", "consistencies"], "nothing to measure for 'consistencies': --checks takes"),
        (["--checks", ","], "no check named"),
        (["--data", "/nowhere"], "no folder '/nowhere': name one with --data"),
    ],
)
def test_mistakes_are_named(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert quality.main(arguments) == 2
    assert said in capsys.readouterr().err


def test_every_section_has_a_name_and_a_measure() -> None:
    assert {"consistency", "ambiguity", "pii", "known_bad"} <= SECTIONS.keys()


def test_a_figure_that_is_not_known_is_a_dash() -> None:
    text = rendered(Section("title", [published("them", 0.91)]))
    assert "| them | – | – | 91.0 | – |" in text  # noqa: RUF001 (a dash is meant)


def test_weights_are_learned_and_say_from_what(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = folder / "weights.json"
    asked = ["--data", str(folder), "--out", str(out), "--on", "2026-11-20"]
    assert train_consistency.main(asked) == 0
    assert json.loads(capsys.readouterr().out)["roc"] == 1
    assert len(load(out).weights) == len(load().weights)
    origin = json.loads(out.read_text())["origin"]
    assert (origin["groups"], origin["segments"], origin["bad"]) == (12, 24, 12)


def test_nothing_to_learn_from_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert train_consistency.main(["--data", str(tmp_path), "--on", "2026-11-20"]) == 2
    assert f"no {PASSAGES} in" in capsys.readouterr().err
