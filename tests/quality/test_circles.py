"""No module of the pages needs itself: what is below knows nothing of what is above."""

import re
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from tests.quality.project import ROOT

IMPORT = re.compile(r"^(?:import|export) (?!type )([\w\s{},*]*?)\s?(?:from )?'(\..*?)'", re.M)
ONLY_TYPES = re.compile(r"\{\s*(?:type \w+,?\s*)+\}")


def needed(source: str) -> list[str]:
    """What a module imports at once; types are gone when it runs."""
    return [path for names, path in IMPORT.findall(source) if not ONLY_TYPES.fullmatch(names)]


def graph(*folders: Path) -> dict[Path, set[Path]]:
    files = [each for folder in folders for each in folder.rglob("*.ts*")]
    return {
        file: {(file.parent / path).resolve() for path in needed(file.read_text("utf-8"))}
        for file in files
    }


def test_pages_import_nothing_in_a_circle() -> None:
    found = graph(ROOT / "web" / "src", ROOT / "web" / "widget" / "src")
    assert all(path.is_file() for paths in found.values() for path in paths)
    assert len({path for paths in found.values() for path in paths}) > 100
    TopologicalSorter(found).prepare()


@pytest.mark.parametrize(
    "source",
    [
        "import { b } from './b.ts';",
        "import { type A, b } from './b.ts';",
        "import * as b from './b.ts';",
        "import {\n  b,\n  type C,\n} from './b.ts';",
        "export { b } from './b.ts';",
        "import './b.ts';",
        "import { x } from 'x';\nimport b from './b.ts';",
    ],
)
def test_values_are_needed(source: str) -> None:
    assert needed(source) == ["./b.ts"]


@pytest.mark.parametrize(
    "source",
    [
        "import type { B } from './b.ts';",
        "import { type B, type C } from './b.ts';",
        "import {\n  type B,\n  type C,\n} from './b.ts';",
        "export type { B } from './b.ts';",
        "const late = async () => await import('./b.ts');",
        "import { b } from 'b';",
    ],
)
def test_types_and_what_comes_later_are_not(source: str) -> None:
    assert needed(source) == []
