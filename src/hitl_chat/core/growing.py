"""The model writes: the draft grows, ends or breaks, and checks are asked about it."""

from msgspec.structs import replace

from hitl_chat.core.effects import (
    Effect,
    Finish,
    OpenHold,
    Release,
    RunChecks,
    StopModel,
    UpdateHold,
)
from hitl_chat.core.events import Delta, Done, Failed, Scanned
from hitl_chat.core.fusion import RISK
from hitl_chat.core.judging import advance, objection, scored, true_rules
from hitl_chat.core.lane import extended, fresh
from hitl_chat.core.policy import Rule, blocks, mentioned
from hitl_chat.core.state import Gate, Step, clear, news, put
from hitl_chat.core.types import Reason

OVERFLOW = "ended:max_output"


def grow(gate: Gate, event: Delta) -> Step:
    if gate.phase == "human" or gate.draft != "streaming":
        return gate, ()
    field = event.field
    lane, segments = extended(gate.lanes.get(field) or fresh(field), event, gate.policy)
    asks = tuple(
        RunChecks(gate.policy.segment, field, start, upto)
        for start, upto in segments
        if gate.policy.segment
    )
    if gate.phase == "held":
        return replace(gate, lanes={**gate.lanes, field: lane}), asks
    upto = clear(gate, lane)
    if upto <= lane.sent:
        return replace(gate, lanes={**gate.lanes, field: lane}), asks
    lanes = {**gate.lanes, field: replace(lane, sent=upto)}
    return replace(gate, lanes=lanes, text_out=True), (*asks, Release(field, upto))


def scanned(gate: Gate, event: Scanned) -> Step:
    lane = gate.lanes.get(event.field)
    if lane is None:
        return gate, ()
    mark = max(lane.scanned, min(event.upto, lane.size))
    return advance(put(gate, event.field, replace(lane, scanned=mark)))


def done(gate: Gate, event: Done) -> Step:
    """The draft is whole: ask about what nobody was asked about yet, then about all of it."""
    if gate.phase == "human" or gate.draft != "streaming":
        return gate, ()
    overflow = OVERFLOW in event.facts
    gate = replace(gate, draft="interrupted" if overflow else "whole")
    asks: list[Effect] = []
    for field, lane in gate.lanes.items():
        if gate.policy.segment and lane.asked < lane.size:
            asks.append(RunChecks(gate.policy.segment, field, lane.asked, lane.size))
            gate = put(gate, field, replace(lane, asked=lane.size))
    if gate.owed:
        asks.append(RunChecks(gate.owed, final=True))
    if gate.policy.beside:
        asks.append(RunChecks(gate.policy.beside, final=True))
    gate = scored(gate, dict.fromkeys(event.facts, 1.0))
    named = {rule.name for rule in gate.fired}
    risky = (r for r in true_rules(gate, (RISK,)) if r.name not in named)
    fired = tuple(dict.fromkeys((*true_rules(gate, event.facts), *risky)))
    if overflow and not any(map(blocks, fired)):
        fired = (*fired, gate.policy.default)
    reasons = tuple(Reason(rule.name, _named(rule, event.facts), "ended") for rule in fired)
    gate, out = objection(gate, fired, reasons, sent=False)
    if gate.phase == "held" and not any(isinstance(told, OpenHold | UpdateHold) for told in out):
        out = (*out, news(gate))
    return gate, (*asks, *out)


def _named(rule: Rule, facts: tuple[str, ...]) -> str:
    """What the rule asked about: a fact or the risk; the default rule asks about length."""
    return next((name for name in (*facts, RISK) if name in mentioned(rule.when)), OVERFLOW)


def broken(gate: Gate, event: Failed) -> Step:
    if event.fatal:
        return replace(gate, phase="closed"), (StopModel(), Finish("error", event.code))
    if gate.phase == "human" or gate.draft != "streaming":
        return gate, ()
    if gate.phase == "held":
        gate = replace(gate, draft="interrupted")
        return gate, (news(gate),)
    return replace(gate, phase="closed"), (StopModel(), Finish("error", event.code))
