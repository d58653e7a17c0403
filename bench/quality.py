"""How well the checks find what they are for: every check on labelled rows, beside its controls.

    .venv/bin/python bench/quality.py [--data DIR] [--checks a,b] [--json FILE]
        [--judge-url http://HOST/v1 --judge-model NAME]

Reads any folder in the format of ../shared/data and copies nothing. Curves come with intervals
drawn by passage or question; counts stand beside every rate.
"""

import argparse
import json
import os
import sys
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench import quality_support_synthetic
from bench.quality_data import DATA
from bench.quality_section import Measure, Section, as_data, rendered
from bench.quality_sections import SECTIONS
from bench.synthetic_scorers import JudgeAt

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


def measured(
    names: Sequence[str], folder: Path, known: Mapping[str, Measure] = SECTIONS
) -> list[Section]:
    found: list[Section] = []
    for name in names:
        bar = Bar(name)
        sections = known[name](folder, bar)
        bar.clear()
        for section in sections:
            print(rendered(section), end="\n\n", flush=True)
        found += sections
    return found


def _judging(asked: argparse.Namespace) -> Mapping[str, Measure]:
    """The section that has use for a model, where one is named."""
    if not asked.judge_url:
        return {}
    key = os.environ.get("JUDGE_API_KEY", "")
    judge = JudgeAt(asked.judge_url, asked.judge_model, key, asked.judge_pairs)
    name = quality_support_synthetic.NAME
    return {name: partial(quality_support_synthetic.measure, judge=judge)}


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="bench/quality.py", description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--checks", default=",".join(SECTIONS))
    parser.add_argument("--json", type=Path)
    parser.add_argument("--judge-url", help="an OpenAI-compatible server; its key: JUDGE_API_KEY")
    parser.add_argument("--judge-model", default="judge")
    parser.add_argument("--judge-pairs", type=int, default=120, help="two calls for each")
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
    found = measured(names, asked.data, {**SECTIONS, **_judging(asked)})
    if asked.json:
        asked.json.write_text(json.dumps(list(map(as_data, found)), indent=1) + "\n", "utf-8")
    return 0 if any(not section.missing for section in found) else 2


if __name__ == "__main__":
    sys.exit(main())
