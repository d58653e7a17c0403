"""What the known-bad bench counts and what its training writes, on made-up rows."""

import json
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

import msgspec
import numpy as np
import pytest

from bench import quality_known_bad, train_known_bad
from bench.quality_known_bad import BENIGN, measured, misremembered
from bench.quality_section import rendered
from bench.train_known_bad import DRAFTS, LIBRARY, learned, written
from hitl_chat.checks.contrast_weights import FILE, File, weights
from hitl_chat.checks.library import parse
from tests.checks.wording import Wording

THINGS = ["tent", "lamp", "stove", "kettle", "rope", "boot", "mattress", "lantern"]


def write(file: Path, rows: Iterable[Mapping[str, object]]) -> None:
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Questions of a shop: whoever says 90 days is wrong, whoever says 30 is right."""
    asks = {thing: f"May I return a used {thing}?" for thing in THINGS}
    bad, good = (tmp_path / name for name in LIBRARY)
    write(bad, ({"question": q, "bad_answer": f"Yes, in 90 days, {t}."} for t, q in asks.items()))
    write(good, ({"question": q, "good_answer": "Only within 30 days."} for q in asks.values()))
    said = {"Sure, in 90 days.": 1, "Within 90 days.": 1, "Only 30 days.": 0, "In 30 days.": 0}
    drafts = (
        {"qid": thing, "question": question, "draft": draft, "label": label}
        for thing, question in asks.items()
        for draft, label in said.items()
    )
    write(tmp_path / DRAFTS, drafts)
    benign = ({"id": t, "context": f"And my {t}?", "draft": f"Your {t} is here."} for t in THINGS)
    write(tmp_path / BENIGN, benign)
    return tmp_path


async def test_it_measures_what_was_said_of_it(folder: Path) -> None:
    ticks: list[tuple[int, int]] = []
    told, benign = await measured(folder, lambda *tick: ticks.append(tick), Wording())
    trained, plain, _, *published = told.scored
    for one in (trained, plain):
        assert (one.rows, one.bad, one.groups) == (32, 16, 8)
        assert one.measures["roc"] == (1.0, 1.0, 1.0)
        assert one.measures["recall_at_5"].value == 1.0
    assert [one.rows for one in published] == [0, 0, 0, 0]
    assert [(figure.value, figure.of) for figure in told.figures] == 2 * [(1.0, 16), (0.0, 16)]
    assert [(figure.value, figure.of) for figure in benign.figures] == [(0.0, 8), (0.0, 8)]
    assert ticks[-1] == (80, 80)
    assert "| known_bad, untrained | 32 | 16 |" in rendered(told)


def test_without_its_files_nothing_is_measured(folder: Path) -> None:
    (folder / LIBRARY[1]).unlink()
    (found,) = quality_known_bad.measure(folder, lambda *_: None)
    assert found.missing == LIBRARY[1]


def test_a_part_that_would_have_the_wrong_sign_counts_for_nothing() -> None:
    random = np.random.default_rng(0)
    parts = random.normal(size=(200, 5))
    found = learned(parts, parts[:, 0] + parts[:, 2] + random.normal(size=200) > 0)
    assert found.weights[0] > 0  # bad_meaning
    assert found.weights[2] == 0  # good_meaning, which raises here


def test_a_made_up_mistake_is_another_number() -> None:
    answers = [
        {"id": "1", "context": "When?", "draft": "In 3 days, by 17:00."},
        {"id": "2", "context": "When?", "draft": "Soon."},
        {"id": "3", "context": " ", "draft": "In 3 days."},
    ]
    made = parse([("made", b"".join(misremembered(answers)))]).entries
    assert {ident: (one.bad, one.good) for ident, one in made.items()} == {
        "1": ("In 10 days, by 24:7.", "In 3 days, by 17:00.")
    }


async def test_training_writes_weights_that_say_where_they_come_from(
    folder: Path, tmp_path: Path
) -> None:
    made = await written(folder, "a shop", "none", date(2026, 1, 2), embedder=Wording())
    assert (made.origin.rows, made.origin.embeddings) == ("a shop", "wording")
    assert (made.origin.questions, made.origin.drafts, made.origin.bad) == (8, 32, 16)
    assert set(made.origin.sha256) == {DRAFTS, *LIBRARY}
    assert made.origin.held_out["roc"] == 1.0
    (tmp_path / "own.json").write_bytes(msgspec.json.encode(made))
    assert weights("own.json", tmp_path) == made.weights


def test_the_shipped_weights_say_where_they_come_from() -> None:
    shipped = msgspec.json.decode(FILE.read_bytes(), type=File)
    assert "TruthfulQA" in shipped.origin.rows
    assert shipped.origin.licence == "Apache-2.0"
    assert shipped.origin.held_out["low"] > 0.8


def test_without_the_data_it_says_what_is_missing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert train_known_bad.main(["--data", str(tmp_path), "--date", "2026-01-02"]) == 2
    assert DRAFTS in capsys.readouterr().err
