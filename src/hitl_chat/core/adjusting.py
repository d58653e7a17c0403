"""A threshold that somebody moved for a time: what it may be, and the policy under it.

Pure. Stricter is always possible. Laxer is not where a rule's impact is high, nor beyond what a
certificate covers, nor where a test stands under `not` or a budget moves it. It stays a threshold:
no number lets a certain match (a score of 1) pass.
"""

from collections.abc import Iterable, Mapping
from math import inf
from typing import assert_never

from msgspec.structs import replace

from hitl_chat.core.command import Refusal
from hitl_chat.core.conditions import leaves
from hitl_chat.core.fusion import RISK
from hitl_chat.core.policy import Condition, Either, Every, Not, Policy, Rule, Test
from hitl_chat.core.types import Value

LOWEST, HIGHEST = 0.01, 1.0
LONGEST = 8 * 3600.0  # seconds


class Adjustment(Value, frozen=True):
    """Until then, this rule's tests of this check are true from `above` on."""

    id: str
    rule: str
    check: str
    above: float
    until: float
    by: str = ""
    name: str = ""


def tested(rule: Rule) -> Mapping[str, float]:
    """The checks whose thresholds in this rule can be moved, and from where on they hold."""
    tests = leaves(rule.when)
    fixed = {test.check for test in _negated(rule.when)}
    fixed |= {test.check for test in tests if test.moves}
    return {
        check: min(test.above for test in tests if test.check == check)
        for check in dict.fromkeys(test.check for test in tests)
        if check not in fixed
    }


def highest(rule: Rule, check: str, certified: float = inf) -> float:
    """How far up; `certified`: the highest risk from which the certificate's rules must hold."""
    stands = tested(rule).get(check, LOWEST)
    if rule.terms.impact == "high":
        return stands
    return max(stands, min(HIGHEST, certified)) if check == RISK else HIGHEST


def objection(rule: Rule | None, adjustment: Adjustment, certified: float = inf) -> Refusal | None:
    """Why this may not be; None if it may."""
    if rule is None:
        return Refusal("unknown_rule", f"there is no rule {adjustment.rule!r}")
    if adjustment.check not in tested(rule):
        able = ", ".join(tested(rule)) or "none"
        return Refusal(
            "not_adjustable",
            f"no threshold of {adjustment.check!r} can be moved in {rule.name!r}; possible: {able}",
        )
    most = highest(rule, adjustment.check, certified)
    if not LOWEST <= adjustment.above <= most:
        high = rule.terms.impact == "high"
        why = "its impact is high" if high else "that is as far as is certified"
        return Refusal(
            "threshold_limits",
            f"{adjustment.above:g} is not between {LOWEST:g} and {most:g}"
            + ("" if most == HIGHEST else f": {why}"),
            {"lowest": LOWEST, "highest": most},
        )
    return None


def under(
    policy: Policy, adjustments: Iterable[Adjustment], certified: float = inf
) -> tuple[Policy, tuple[Adjustment, ...]]:
    """The policy of an answer that begins now, and what was moved in it.

    What is not possible any more, because the rules have changed since, changes nothing.
    """
    rules = {rule.name: rule for rule in policy.rules}
    moved = tuple(
        each for each in adjustments if objection(rules.get(each.rule), each, certified) is None
    )
    if not moved:
        return policy, ()
    for each in moved:
        rule = rules[each.rule]
        rules[each.rule] = replace(rule, when=_moved(rule.when, each.check, each.above))
    changed = replace(
        policy,
        rules=tuple(rules[rule.name] for rule in policy.rules),
        undecided=tuple(rules[rule.name] for rule in policy.undecided),
    )
    return changed, moved


def _moved(condition: Condition, check: str, above: float) -> Condition:
    match condition:
        case Test(name):
            return replace(condition, above=above) if name == check else condition
        case Not():
            return condition
        case Every(parts):
            return Every(tuple(_moved(part, check, above) for part in parts))
        case Either(parts):
            return Either(tuple(_moved(part, check, above) for part in parts))
        case _:
            assert_never(condition)


def _negated(condition: Condition) -> tuple[Test, ...]:
    match condition:
        case Test():
            return ()
        case Not(part):
            return leaves(part)
        case Every(parts) | Either(parts):
            return tuple(test for part in parts for test in _negated(part))
        case _:
            assert_never(condition)
