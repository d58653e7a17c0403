"""Cheap first: whether a check that costs something can still change what the rules say.

Pure. A check is spared where every rule that names it is decided without it, which three-valued
logic tells: `all: [grounding, judge]` needs no judge while grounding has nothing against the text.
What spared a check may change, so the gate asks again before it closes.
"""

from collections.abc import Iterable, Mapping

from hitl_chat.core.fusion import RISK
from hitl_chat.core.policy import Policy, Rule, holds_true, mentioned


def needed(
    policy: Policy, scores: Mapping[str, float], check: str, missing: Iterable[str] = ()
) -> bool:
    """Whether a verdict of `check` can matter. `scores`: what is known by now; the checks in
    `missing`, and those that cost something, may still say anything; all others found nothing."""
    unknown = {check, *missing, *(policy.costly - scores.keys())}
    found = {**dict.fromkeys(policy.mentioned, 0.0), **scores}
    known = {name: score for name, score in found.items() if name not in unknown}
    return any(_undecided(rule, policy, known, check) for rule in policy.rules)


def _undecided(rule: Rule, policy: Policy, known: Mapping[str, float], check: str) -> bool:
    names, fusion = mentioned(rule.when), policy.fusion
    weighs = fusion if fusion is not None and check in fusion.weights else None
    if weighs is not None and RISK in names and weighs.is_undecided(known):
        known = {name: score for name, score in known.items() if name != RISK}
        return holds_true(rule.when, known) is None
    return check in names and holds_true(rule.when, known) is None
