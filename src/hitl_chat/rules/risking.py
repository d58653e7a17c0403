"""What a file says of its risk as a whole: what makes it, and the budget that moves its threshold.

Owns which of these keys fit together, and what of a file a certificate covers. Knows no rule's
terms.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any

import msgspec

from hitl_chat.core.budget import Budget
from hitl_chat.core.conditions import leaves
from hitl_chat.core.fusion import RISK, Fusion
from hitl_chat.rules import schema
from hitl_chat.rules.load import Document, Finding, Path
from hitl_chat.rules.risk_schema import Budget as Budgeted
from hitl_chat.rules.risk_schema import Risk
from hitl_chat.rules.ruleset import Planned
from hitl_chat.rules.wording import unknown

HOUR = 3600.0
# What calibrating itself sets, and what changes no ruling.
UNCOVERED = frozenset(
    ("risk", "budget", "certificate", "audit", "version", "description", "include")
)


def fusion_of(risk: Risk | None) -> Fusion | None:
    if risk is None:
        return None
    return Fusion(risk.weights, risk.missing, risk.bias, *risk.ask_between)


def budget_of(budget: Budgeted | None) -> Budget | None:
    """It begins at the highest threshold: what certainly should be held, and nothing else."""
    if budget is None:
        return None
    lowest, highest = budget.between
    hourly = budget.holds_per_hour
    return Budget(
        share=budget.share or 0.0,
        per_second=None if hourly is None else hourly / HOUR,
        threshold=highest,
        lowest=lowest,
        highest=highest,
    )


def faults(
    read: Document, written: schema.Ruleset, planned: Sequence[Planned], known: Collection[str]
) -> Iterator[Finding]:
    """What does not fit together, though each key is right."""
    if written.risk is not None:
        yield from _strangers(read, written.risk, known)
        yield from _unasked(read, written.risk, written.budget, planned)
    moving = any(test.moves for plan in planned for test in leaves(plan.rule.when))
    if written.budget is not None and not moving:
        message = "no rule goes by the budget: write `risk: budget` in one, or remove this"
        yield read.finding(("budget",), message, key=True, level="warning")


def _strangers(read: Document, risk: Risk, known: Collection[str]) -> Iterator[Finding]:
    """Every check that counts is one the rules could ask."""
    for key, names in (("weights", risk.weights), ("missing", risk.missing)):
        for name in names:
            if name not in known:
                yield read.finding(("risk", key, name), unknown("check", name, known), key=True)
    for name in risk.missing.keys() - risk.weights.keys() & set(known):
        yield read.finding(("risk", "missing", name), f'"{name}" has no weight: add it', key=True)


def _unasked(
    read: Document,
    risk: Risk,
    budget: Budgeted | None,
    planned: Sequence[Planned],
) -> Iterator[Finding]:
    """Beyond `ask_between` no model is asked: there, no answer may change what a rule says."""
    low, high = risk.ask_between
    wanted: list[tuple[Path, float]] = [
        (("rules", place, "when"), test.above)
        for place, plan in enumerate(planned)
        for test in leaves(plan.rule.when)
        if test.check == RISK and not test.moves
    ]
    if budget is not None:
        wanted += [(("budget", "between"), above) for above in budget.between]
    for path, above in wanted:
        if not low <= above <= high:
            message = (
                f"a risk of {above:g} lies outside `ask_between`, where checks that call a model "
                "are not asked any more: widen it"
            )
            yield read.finding(path, message)


def substance(value: Mapping[str, Any]) -> str:
    """The sha256 of all that scores and rulings depend on, but for what calibrating says to write:
    the risk, its threshold, and the rule that tests nothing else."""
    kept = {key: each for key, each in value.items() if key not in UNCOVERED}
    kept["risk"] = (value.get("risk") or {}).get("ask_between")
    rules = [{**rule, "when": _unrisked(rule.get("when"))} for rule in kept.get("rules") or ()]
    kept["rules"] = [rule for rule in rules if rule["when"] != {RISK: None}]
    return sha256(msgspec.json.encode(kept, order="deterministic")).hexdigest()


def _unrisked(when: Any) -> Any:  # noqa: ANN401 (a tree of YAML)
    if isinstance(when, dict):
        return {key: None if key == RISK else _unrisked(each) for key, each in when.items()}
    return [_unrisked(each) for each in when] if isinstance(when, list) else when
