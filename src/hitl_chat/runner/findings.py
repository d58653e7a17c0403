"""What the checks have said of a turn so far, check by check, as agents are shown it.

Pure: verdicts and the gate's rules in, findings out. Knows no store and no console.
"""

from collections.abc import Iterable, Sequence

from hitl_chat.core.conditions import thresholds
from hitl_chat.core.events import CheckFailed, Spared, Verdict
from hitl_chat.core.evidence import NONE, Evidence, Finding
from hitl_chat.core.fusion import RISK
from hitl_chat.core.policy import blocks
from hitl_chat.core.state import Gate
from hitl_chat.runner.checking import Judged


def findings(verdicts: Sequence[Judged], gate: Gate) -> tuple[Finding, ...]:
    """In the order in which the checks first spoke; the risk made of all of them comes last."""
    said: dict[str, list[Judged]] = {}
    for judged in verdicts:
        if not isinstance(judged.said, Spared):
            said.setdefault(judged.said.check, []).append(judged)
    found = [_finding(check, its, gate) for check, its in said.items()]
    if RISK in gate.scores:
        found.append(Finding(RISK, gate.scores[RISK], limits=_limits(RISK, gate)))
    return tuple(found)


def _finding(check: str, judged: Sequence[Judged], gate: Gate) -> Finding:
    times = [one.ms for one in judged if one.ms is not None]
    ms = round(sum(times), 1) if times else None
    limits = _limits(check, gate)
    verdicts = [one.said for one in judged if isinstance(one.said, Verdict)]
    failures = [one.said for one in judged if isinstance(one.said, CheckFailed)]
    if not verdicts:
        return Finding(check, None, failures[-1].why, ms, limits)
    worst = max(verdicts, key=lambda one: one.score)
    return Finding(check, worst.score, worst.detail, ms, limits, _evidence(worst, verdicts))


def _evidence(worst: Verdict, verdicts: Iterable[Verdict]) -> Evidence:
    """The riskiest verdict's; another one's where that has none."""
    if worst.evidence != NONE:
        return worst.evidence
    return next((one.evidence for one in verdicts if one.evidence != NONE), NONE)


def _limits(check: str, gate: Gate) -> dict[str, float]:
    """From which score on each rule speaks that keeps something back."""
    asked = {rule.name: thresholds(rule.when, check) for rule in gate.policy.rules if blocks(rule)}
    return {name: min(limits) for name, limits in asked.items() if limits}
