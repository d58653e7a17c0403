"""What the novelty bench counts, on made-up rows."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

from bench import quality_novelty
from bench.quality_known_bad import BENIGN
from bench.quality_novelty import OTHERS, SPLITS, measured
from bench.quality_section import rendered
from tests.checks.test_novelty import STRANGE, USUAL
from tests.checks.wording import Wording


def write(file: Path, rows: Iterable[Mapping[str, object]]) -> None:
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Questions about many things, twice each, and others that share no word with them."""
    usual = [question.replace("the", f"the {n} year old") for question in USUAL for n in range(2)]
    write(tmp_path / BENIGN, ({"context": text, "draft": "Yes."} for text in [*usual, *usual, " "]))
    for file, key in OTHERS.values():
        write(tmp_path / file, ({key: f"{STRANGE} {word}"} for word in ("Why", "How", "Who")))
    return tmp_path


async def test_it_measures_what_was_said_of_it(folder: Path) -> None:
    ticks: list[tuple[int, int]] = []
    said = await measured(folder, lambda *tick: ticks.append(tick), Wording(), minimum=20)
    held, *others = said.figures
    assert held.value is not None
    assert held.value < 0.5
    assert [(figure.value, figure.of) for figure in others] == 3 * [(1.0, 3)]
    assert ticks[-1] == (2 * SPLITS, 2 * SPLITS)
    assert "XSTest prompts, scored 0.5 or more | 1.0000 |" in rendered(said)


def test_without_its_files_nothing_is_measured(folder: Path) -> None:
    (folder / BENIGN).unlink()
    (found,) = quality_novelty.measure(folder, lambda *_: None)
    assert found.missing == BENIGN
