"""Checks that nobody waits for: what they say when the answer has left already.

Pure. Only rules that keep nothing back name them. What such a rule objects to is recorded, and
withdrawn where the rule says what is to stand there instead. Who ends without a word counts as
`missing` in the risk from then on.
"""

from collections.abc import Mapping

from msgspec.structs import replace

from hitl_chat.core.effects import Correct, Effect, RunChecks, Watched
from hitl_chat.core.events import CheckFailed, Event, Spared, Verdict
from hitl_chat.core.failing import quiet_at_failure, reason_of_failure
from hitl_chat.core.judging import (
    asked_again,
    corrects,
    decided,
    late_reason,
    needed_after_all,
    reason_of,
    scored,
    told,
)
from hitl_chat.core.policy import Rule, blocks, holds_true, merge
from hitl_chat.core.state import Gate, Step
from hitl_chat.core.types import Reason

Ending = Verdict | CheckFailed | Spared


def afterwards(gate: Gate, event: Event) -> Step:
    """The turn is over: only who speaks beside it is still heard."""
    if not isinstance(event, Ending) or gate.draft != "whole":
        return gate, ()
    if event.check not in gate.policy.beside:
        return gate, ()
    gate = _heard(gate, event)
    again = needed_after_all(gate)
    gate = asked_again(gate, again)
    fired = _fired(gate, event)
    watched = told(gate, (rule for rule, _ in fired), (reason for _, reason in fired))
    gate = replace(gate, fired=(*gate.fired, *(rule for rule, _ in fired)))
    out: list[Effect] = [Watched(watched)] if watched else []
    if withdrawn := [rule for rule, _ in fired if gate.text_out and _withdraws(rule, event)]:
        terms = merge(withdrawn, gate.policy.default)
        out.append(Correct(terms.fallback_after_text))
    if again:
        out.append(RunChecks(again, final=True))
    return gate, tuple(out)


def _heard(gate: Gate, event: Ending) -> Gate:
    gate = replace(gate, unheard=gate.unheard - {event.check})
    if isinstance(event, Spared):
        return replace(gate, spared=gate.spared | {event.check})
    if isinstance(event, CheckFailed):
        return gate
    score = max(event.score, gate.scores.get(event.check, 0.0))
    return scored(gate, {event.check: score})


def _fired(gate: Gate, event: Ending) -> list[tuple[Rule, Reason]]:
    """Who objects now, and why: as a check died, or by the scores there are."""
    named, scores = {rule.name for rule in gate.fired}, decided(gate)
    concerned = [r for r in gate.policy.about((event.check,)) if r.name not in named]
    died: list[tuple[Rule, Reason]] = []
    if isinstance(event, CheckFailed):
        died = [(rule, reason_of_failure(rule, event)) for rule in quiet_at_failure(concerned)]
    known = {rule.name for rule, _ in died}
    quiet = (rule for rule in concerned if not blocks(rule) and rule.name not in known)
    true = (rule for rule in quiet if holds_true(rule.when, scores))
    return [*died, *((rule, _reason(scores, rule, event)) for rule in true)]


def _withdraws(rule: Rule, event: Ending) -> bool:
    """Whether what was read is taken back; a check that died is no objection to who says so."""
    lets_pass = isinstance(event, CheckFailed) and rule.on_error == "release"
    return corrects(rule) and not lets_pass


def _reason(scores: Mapping[str, float], rule: Rule, event: Ending) -> Reason:
    if isinstance(event, Verdict):
        return reason_of(scores, rule, event)
    return late_reason(rule, scores)
