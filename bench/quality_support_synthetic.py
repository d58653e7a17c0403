"""Checks on support answers that are wrong in one known way, beside their controls. Synthetic.

    .venv/bin/python -m bench.quality --checks support_synthetic [--judge-url http://HOST/v1]

Makes wrong drafts of `support_benign.jsonl` (`corrupting.py`) and what the right ones are right by
(`restating.py`). Owns the tables. Right and wrong drafts stand in pairs, so that half of the rows
are wrong for each operator, and intervals draw whole source rows.
"""

import asyncio
import re
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from bench import quality_tool_calls
from bench.corrupting import OPERATORS, Corrupted, Row, corrupted, pick
from bench.quality_data import rows
from bench.quality_figures import Judged, judged
from bench.quality_section import Figure, Scored, Section, Tick, scored
from bench.restating import case_file, copied, looked_up, reworded
from bench.synthetic_scorers import (
    JudgeAt,
    Look,
    Pair,
    consistent,
    fused,
    grounded,
    hedges,
    judged_by,
    known,
    long,
    with_each,
)
from bench.train_known_bad import embeddings
from hitl_chat.core.events import CheckFailed
from hitl_chat.errors import Unavailable
from hitl_chat.ports import Embedder

NAME = "support_synthetic"
BENIGN = "support_benign.jsonl"
TITLE = "support (synthetic)"
BLOCK = 20  # rows that stand together are of one conversation, where no task says so
NOTES = (
    "Synthetic: wrong drafts are made by six operators, and so is what right ones are right by.",
    "Both samples of `consistency` know the truth and word it nearly alike: a bound from above.",
    "`known_bad` and the fusion never saw the operator nor the conversations they are tested on.",
    "Nothing else here is fitted.",
    "Rows of one conversation resemble each other, so intervals by row are narrow.",
)
COLUMNS = ("grounding", "consistency, k = 2", "control: hedging", "control: length")
FUSION = "fusion of these, operator and conversation left out"
KNOWN_BAD = "known_bad, operator and conversation left out"
EVERY = "every operator"

Pairs = Sequence[Pair | None]


class Found(NamedTuple):
    """What was scored, in pairs; `spent` is in milliseconds for one answer."""

    wrong: Sequence[Corrupted]
    scores: Mapping[str, Pairs]
    spent: Mapping[str, float]
    notes: Sequence[str]


def measure(folder: Path, tick: Tick, judge: JudgeAt | None = None) -> list[Section]:
    if not (folder / BENIGN).is_file():
        return [Section(TITLE, missing=BENIGN)]
    embedder = embeddings()
    try:
        return measured(list(map(row_of, rows(folder / BENIGN))), tick, embedder, judge)
    finally:
        embedder.close()


def row_of(row: Mapping[str, Any]) -> Row:
    number = re.search(r"\d+$", row["id"])
    of = row.get("task_id", int(number[0]) // BLOCK if number else row["id"])
    source = str(row.get("source", ""))
    return Row(row["id"], source, str(row["context"]), row["draft"], f"{source}/{of}")


def measured(
    benign: Sequence[Row], tick: Tick, embedder: Embedder, judge: JudgeAt | None = None
) -> list[Section]:
    found = score(benign, tick, embedder, judge)
    if not found.wrong:
        return [Section(TITLE, missing=f"draft in {BENIGN} that an operator could work on")]
    made = {one.operator for one in found.wrong}
    return [
        table(found, EVERY),
        *(table(found, operator) for operator in OPERATORS if operator in made),
        _grounding_in_vain(benign, found.wrong),
        _material(benign),
        quality_tool_calls.section(benign),
    ]


def score(
    benign: Sequence[Row], tick: Tick, embedder: Embedder, judge: JudgeAt | None = None
) -> Found:
    """What every scorer says to every pair; what cannot be asked here is in the notes."""
    wrong = list(corrupted(benign))
    looks: Sequence[Look] = (lambda row, draft: grounded(row, draft).score, consistent())
    found, spent = {}, {}
    for name, look in zip(COLUMNS, (*looks, hedges, long), strict=True):
        began = time.process_time()
        found[name] = with_each(look, wrong)
        answers = len(wrong) + len({one.row.id for one in wrong})
        spent[name] = (time.process_time() - began) * 1000 / max(answers, 1)
    scores: dict[str, Pairs] = {**found, FUSION: fused(wrong, list(found.values()))}
    asked = {KNOWN_BAD: _known(wrong, embedder, tick), "judge": _judged(judge, wrong)}
    scores |= {name: said for name, (said, _) in asked.items() if said}
    return Found(wrong, scores, spent, [*NOTES, *(note for _, note in asked.values() if note)])


def _known(wrong: Sequence[Corrupted], embedder: Embedder, tick: Tick) -> tuple[Pairs | None, str]:
    done = 0

    def count() -> None:
        nonlocal done
        done += 1
        tick(done, len(wrong))

    try:
        return asyncio.run(known(wrong, embedder, count)), ""
    except Unavailable as error:
        return None, f"`known_bad` not measured: {error.message}"


def _judged(judge: JudgeAt | None, wrong: Sequence[Corrupted]) -> tuple[Pairs | None, str]:
    if judge is None:
        return None, "`judge` not measured: it needs a model, named with --judge-url."
    drawn = sorted(range(len(wrong)), key=lambda at: _order(wrong[at]))[: judge.pairs]
    said = asyncio.run(judged_by(judge, [wrong[at] for at in drawn]))
    failed = [one.why for one in said if isinstance(one, CheckFailed)]
    note = f"`judge`: {judge.model!r}; no verdict on {len(failed)} of {len(said)} pairs"
    note += f" ({', '.join(sorted(set(failed)))})." if failed else "."
    if len(failed) == len(said):
        return None, note
    by_place = {
        at: one for at, one in zip(drawn, said, strict=True) if not isinstance(one, CheckFailed)
    }
    return [by_place.get(at) for at in range(len(wrong))], note


def _order(one: Corrupted) -> int:
    return pick(range(1 << 32), one.row.id, one.operator)


def table(found: Found, operator: str) -> Section:
    every = operator == EVERY
    at = [n for n, one in enumerate(found.wrong) if every or one.operator == operator]
    lines = [
        _line(name, [found.wrong[n] for n in at], [pairs[n] for n in at], found.spent.get(name))
        for name, pairs in found.scores.items()
        if any(pairs[n] for n in at)
    ]
    return Section(f"{TITLE}: {operator}", lines, notes=found.notes if every else ())


def _line(
    name: str, wrong: Sequence[Corrupted], pairs: Sequence[Pair | None], spent: float | None
) -> Scored:
    calls = 2.0 if name.startswith("consistency") else 1.0 if name == "judge" else 0.0
    return scored(name, in_pairs(wrong, pairs), spent, calls)


def in_pairs(wrong: Sequence[Corrupted], pairs: Sequence[Pair | None]) -> Judged:
    """Right and wrong drafts, side by side, as rows of their source."""
    return judged(
        [
            (bad, score, one.row.id)
            for one, pair in zip(wrong, pairs, strict=True)
            if pair
            for bad, score in zip((False, True), pair, strict=True)
        ]
    )


def _grounding_in_vain(benign: Sequence[Row], wrong: Sequence[Corrupted]) -> Section:
    """What `grounding` says against answers that all they say is supported of."""
    said = {row.id: grounded(row, row.draft) for row in benign}
    figures = [
        Figure(
            f"right answers with their material at {bound} or more",
            sum(one.score >= bound for one in said.values()) / len(said),
            len(said),
        )
        for bound in (0.01, 0.3, 0.5, 0.7)
    ]
    reasons = Counter(kind for one in said.values() for kind in one.detail.split(", ") if kind)
    figures += [
        Figure(f"right answers, {kind}", count / len(said), len(said))
        for kind, count in reasons.most_common()
    ]
    caught = [grounded(one.row, one.draft).score >= 0.5 for one in wrong]
    figures.append(Figure("wrong drafts at 0.5 or more", sum(caught) / len(caught), len(caught)))
    return Section(f"{TITLE}: grounding's false positives", figures=figures)


def _material(benign: Sequence[Row]) -> Section:
    """How far what the drafts are compared with is a copy of them."""
    parts: Mapping[str, Callable[[str], Sequence[str]]] = {
        "sentences that stand in the case file word by word": lambda draft: (
            case_file(draft),
            looked_up(draft),
        ),
        "sentences that stand in both samples word by word": lambda draft: (
            [min(reworded(draft), key=lambda text: copied(draft, text)[0])]
        ),
    }
    figures = []
    for name, texts in parts.items():
        counts = [copied(row.draft, *texts(row.draft)) for row in benign]
        same, of = (sum(column) for column in zip(*counts, strict=True))
        figures.append(Figure(name, same / of if of else None, of))
    return Section(f"{TITLE}: what it is compared with", figures=figures)
