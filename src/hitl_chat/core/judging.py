"""A check speaks: watch, withdraw, block, hold, or release what has become clear."""

from collections.abc import Iterable, Mapping

from msgspec.structs import replace

from hitl_chat.core.cascade import needed
from hitl_chat.core.conditions import contributes
from hitl_chat.core.effects import (
    Correct,
    Effect,
    Finish,
    OpenHold,
    Release,
    RunChecks,
    Send,
    Watched,
)
from hitl_chat.core.events import CheckFailed, Spared, Verdict
from hitl_chat.core.failing import mistrusted, reason_of_failure
from hitl_chat.core.fields import CONTENT
from hitl_chat.core.fusion import RISK
from hitl_chat.core.lane import covered
from hitl_chat.core.policy import Rule, blocks, holds_true, mentioned, merge
from hitl_chat.core.state import (
    Gate,
    Step,
    clear,
    close,
    fallback,
    news,
    outstanding,
    put,
    terms_of,
)
from hitl_chat.core.types import SHADOW, Reason


def judge(gate: Gate, verdict: Verdict) -> Step:
    if gate.phase == "human":
        return gate, ()
    before = outstanding(gate)
    gate = _cover(gate, verdict)
    score = max(verdict.score, gate.scores.get(verdict.check, 0.0))
    gate = scored(gate, {verdict.check: score})
    named = {rule.name for rule in gate.fired}
    fired = tuple(
        rule
        for rule in true_rules(gate, (verdict.check, RISK))
        if rule.name not in named or contributes(rule.when, verdict.check, verdict.score)
    )
    reasons = tuple(reason_of(gate.scores, rule, verdict) for rule in fired)
    return objection(gate, fired, reasons, sent=_all_sent(gate, verdict), before=before)


def reason_of(scores: Mapping[str, float], rule: Rule, verdict: Verdict) -> Reason:
    check, score = verdict.check, verdict.score
    if check not in mentioned(rule.when):
        check, score = RISK, scores[RISK]
    code = "threshold" if score < 1.0 else "matched"
    return Reason(rule.name, check, code, score, verdict.spans, verdict.detail)


def scored(gate: Gate, scores: Mapping[str, float]) -> Gate:
    """With these scores, and the risk that follows from all of them so far."""
    known = {**gate.scores, **scores}
    if gate.policy.fusion is not None:
        known[RISK] = gate.policy.fusion.so_far(known)
    return replace(gate, scores=known)


def spare(gate: Gate, event: Spared) -> Step:
    """Nobody needs this check here: its mark moves on, and it has said nothing."""
    if gate.phase == "human":
        return gate, ()
    before = outstanding(gate)
    gate = replace(_cover(gate, event), spared=gate.spared | {event.check})
    return advance(gate, before)


def mistrust(gate: Gate, failure: CheckFailed) -> Step:
    """A check that died is never "safe": its rules say what happens, and the default is a hold."""
    if gate.phase == "human":
        return gate, ()
    before = outstanding(gate)
    gate = _cover(gate, failure)
    named = {rule.name for rule in gate.fired}  # a rule that only watches says it once
    acting = mistrusted(gate.policy, failure.check)
    fired = tuple(rule for rule in acting if blocks(rule) or rule.name not in named)
    reasons = tuple(reason_of_failure(rule, failure) for rule in fired)
    return objection(gate, fired, reasons, sent=False, before=before)


def true_rules(gate: Gate, checks: Iterable[str]) -> tuple[Rule, ...]:
    early = not is_judged(gate)
    about = gate.policy.about(checks)
    return tuple(r for r in about if holds_true(r.when, gate.scores, early=early))


def _all_sent(gate: Gate, verdict: Verdict) -> bool:
    """Whether everything this verdict points at has been read already, or nobody waited for it."""
    if verdict.check in gate.policy.beside:
        return gate.text_out
    return bool(verdict.spans) and all(
        span.end <= lane.sent if (lane := gate.lanes.get(span.field)) else False
        for span in verdict.spans
    )


def objection(
    gate: Gate,
    fired: tuple[Rule, ...],
    reasons: tuple[Reason, ...],
    *,
    sent: bool,
    before: tuple[str, ...] = (),
) -> Step:
    """Rules fired (or none did): watch, withdraw, block, hold, or go on."""
    blocking = tuple(rule for rule in fired if blocks(rule))
    names = {rule.name for rule in blocking}
    watched = told(gate, (rule for rule in fired if not blocks(rule)), reasons)
    watch: tuple[Effect, ...] = (Watched(watched),) if watched else ()
    gate = replace(gate, fired=(*gate.fired, *fired))
    withdrawn = [r for r in fired if _withdraws(gate, r, sent=sent)]
    if gate.phase == "open" and withdrawn:
        terms = merge(withdrawn, gate.policy.default)
        return close(gate, *watch, Correct(terms.fallback_after_text or terms.fallback))
    if not blocking:
        gate, out = advance(gate, before)
        return gate, (*watch, *out)
    gate = _because(gate, (reason for reason in reasons if reason.rule in names))
    if any(rule.then == "block" for rule in blocking) and gate.phase == "open":
        return close(gate, *watch, Send(CONTENT, fallback(gate), "policy"))
    if gate.phase == "held":
        gate, out = _joined(gate)
        return gate, (*watch, *out, news(gate))
    gate, out = _joined(replace(gate, phase="held"))
    hold = OpenHold(gate.reasons, terms_of(gate), gate.draft, outstanding(gate))
    return gate, (*watch, hold, *out)


def _joined(gate: Gate) -> Step:
    """What only a judged draft decides joins the hold: who is needed after all, and late rules.

    Else a hold would let through what the same rules stop where nothing is held.
    """
    if not is_judged(gate):
        return gate, ()
    again = needed_after_all(gate)
    asking = asked_again(gate, again)
    if asking.owed:
        return asking, (RunChecks(again, final=True),)
    late, reasons = late_rules(asking)
    quiet = told(gate, (rule for rule in late if not blocks(rule)), reasons)
    names = {rule.name for rule in late if blocks(rule)}
    gate = _because(gate, (reason for reason in reasons if reason.rule in names))
    gate = replace(gate, fired=(*gate.fired, *late))
    return gate, (Watched(quiet),) if quiet else ()


def _because(gate: Gate, reasons: Iterable[Reason]) -> Gate:
    """A check that is asked again says the same again: people read it once."""
    return replace(gate, reasons=tuple(dict.fromkeys((*gate.reasons, *reasons))))


def told(gate: Gate, rules: Iterable[Rule], reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    """What is recorded of rules that keep nothing back; of a shadow, once, what it would do."""
    known = {rule.name for rule in gate.fired}
    quiet = {rule.name: rule for rule in rules}
    return tuple(
        replace(reason, code=SHADOW + rule.then) if rule.shadow else reason
        for reason in reasons
        if (rule := quiet.get(reason.rule)) and not (rule.shadow and rule.name in known)
    )


def _withdraws(gate: Gate, rule: Rule, *, sent: bool) -> bool:
    """What was read already is corrected, never held; a watch rule corrects only if told to."""
    if not sent:
        return False
    return blocks(rule) or corrects(rule)


def corrects(rule: Rule) -> bool:
    """Whether a rule that only watches says what is to stand in the answer's place."""
    return bool(rule.terms.fallback_after_text) and not rule.shadow


def _cover(gate: Gate, verdict: Verdict | CheckFailed | Spared) -> Gate:
    if verdict.final:
        if gate.draft == "streaming":
            return gate  # a verdict on the whole answer while there is no whole answer: no verdict
        check = {verdict.check}
        return replace(gate, owed=gate.owed - check, unheard=gate.unheard - check)
    if not verdict.field:
        return replace(gate, awaited=gate.awaited - {verdict.check})
    lane = gate.lanes.get(verdict.field)
    if lane is None or verdict.check not in gate.policy.segment:
        return gate
    return put(gate, verdict.field, covered(lane, verdict.check, verdict.start, verdict.upto))


def advance(gate: Gate, before: tuple[str, ...] = ()) -> Step:
    """Something became clear: release what may leave, and close when nothing is left."""
    if gate.phase == "held":
        known = gate.reasons
        gate, out = _joined(gate)
        changed = outstanding(gate) != before or gate.reasons != known
        return gate, (*out, news(gate)) if changed and gate.draft != "streaming" else out
    if gate.phase != "open":
        return gate, ()
    if is_judged(gate):
        again = needed_after_all(gate)
        asking = asked_again(gate, again)
        if asking.owed:
            return asking, (RunChecks(again, final=True),)
        late, reasons = late_rules(asking)
        if late:
            return objection(gate, late, reasons, sent=False)
        ask = (RunChecks(again, final=True),) if again else ()
        return replace(asking, phase="closed"), (*ask, *rest(gate), Finish("model"))
    effects: list[Effect] = []
    for field, lane in gate.lanes.items():
        upto = clear(gate, lane)
        if upto > lane.sent:
            gate = replace(put(gate, field, replace(lane, sent=upto)), text_out=True)
            effects.append(Release(field, upto))
    return gate, tuple(effects)


def needed_after_all(gate: Gate) -> frozenset[str]:
    """Checks that were spared, and what spared them has changed."""
    return frozenset(c for c in gate.spared if needed(gate.policy, gate.scores, c))


def asked_again(gate: Gate, checks: frozenset[str]) -> Gate:
    """They may speak after all; some of them are waited for."""
    beside = checks & gate.policy.beside
    return replace(
        gate,
        spared=gate.spared - checks,
        owed=gate.owed | (checks - beside),
        unheard=gate.unheard | beside,
    )


def is_judged(gate: Gate) -> bool:
    return (
        gate.draft == "whole"
        and not gate.awaited
        and not gate.owed
        and all(lane.is_clear(gate.policy) for lane in gate.lanes.values())
    )


def decided(gate: Gate) -> Mapping[str, float]:
    """Once a draft is judged, a score nobody gave is 0: the synchronous checks found nothing.

    Not of checks that nobody waits for, while they may still say anything. Whoever else said
    nothing now counts as `missing` in the risk.
    """
    policy = gate.policy
    scores = {**dict.fromkeys(policy.mentioned - gate.unheard, 0.0), **gate.scores}
    if policy.fusion is not None:
        scores[RISK] = policy.fusion.risk(gate.scores, gate.unheard)
    return scores


def late_rules(gate: Gate) -> tuple[tuple[Rule, ...], tuple[Reason, ...]]:
    """Rules that could not be decided before every score was in, such as `not`, and why."""
    named = {rule.name for rule in gate.fired}
    scores = decided(gate)
    undecided = (r for r in gate.policy.undecided if r.name not in named)
    late = tuple(rule for rule in undecided if holds_true(rule.when, scores))
    return late, tuple(late_reason(rule, scores) for rule in late)


def late_reason(rule: Rule, scores: Mapping[str, float]) -> Reason:
    if RISK in scores and contributes(rule.when, RISK, scores[RISK]):
        return Reason(rule.name, RISK, "threshold", scores[RISK])
    return Reason(rule.name, "", "ended")


def rest(gate: Gate) -> tuple[Release, ...]:
    """All that has not left yet, of every field."""
    left = ((field, lane.size) for field, lane in gate.lanes.items() if lane.size > lane.sent)
    return tuple(Release(field, size) for field, size in left)
