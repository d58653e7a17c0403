"""What is known about one turn, as one frozen value, and the moves that all of the gate shares."""

from collections.abc import Mapping
from typing import Literal

from msgspec.structs import replace

from hitl_chat.core.effects import AskModel, Effect, Finish, RunChecks, StopModel, UpdateHold
from hitl_chat.core.lane import Lane
from hitl_chat.core.policy import Policy, Rule, Terms, blocks, merge
from hitl_chat.core.types import DraftState, Field, Reason, Value

Phase = Literal["open", "held", "human", "closed"]


class Waits(Value, frozen=True):
    """How long a person who took over may take, in seconds, and what is said when they do not."""

    reply: float = 300.0
    linger: float = 3.0
    later: str = "{display} will reply here."


class Gate(Value, frozen=True):
    """All that is known about one turn. Plain data: store it, ship it, replay it."""

    policy: Policy
    waits: Waits = Waits()
    phase: Phase = "open"
    draft: DraftState = "streaming"
    lanes: Mapping[Field, Lane] = {}
    scores: Mapping[str, float] = {}
    awaited: frozenset[str] = frozenset()  # checks whose verdict on the request is missing
    owed: frozenset[str] = frozenset()  # checks whose verdict on the whole answer is missing
    unheard: frozenset[str] = frozenset()  # checks nobody waits for, and they may still speak
    spared: frozenset[str] = frozenset()  # checks that nobody needed, so far
    fired: tuple[Rule, ...] = ()
    reasons: tuple[Reason, ...] = ()
    text_out: bool = False  # the customer has read something of this turn
    display: str = ""
    spoke: bool = False  # the person who took over has sent something
    until: float = 0.0


Step = tuple[Gate, tuple[Effect, ...]]


def asking(policy: Policy, waits: Waits, note: str = "", *, text_out: bool = False) -> Step:
    """The model is asked, and with it whoever judges the request alone."""
    gate = Gate(
        policy,
        waits,
        awaited=policy.request,
        owed=policy.whole,
        unheard=policy.beside,
        text_out=text_out,
    )
    checks = (RunChecks(policy.request),) if policy.request else ()
    return gate, (AskModel(note), *checks)


def clear(gate: Gate, lane: Lane) -> int:
    """How much of it may leave while the draft is not judged as a whole."""
    return lane.sent if gate.awaited else lane.clear(gate.policy, owing=bool(gate.owed))


def put(gate: Gate, field: Field, lane: Lane) -> Gate:
    return replace(gate, lanes={**gate.lanes, field: lane})


def outstanding(gate: Gate) -> tuple[str, ...]:
    """Why approving must wait: checks that owe a verdict, and rules that forbid this text."""
    late = {
        check
        for lane in gate.lanes.values()
        for check in gate.policy.segment
        if lane.mark(check) < lane.size
    }
    forbidding = {
        f"block:{rule.name}" for rule in gate.fired if blocks(rule) and rule.then == "block"
    }
    return tuple(sorted(gate.awaited | gate.owed | late | forbidding))


def terms_of(gate: Gate) -> Terms:
    """What the blocking rules that fired ask for, together."""
    return merge([rule for rule in gate.fired if blocks(rule)], gate.policy.default)


def news(gate: Gate) -> UpdateHold:
    return UpdateHold(gate.reasons, gate.draft, outstanding(gate))


def fallback(gate: Gate) -> str:
    terms = terms_of(gate)
    return (gate.text_out and terms.fallback_after_text) or terms.fallback


def close(gate: Gate, *effects: Effect) -> Step:
    """Nobody wants the draft any more: these texts, and the end."""
    return replace(gate, phase="closed"), (StopModel(), *effects, Finish("stop"))
