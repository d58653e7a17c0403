"""How well the checks find what they are for: every check on labelled rows, beside its controls.

    .venv/bin/python -m bench.quality [--data DIR] [--checks a,b] [--json FILE]

Reads any folder in the format of ../shared/data and copies nothing. Curves come with intervals
drawn by passage or question; counts stand beside every rate.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from bench.quality_data import DATA
from bench.quality_section import Section, as_data, rendered
from bench.quality_sections import SECTIONS

WIDTH = 30


class Bar:
    """How far the measuring is, on a terminal only."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __call__(self, done: int, of: int) -> None:
        if sys.stderr.isatty():
            full = WIDTH * done // of
            bar = "#" * full + "." * (WIDTH - full)
            print(f"\r{self._name:<14} {bar} {done}/{of} ", end="", file=sys.stderr, flush=True)

    def clear(self) -> None:
        if sys.stderr.isatty():
            print("\r\033[K", end="", file=sys.stderr, flush=True)


def measured(names: Sequence[str], folder: Path) -> list[Section]:
    found: list[Section] = []
    for name in names:
        bar = Bar(name)
        sections = SECTIONS[name](folder, bar)
        bar.clear()
        for section in sections:
            print(rendered(section), end="\n\n", flush=True)
        found += sections
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="bench.quality", description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--checks", default=",".join(SECTIONS))
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args(arguments)
    names = [name.strip() for name in asked.checks.split(",") if name.strip()]
    strange = [name for name in names if name not in SECTIONS]
    if strange or not names:
        wrong = f"nothing to measure for {strange[0]!r}" if strange else "no check named"
        print(f"{wrong}: --checks takes {', '.join(SECTIONS)}", file=sys.stderr)
        return 2
    if not asked.data.is_dir():
        print(f"no folder {str(asked.data)!r}: name one with --data", file=sys.stderr)
        return 2
    found = measured(names, asked.data)
    if asked.json:
        asked.json.write_text(json.dumps(list(map(as_data, found)), indent=1) + "\n", "utf-8")
    return 0 if any(not section.missing for section in found) else 2


if __name__ == "__main__":
    sys.exit(main())
