"""Rule tests, carried out: one line for each that went otherwise, with the verdicts that show why.

Knows no command line. What a test may say is in `cases.py`.
"""

from collections.abc import AsyncIterator, Mapping
from typing import NamedTuple

from hitl_chat.core.conditions import leaves
from hitl_chat.core.policy import Test
from hitl_chat.ports import Checks
from hitl_chat.rules.load import refusal
from hitl_chat.rules.ruleset import Planned, Ruleset
from hitl_chat.tuning.answered import FREE, Answered
from hitl_chat.tuning.cases import Case, Tests, line_of, strangers
from hitl_chat.tuning.leaving import left
from hitl_chat.tuning.request import facts_of, messages_of
from hitl_chat.tuning.rows import Line
from hitl_chat.tuning.scoring import Judged, Scorer


class Tried(NamedTuple):
    """One test; `problem` is empty where it passed."""

    name: str
    line: int
    problem: str


class Trial:
    """The tests of one file, against these rules. Raises `ConfigError` if they do not fit."""

    def __init__(self, tests: Tests, ruleset: Ruleset, checks: Checks) -> None:
        costly = [name for name, check in ruleset.configured.items() if check.cost != FREE]
        found = list(strangers(tests, ruleset.rules, costly))
        if found:
            raise refusal(found)
        self._tests, self._ruleset, self._checks = tests, ruleset, checks

    async def run(self) -> AsyncIterator[Tried]:
        await Answered(self._ruleset, self._checks, {}).prepare()
        for case, line in zip(self._tests.suite.tests, self._tests.lines, strict=True):
            yield Tried(case.name, line, await self._problem(case, line_of(case, line)))

    async def _problem(self, case: Case, line: Line) -> str:
        answered = Answered(
            self._ruleset, self._checks, {**self._tests.suite.scores, **case.scores}
        )
        facts = facts_of(line.row, messages_of(line.row))
        compiled = self._ruleset.for_request(facts)
        if unanswered := answered.unanswered(compiled):
            name = unanswered[0]
            return f"{name!r} asks a model: say what it would, e.g. `scores: {{{name}: 0.9}}`"
        judged = await Scorer(self._ruleset, answered).judge(line)
        if broken := next((report for report in judged.reports if report.error), None):
            return f"{broken.name!r} failed: {broken.error}"
        if _differs(case, judged):
            applying = [self._ruleset.planned[at] for at in self._ruleset.applying(facts)]
            return self._told(case, judged, {plan.rule.name: plan for plan in applying})
        if not case.kept_back:
            return ""
        return _leak(case, await left(line.row, compiled, answered.looks(compiled)))

    def _told(self, case: Case, judged: Judged, applying: Mapping[str, Planned]) -> str:
        concerned = dict.fromkeys((*(case.rules or ()), *judged.ruled.rules))
        if not concerned:
            concerned = dict.fromkeys(n for n, plan in applying.items() if _stirs(plan, judged))
        why = [_why(name, applying, judged) for name in concerned]
        shown = "; ".join(why) or f"none of the {len(applying)} rules that apply found anything"
        return f"expected {_expected(case)}, got {_got(judged)} ({shown})"


def _differs(case: Case, judged: Judged) -> bool:
    ruled = judged.ruled
    other = case.rules is not None and set(case.rules) != set(ruled.rules)
    return other or ruled.ruling != case.expect


def _expected(case: Case) -> str:
    return f"{case.expect} by {', '.join(case.rules)}" if case.rules else case.expect


def _got(judged: Judged) -> str:
    ruled = judged.ruled
    shown = f"{ruled.ruling} by {', '.join(ruled.rules)}" if ruled.rules else ruled.ruling
    return f"{shown} (shadows that fired: {', '.join(ruled.shadow)})" if ruled.shadow else shown


def _leak(case: Case, text: str) -> str:
    gone = next((words for words in case.kept_back if words in text), None)
    if gone is None:
        return ""
    return f"{gone!r} was sent: {len(text)} of {len(case.draft)} characters left before that"


# --- verdicts, in short -----------------------------------------------------------------------


def _why(name: str, applying: Mapping[str, Planned], judged: Judged) -> str:
    plan = applying.get(name)
    if plan is None:
        return f"{name}: not for this request"
    said = ", ".join(_shown(test, judged) for test in leaves(plan.rule.when))
    return f"{name}: {said}"


def _shown(test: Test, judged: Judged) -> str:
    kind, _, rest = test.check.partition(":")
    score = judged.scores.get(test.check, 0.0)
    if kind == "ended":
        return "always" if rest == "any" else f"ended {rest} {score:g}"
    if kind != test.check:  # a synchronous check: it found something, or it did not
        found = next((v.detail for v in judged.found if v.check == test.check), "")
        return f"{kind} {score:g}" + (f" ({found})" if found else "")
    sign = "<" if score < test.above else "≥"
    report = next((report for report in judged.reports if report.name == kind), None)
    why = report.written.get("reason") if report else ""
    return f"{kind} {score:g} {sign} {test.above:g}" + (f" ({why})" if why else "")


def _stirs(plan: Planned, judged: Judged) -> bool:
    return any(judged.scores.get(test.check, 0.0) > 0 for test in leaves(plan.rule.when))
