"""What the cheap checks and the rule packs do with answers nobody would want held.

    .venv/bin/python -m bench.quality --checks support

Reads `support_benign.jsonl` and `policy_xstest_prompts.jsonl`; copies nothing. These rows carry no
documents and no tool results, so `grounding` and `missing_data` have nothing to go by and hold what
they should elsewhere: they are timed here, and counted apart.
"""

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from statistics import mean, median
from time import perf_counter
from typing import Any

from bench.quality_data import rows
from bench.quality_figures import judged
from bench.quality_section import Figure, Section, Tick, scored
from hitl_chat.checks import hedging
from hitl_chat.checks.registry import default
from hitl_chat.core.events import Verdict
from hitl_chat.core.fields import CONTENT
from hitl_chat.core.policy import holds_true
from hitl_chat.ports import Asked, Check
from hitl_chat.rules.compile import compile_ruleset
from hitl_chat.rules.facts import Compiled, RequestFacts
from hitl_chat.rules.ruleset import Ruleset
from hitl_chat.tuning.cases import TESTS

QUESTIONS = ("consistency_nqopen.jsonl", "consistency_hotpotqa.jsonl")
BENIGN, PROMPTS = "support_benign.jsonl", "policy_xstest_prompts.jsonl"
RULES = Path(__file__).parents[1] / "examples" / "rules"
PACKS = sorted(path for path in RULES.glob("*.yaml") if not path.name.endswith(TESTS))
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
    figures = [figure for pack in PACKS for figure in _pack(pack, benign, prompts)]
    for at, name in enumerate(names, start=1):
        figures += asyncio.run(_of_check(name, benign))
        tick(at, len(names))
    note = f"a check counts as held at a score of {ABOVE} or more; times are medians of one answer"
    return [Section(title, figures=figures, notes=[note])]


def _pack(file: Path, benign: Iterable[Row], prompts: Iterable[Row]) -> Iterator[Figure]:
    pack = compile_ruleset(file.read_text("utf-8"), file=file.name, checks=default())
    held = [held_by(pack, str(row["context"]), row["draft"]) for row in benign]
    yield Figure(f"{file.stem} pack: harmless answers held", sum(held) / len(held), len(held))
    safe = [held_by(pack, row["text"], "") for row in prompts if not row["label"]]
    yield Figure(f"{file.stem} pack: safe XSTest prompts held", sum(safe) / len(safe), len(safe))


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


def held_by(pack: Ruleset, customer: str, draft: str) -> bool:
    """Whether a rule's patterns would hold this answer; how it ended is not known here."""
    compiled = pack.for_request(RequestFacts(customer_text=customer))
    scores = {**_scanned(compiled, draft), "ended:any": 1.0, "ended:stop": 1.0}
    return any(
        holds_true(rule.when, scores) and rule.then != "watch" for rule in compiled.policy.rules
    )


def _scanned(compiled: Compiled, draft: str) -> dict[str, float]:
    if compiled.scanner is None:
        return {}
    scan = compiled.scanner.start()
    scan.feed(CONTENT, draft)
    scan.end()
    return {said.check: said.score for said in scan.found()}


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
