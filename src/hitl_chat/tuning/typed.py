"""One typed answer, given to the checks that cost nothing. Those that ask a model are left out."""

from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from hitl_chat.ports import Checks
from hitl_chat.rules.explain import Said
from hitl_chat.rules.facts import Compiled
from hitl_chat.rules.ruleset import Ruleset
from hitl_chat.tuning.reports import Report
from hitl_chat.tuning.rows import Line, Row
from hitl_chat.tuning.scoring import Scorer
from hitl_chat.tuning.selecting import Looks, Selected

FREE = "free"


class Free(Selected):
    """What the rules ask for, as far as it costs nothing."""

    def looks(self, compiled: Compiled) -> Looks:
        looks = super().looks(compiled)
        free = tuple(check for check in looks.checks if check.cost == FREE)
        return replace(looks, checks=free)

    def left_out(self, names: Iterable[str]) -> frozenset[str]:
        return frozenset(names)  # nothing is decided here


async def heard(ruleset: Ruleset, checks: Checks, row: Row) -> Sequence[Said]:
    """What the free asynchronous checks say of it."""
    free = Free(ruleset, checks)
    await free.prepare()
    judged = await Scorer(ruleset, free).judge(Line(1, row))
    return [_said(report) for report in judged.reports if report.name not in checks.synchronous]


def _said(report: Report) -> Said:
    if report.error:
        return Said(report.name, report.score, f"failed: {report.error}", failed=True)
    spans = tuple((span["start"], span["end"]) for span in report.written["spans"])
    return Said(report.name, report.score, report.written["reason"], spans)
