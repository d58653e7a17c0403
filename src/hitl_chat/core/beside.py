"""Checks that nobody waits for: what they say when the answer has left already.

Pure. Only rules that keep nothing back name them. What such a rule objects to is recorded, and
withdrawn where the rule says what is to stand there instead.
"""

from msgspec.structs import replace

from hitl_chat.core.effects import Correct, Effect, RunChecks, Watched
from hitl_chat.core.events import CheckFailed, Event, Spared, Verdict
from hitl_chat.core.failing import quiet_at_failure, reason_of_failure
from hitl_chat.core.judging import (
    corrects,
    decided,
    needed_after_all,
    reason_of,
    scored,
    told,
)
from hitl_chat.core.policy import Rule, blocks, holds_true, merge
from hitl_chat.core.state import Gate, Step
from hitl_chat.core.types import Reason


def afterwards(gate: Gate, event: Event) -> Step:
    """The turn is over: only who speaks beside it is still heard."""
    if not isinstance(event, Verdict | CheckFailed | Spared) or gate.draft != "whole":
        return gate, ()
    if event.check not in gate.policy.beside:
        return gate, ()
    if isinstance(event, Spared):
        return replace(gate, spared=gate.spared | {event.check}), ()
    if isinstance(event, Verdict):
        score = max(event.score, gate.scores.get(event.check, 0.0))
        gate = scored(gate, {event.check: score})
    fired = _fired(gate, event)
    watched = told(gate, fired, [_reason(gate, rule, event) for rule in fired])
    gate = replace(gate, fired=(*gate.fired, *fired))
    out: list[Effect] = [Watched(watched)] if watched else []
    if withdrawn := [rule for rule in fired if gate.text_out and _withdraws(rule, event)]:
        terms = merge(withdrawn, gate.policy.default)
        out.append(Correct(terms.fallback_after_text))
    if again := needed_after_all(gate):
        gate = replace(gate, spared=gate.spared - again)
        out.append(RunChecks(again, final=True))
    return gate, tuple(out)


def _fired(gate: Gate, event: Verdict | CheckFailed) -> tuple[Rule, ...]:
    named, scores = {rule.name for rule in gate.fired}, decided(gate)
    concerned = [r for r in gate.policy.about((event.check,)) if r.name not in named]
    if isinstance(event, CheckFailed):
        return quiet_at_failure(concerned)
    return tuple(r for r in concerned if not blocks(r) and holds_true(r.when, scores))


def _withdraws(rule: Rule, event: Verdict | CheckFailed) -> bool:
    """Whether what was read is taken back; a check that died is no objection to who says so."""
    lets_pass = isinstance(event, CheckFailed) and rule.on_error == "release"
    return corrects(rule) and not lets_pass


def _reason(gate: Gate, rule: Rule, event: Verdict | CheckFailed) -> Reason:
    if isinstance(event, Verdict):
        return reason_of(gate, rule, event)
    return reason_of_failure(rule, event)
