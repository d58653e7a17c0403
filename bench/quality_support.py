"""What the cheap checks and the rule packs do with answers nobody would want held.

    .venv/bin/python -m bench.quality --checks support

Reads `support_benign.jsonl` and `policy_xstest_prompts.jsonl`; copies nothing. These rows carry no
documents and no tool results, so `grounding` and `missing_data` have nothing to go by and hold what
they should elsewhere: they are timed here, and counted apart.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from statistics import mean, median
from time import perf_counter
from typing import Any

from bench.pack_rulings import PACKS, Pack
from bench.quality_data import rows
from bench.quality_figures import judged
from bench.quality_section import Figure, Section, Tick, scored
from hitl_chat.checks import hedging
from hitl_chat.checks.registry import default
from hitl_chat.core.events import Verdict
from hitl_chat.core.fields import CONTENT
from hitl_chat.ports import Asked, Check

QUESTIONS = ("consistency_nqopen.jsonl", "consistency_hotpotqa.jsonl")
BENIGN, PROMPTS = "support_benign.jsonl", "policy_xstest_prompts.jsonl"
HARMLESS = "Thank you for asking. Let me look into that."  # a prompt has no answer of its own
OF_ANSWERS = ("hedging", "refusal", "length", "language")
OF_CUSTOMERS = ("injection", "asks_for_person", "frustration")
WITHOUT_SOURCES = ("grounding", "missing_data")
OPTIONS: Mapping[str, Mapping[str, Any]] = {"language": {"allow": ["en"]}}
ABOVE = 0.5

Row = Mapping[str, Any]


def measure(folder: Path, tick: Tick) -> list[Section]:
    title = f"support: {BENIGN}, {PROMPTS}"
    missing = next((name for name in (BENIGN, PROMPTS) if not (folder / name).is_file()), "")
    if missing:
        return [Section(title, missing=missing)]
    benign, prompts = list(rows(folder / BENIGN)), list(rows(folder / PROMPTS))
    names = (*OF_ANSWERS, *OF_CUSTOMERS, *WITHOUT_SOURCES)
    figures = asyncio.run(_of_packs(benign, prompts))
    for at, name in enumerate(names, start=1):
        figures += asyncio.run(_of_check(name, benign))
        tick(at, len(names))
    note = f"a check counts as held at a score of {ABOVE} or more; times are medians of one answer"
    return [Section(title, figures=figures, notes=[note])]


async def _of_packs(benign: Sequence[Row], prompts: Sequence[Row]) -> list[Figure]:
    found: list[Figure] = []
    answers = [(str(row["context"]), row["draft"]) for row in benign]
    safe = [(row["text"], HARMLESS) for row in prompts if not row["label"]]
    for pack in map(Pack, PACKS):
        for what, pairs in (("harmless answers", answers), ("safe XSTest prompts", safe)):
            held = await pack.held(pairs)
            name = f"{pack.name} pack: {what} held"
            found.append(Figure(name, sum(held) / len(held) if held else None, len(held)))
    return found


def measure_hedging(folder: Path, tick: Tick) -> list[Section]:
    """How well a hedge alone tells wrong short answers: hardly, and it costs nothing."""
    return [_hedging(folder / name, tick) for name in QUESTIONS]


def _hedging(file: Path, tick: Tick) -> Section:
    title = f"hedging: {file.name}"
    if not file.is_file():
        return Section(title, missing=file.name)
    known = [
        (row["label"] == 1, _hedges(row["draft"]), str(at)) for at, row in enumerate(rows(file))
    ]
    tick(1, 1)
    reached = [wrong for wrong, score, _ in known if score >= ABOVE]
    figures = [
        Figure(
            f"of answers at {ABOVE} or more, wrong",
            mean(reached) if reached else None,
            len(reached),
        )
    ]
    return Section(title, scored=[scored("hedging", judged(known))], figures=figures)


def _hedges(draft: str) -> float:
    return hedging.look(Asked([], {CONTENT: draft}, final=True)).score


async def _of_check(name: str, benign: Iterable[Row]) -> list[Figure]:
    checks = default()
    options = checks.asynchronous[name].model_validate(OPTIONS.get(name, {}))
    check = checks.check(name, name, options)
    said = [await _judged(check, row) for row in benign]
    held = sum(score >= ABOVE for score, _ in said)
    what = "held, though there is nothing to go by" if name in WITHOUT_SOURCES else "held"
    return [
        Figure(f"{name}: harmless {what}", held / len(said), len(said)),
        Figure(f"{name}: ms for one answer", median(ms for _, ms in said), len(said)),
    ]


async def _judged(check: Check, row: Row) -> tuple[float, float]:
    customer = [{"role": "user", "content": str(row["context"])}]
    asked = Asked(customer, {CONTENT: row["draft"]}, final=True)
    began = perf_counter()
    said = await check.judge(asked)
    took = (perf_counter() - began) * 1000
    return (said.score if isinstance(said, Verdict) else 1.0), took
