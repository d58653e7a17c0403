"""A run goes on whatever a row or a check does, and asks no more at once than it may."""

import asyncio
import io
import json
from collections.abc import Sequence
from pathlib import Path

from pydantic import BaseModel

from hitl_chat.checks.registry import Asynchronous, Registry
from hitl_chat.checks.scripted import Options
from hitl_chat.core.events import Verdict
from hitl_chat.ports import Asked, Check, Cost, Means
from hitl_chat.rules.compile import compile_ruleset
from hitl_chat.tuning.batch import Batch, Counts
from hitl_chat.tuning.results import Results
from hitl_chat.tuning.rows import BadRow, Line, Rows
from hitl_chat.tuning.scoring import AT_ONCE, Scorer, Scores
from hitl_chat.tuning.selecting import Selected
from tests.world_rules import rule, rules


class Crowd:
    """A check that counts who is asked at once."""

    name = "crowd"
    timeout = 5.0
    cost: Cost = "free"

    def __init__(self) -> None:
        self.now = self.most = self.begun = 0

    def begin(self, asked: Asked) -> None:
        self.begun += 1
        if "stumble" in str(asked.messages):
            raise RuntimeError("a stumble")

    async def judge(self, asked: Asked) -> Verdict:
        self.now += 1
        self.most = max(self.most, self.now)
        await asyncio.sleep(0)
        self.now -= 1
        return Verdict(self.name, 0.1, asked.field, asked.start, asked.upto, asked.final)


class Fragile(Scorer):
    """A scorer with a mistake that nobody has found yet."""

    async def score(self, line: Line) -> Scores:
        if line.row.draft == "break":
            raise KeyError(line.row.draft)
        return await super().score(line)


async def ran(folder: Path, crowd: Crowd, *rows: object) -> tuple[Counts, Sequence[BadRow]]:
    def build(_name: str, _options: BaseModel, _means: Means) -> Check:
        return crowd

    checks = Registry([Asynchronous("crowd", Options, build)])
    text = rules(rule("asks", {"check": "crowd"}))
    ruleset = compile_ruleset(text, file="rules.yaml", checks=checks)
    scorer = Fragile(ruleset, Selected(ruleset, checks))
    bad: list[BadRow] = []
    file = io.BytesIO(b"".join(json.dumps(row).encode() + b"\n" for row in rows))
    with Results(folder / "scores.jsonl", "v") as results:
        batch = Batch(scorer, results, bad.append, lambda counts: None)
        return await batch.run(Rows(file)), bad


async def test_a_row_that_breaks_the_scorer_costs_itself_only(tmp_path: Path) -> None:
    rows = [{"id": draft, "draft": draft} for draft in ("one", "break", "two")]
    counts, bad = await ran(tmp_path, Crowd(), *rows)
    assert (counts.scored, bad) == (2, [BadRow(2, "it could not be scored (KeyError)")])


async def test_a_check_that_stumbles_at_the_start_has_no_score(tmp_path: Path) -> None:
    counts, _ = await ran(tmp_path, Crowd(), {"id": 1, "draft": "x", "question": "stumble"})
    assert counts.rulings == {"hold": 1}
    assert counts.first == {"crowd": "RuntimeError"}


async def test_no_more_is_asked_at_once_than_may_be(tmp_path: Path) -> None:
    crowd, draft = Crowd(), "A sentence. " * 40
    counts, _ = await ran(tmp_path, crowd, *({"id": n, "draft": draft} for n in range(30)))
    assert (counts.scored, crowd.begun, crowd.now) == (30, 30, 0)
    assert 1 < crowd.most <= AT_ONCE
