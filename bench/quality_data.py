"""Where the labelled sets lie, and how their rows are read. Copies nothing."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

DATA = Path(__file__).parents[2] / "shared" / "data"


def rows(path: Path) -> Iterator[Any]:
    with path.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def places(draft: str, segments: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Where segments stand in the draft that they make up."""
    at = 0
    for segment in segments:
        start = draft.index(segment, at)
        at = start + len(segment)
        yield start, at
