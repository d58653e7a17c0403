"""One row becomes one row of scores: every check asked, and the ruling on what they said.

Checks, rules and thresholds are the server's; only that here each check is asked, though a turn
might spare it. Knows no file and no command line.
"""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from hitl_chat.core.events import Verdict
from hitl_chat.core.fields import CONTENT
from hitl_chat.core.policy import Policy
from hitl_chat.core.types import Field, Value
from hitl_chat.ports import Asked, Check, Scanner
from hitl_chat.rules.ruleset import Ruleset
from hitl_chat.runner.verdicts import failed, judged
from hitl_chat.tuning.draft import Draft
from hitl_chat.tuning.reports import Report, Said, of_check, of_scan
from hitl_chat.tuning.request import Given, ending, facts_of, messages_of, texts_of
from hitl_chat.tuning.rows import Line
from hitl_chat.tuning.ruling import Outcome, outcome
from hitl_chat.tuning.selecting import Selected

Scores = Mapping[str, Any]
AT_ONCE = 8  # questions to asynchronous checks


class Judged(Value, frozen=True):
    """What was said of one row. `scores` are by the names that rules' conditions use."""

    policy: Policy
    reports: Sequence[Report]
    found: Sequence[Verdict]
    scores: Mapping[str, float]
    ruled: Outcome


class Scorer:
    def __init__(self, ruleset: Ruleset, selected: Selected) -> None:
        self._ruleset = ruleset
        self._selected = selected
        self._free = asyncio.Semaphore(AT_ONCE)

    async def score(self, line: Line) -> Scores:
        """The row of scores; whatever a check does, there is one."""
        judged = await self.judge(line)
        return {
            "id": line.row.id,
            "checks": {report.name: report.written for report in judged.reports},
            "risk": judged.ruled.risk,
            "ruling": judged.ruled.ruling,
            "rules": judged.ruled.rules,
            **({"shadow": judged.ruled.shadow} if judged.ruled.shadow else {}),
        }

    async def judge(self, line: Line) -> Judged:
        row, messages = line.row, messages_of(line.row)
        compiled = self._ruleset.for_request(facts_of(row, messages))
        policy, looks = compiled.policy, self._selected.looks(compiled)
        draft, texts = Draft(row.draft, line.places), texts_of(row)
        shared = Given(row)
        asked = Asked(messages=messages, texts=texts, model=row.model or "", shared=shared)
        try:
            said = await asyncio.gather(
                *(self._report(check, asked, draft, policy) for check in looks.checks)
            )
        finally:
            shared.cancel()
        found = scanned(looks.scanner, texts)
        reports = [*(of_scan(kind, found, draft.places) for kind in sorted(looks.kinds)), *said]
        scores = {report.name: report.score for report in reports if report.score is not None}
        scores |= {verdict.check: verdict.score for verdict in found}
        facts = ending(row)
        ruled = outcome(
            policy,
            scores,
            facts=facts,
            failed=[report.name for report in said if report.error and _is_owed(report, policy)],
            left_out=self._selected.left_out(policy.mentioned),
        )
        return Judged(policy, reports, found, {**scores, **dict.fromkeys(facts, 1.0)}, ruled)

    async def _report(self, check: Check, asked: Asked, draft: Draft, policy: Policy) -> Report:
        by_segment = check.name in policy.segment
        whole = check.name in policy.whole or not by_segment or not any(asked.texts.values())
        parts = draft.places if by_segment or draft.given else ()
        between = draft.between if by_segment else ()
        asks = [
            replace(asked, field=CONTENT, start=start, upto=upto)
            for start, upto in (*parts, *between)
        ]
        if by_segment:
            asks += [
                replace(asked, field=field, start=0, upto=len(text))
                for field, text in asked.texts.items()
                if field != CONTENT
            ]
        if whole:
            asks.append(replace(asked, final=True))
        turn = replace(asked, texts={})
        said = await self._said(check, turn, asks)
        rest = said[len(parts) :]
        return of_check(check.name, said if by_segment else rest, said[: len(parts)])

    async def _said(self, check: Check, turn: Asked, asks: Sequence[Asked]) -> Sequence[Said]:
        try:
            check.begin(turn)
        except Exception as error:  # noqa: BLE001 (a check is a plug-in: any error is "no verdict")
            return [failed(check.name, asked, type(error).__name__) for asked in asks]
        return await asyncio.gather(*(self._judged(check, asked) for asked in asks))

    async def _judged(self, check: Check, asked: Asked) -> Said:
        async with self._free:
            return await judged(check, asked)


def _is_owed(report: Report, policy: Policy) -> bool:
    """Whether the gate would ask it; others are asked for their scores only."""
    return report.name in policy.request | policy.segment | policy.whole | policy.beside


def scanned(scanner: Scanner | None, texts: Mapping[Field, str]) -> Sequence[Verdict]:
    """What the synchronous checks find in it."""
    if scanner is None:
        return ()
    scan = scanner.start()
    for field, text in texts.items():
        scan.feed(field, text)
    scan.end()
    return scan.found()
