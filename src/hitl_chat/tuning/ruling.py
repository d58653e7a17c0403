"""From the scores of a whole draft to what the gate would have done with it.

Pure. The gate hears verdicts one by one and may hold before the last; here all of them are in.
Knows no check and no file.
"""

from collections.abc import Collection, Mapping
from typing import Literal

from hitl_chat.core.failing import mistrusted
from hitl_chat.core.fusion import RISK
from hitl_chat.core.policy import Policy, blocks, holds_true, merge
from hitl_chat.core.types import Response, Value

Ruled = Literal["pass", "watch", "hold", "block"]


class Outcome(Value, frozen=True):
    """`risk` is None where no check gave a score; `rules` fired, the first speaks.

    `shadow` are the rules that fired and only say what they would have done.
    """

    risk: float | None
    ruling: Ruled
    rules: tuple[str, ...]
    shadow: tuple[str, ...] = ()


def outcome(
    policy: Policy,
    scores: Mapping[str, float],
    facts: Collection[str],
    failed: Collection[str] = (),
    left_out: Collection[str] = (),
) -> Outcome:
    """`left_out` are checks that nobody asked: what depends on them stays undecided."""
    risk = risk_of(policy, scores)
    known = {**scores, **dict.fromkeys(facts, 1.0)}
    if policy.fusion is not None and risk is not None and RISK not in left_out:
        known[RISK] = risk
    # As at the gate: once everything is judged, a score that nobody gave is 0.
    silent = policy.mentioned - known.keys() - frozenset(left_out)
    known |= dict.fromkeys(silent, 0.0)
    told = [rule for rule in policy.rules if holds_true(rule.when, known)]
    told += [rule for check in failed for rule in mistrusted(policy, check)]
    shadow = tuple(dict.fromkeys(rule.name for rule in told if rule.shadow))
    fired = [rule for rule in told if not rule.shadow]
    blocking = {rule.then for rule in fired if blocks(rule)}
    names = merge(fired, policy.default).rules if fired else ()
    return Outcome(risk, _strictest(blocking, watched=bool(fired)), names, shadow)


def risk_of(policy: Policy, scores: Mapping[str, float]) -> float | None:
    """One number for the whole draft: the learned one where there is one, else the highest."""
    if policy.fusion is not None:
        return policy.fusion.risk(scores)
    return max(scores.values(), default=None)


def _strictest(blocking: Collection[Response], *, watched: bool) -> Ruled:
    if "block" in blocking:
        return "block"
    if blocking:
        return "hold"
    return "watch" if watched else "pass"
