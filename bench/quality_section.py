"""One part of the quality bench: what was measured on one set of rows, and how that is written.

A section is a function in a file of its own, named once in `quality_sections.py`. It gets the
folder of the data and a function to call after each row, and returns a `Section`. Knows no check.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from bench.quality_figures import (
    Interval,
    Judged,
    average_precision,
    average_precision_of_good,
    interval,
    recall_at,
    roc,
)
from bench.tables import NONE, table

Tick = Callable[[int, int], None]  # so many done, of so many

MEASURES = {
    "auc_pr": average_precision,
    "auc_pr_good": average_precision_of_good,
    "roc": roc,
    "recall_at_5": recall_at(0.05),
    "recall_at_10": recall_at(0.10),
}
SCORED = (
    "scorer | rows | bad | AUC-PR bad | AUC-PR good | ROC | recall at 5 % | at 10 % false positives"
    " | CPU ms/answer | model calls"
)


class Scored(NamedTuple):
    """One scorer on one set; a published row has values only."""

    name: str
    rows: int
    bad: int
    groups: int
    measures: Mapping[str, Interval]
    cpu_ms: float | None = None  # for one answer
    calls: float | None = None  # model calls for one answer


class Figure(NamedTuple):
    """Anything else that was counted."""

    name: str
    value: float | None
    of: int
    low: float | None = None
    high: float | None = None


class Section(NamedTuple):
    """`missing`: the file that is not there, so nothing was measured."""

    title: str
    scored: Sequence[Scored] = ()
    figures: Sequence[Figure] = ()
    notes: Sequence[str] = ()
    missing: str = ""


Measure = Callable[[Path, Tick], Sequence[Section]]


def scored(
    name: str, rows: Judged, cpu_ms: float | None = None, calls: float | None = None
) -> Scored:
    measures = {key: interval(measure, rows) for key, measure in MEASURES.items()}
    counts = len(rows.bad), int(rows.bad.sum()), len(set(rows.groups))
    return Scored(name, *counts, measures, cpu_ms, calls)


def published(
    name: str, auc_pr: float | None = None, good: float | None = None, roc: float | None = None
) -> Scored:
    values = {"auc_pr": auc_pr, "auc_pr_good": good, "roc": roc}
    known = {
        key: Interval(value, np.nan, np.nan) for key, value in values.items() if value is not None
    }
    return Scored(name, 0, 0, 0, known)


def rendered(section: Section) -> str:
    lines = [f"## {section.title}"]
    if section.missing:
        return "\n".join([*lines, f"\nnot measured: no {section.missing}"])
    if section.scored:
        groups = max(one.groups for one in section.scored)
        lines += ["", *table(SCORED, map(_cells, section.scored))]
        lines += [f"\nin brackets: 95 %, drawn by group ({groups} groups)"]
    if section.figures:
        header = "figure | value | 95 % | of"
        lines += ["", *table(header, map(_row, section.figures))]
    return "\n".join([*lines, *(f"\n{note}" for note in section.notes)])


def _cells(one: Scored) -> list[str]:
    counts = [f"{number:,}" if one.rows else NONE for number in (one.rows, one.bad)]
    values = [_value(one.measures.get(key)) for key in MEASURES]
    return [one.name, *counts, *values, _number(one.cpu_ms, 2), _number(one.calls, 1)]


def _value(value: Interval | None) -> str:
    if value is None or np.isnan(value.value):
        return NONE
    middle = f"{value.value * 100:.1f}"
    return middle if np.isnan(value.low) else f"{middle} [{value.low:.3f}, {value.high:.3f}]"


def _number(value: float | None, digits: int) -> str:
    return NONE if value is None else f"{value:.{digits}f}"


def _row(figure: Figure) -> list[str]:
    band = NONE if figure.low is None else f"{figure.low:.4f} to {figure.high:.4f}"
    return [figure.name, _number(figure.value, 4), band, f"{figure.of:,}"]


def as_data(section: Section) -> dict[str, Any]:
    """For JSON, which knows no NaN."""
    return {
        "title": section.title,
        "missing": section.missing,
        "scored": [
            {**one._asdict(), "measures": dict(_intervals(one.measures))} for one in section.scored
        ],
        "figures": [figure._asdict() for figure in section.figures],
        "notes": list(section.notes),
    }


def _intervals(measures: Mapping[str, Interval]) -> Iterator[tuple[str, dict[str, float | None]]]:
    for name, value in measures.items():
        parts = value._asdict().items()
        yield name, {key: None if np.isnan(part) else part for key, part in parts}
