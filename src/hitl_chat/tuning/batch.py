"""A whole file of drafts, scored row by row: some rows ahead at once, written in their order.

Owns what is counted, and that no row ends the run. Knows no check and no command line.
"""

import asyncio
from collections import Counter, deque
from collections.abc import Callable
from typing import NamedTuple

from hitl_chat.tuning.results import Results
from hitl_chat.tuning.rows import BadRow, Line, Rows, key
from hitl_chat.tuning.scoring import Scorer, Scores

AHEAD = 8  # rows that are scored at once, and kept in memory


class Counts:
    """`failed`: on how many rows a check failed, `first`: what it said then."""

    def __init__(self) -> None:
        self.scored = 0
        self.there = 0
        self.rulings: Counter[str] = Counter()
        self.failed: Counter[str] = Counter()
        self.first: dict[str, str] = {}

    def count(self, scored: Scores) -> None:
        self.scored += 1
        self.rulings[scored["ruling"]] += 1
        for name, report in scored["checks"].items():
            if "error" in report:
                self.failed[name] += 1
                self.first.setdefault(name, report["error"])


class _Ahead(NamedTuple):
    line: int
    task: "asyncio.Task[Scores]"


class Batch:
    """`bad` hears of each line that has no scores, `moved` of each that was dealt with."""

    def __init__(
        self,
        scorer: Scorer,
        results: Results,
        bad: Callable[[BadRow], None],
        moved: Callable[[Counts], None],
    ) -> None:
        self.counts = Counts()
        self._scorer = scorer
        self._results = results
        self._bad = bad
        self._moved = moved
        self._ahead: deque[_Ahead] = deque()

    async def run(self, rows: Rows) -> Counts:
        try:
            for line in rows:
                await self._take(line)
            while self._ahead:
                await self._write()
        finally:
            for ahead in self._ahead:
                ahead.task.cancel()
        return self.counts

    async def _take(self, line: Line | BadRow) -> None:
        if isinstance(line, BadRow):
            self._bad(line)
        elif key(line.row.id) in self._results.done:
            self.counts.there += 1
        else:
            self._ahead.append(_Ahead(line.line, asyncio.create_task(self._scorer.score(line))))
        if len(self._ahead) >= AHEAD:
            await self._write()
        self._moved(self.counts)

    async def _write(self) -> None:
        line, task = self._ahead.popleft()
        try:
            scored = await task
        except Exception as error:  # noqa: BLE001 (one row must not cost all the others)
            self._bad(BadRow(line, f"it could not be scored ({type(error).__name__})"))
            return
        self._results.write(scored)
        self.counts.count(scored)
