"""The gate: decides, for one turn, what the customer may see and when.

`step(gate, event, now) -> (gate, effects)` on frozen values: no I/O, no clock, no framework.

Every check owns a watermark: how far it has looked, without a gap, and found nothing to object to.
Text left of the lowest mark is released; everything right of it waits. One objection turns waiting
into a hold. The gate keeps offsets and the piece of text it has not asked about; the runner keeps
the draft. Read in this order: step, growing, judging, settling, which is also about people.
"""

from collections.abc import Mapping
from typing import assert_never

from hitl_chat.core.beside import afterwards
from hitl_chat.core.events import (
    CheckFailed,
    Decision,
    Delta,
    Done,
    Event,
    Failed,
    Gone,
    HandedBack,
    Said,
    Scanned,
    Spared,
    Stopped,
    TakenOver,
    Tick,
    Typing,
    Unattended,
    Verdict,
)
from hitl_chat.core.growing import broken, done, grow, scanned
from hitl_chat.core.judging import judge, mistrust, spare
from hitl_chat.core.lane import Lane
from hitl_chat.core.policy import Either, Policy, Rule, Terms
from hitl_chat.core.settling import (
    excuse,
    gone,
    hand_back,
    listen,
    say,
    settle,
    taken_over,
    tick,
    typing,
)
from hitl_chat.core.state import Gate, Step, Waits, asking
from hitl_chat.core.stopping import stop
from hitl_chat.core.types import DraftState, Field, Reason


def begin(policy: Policy, now: float, waits: Waits, person: str = "") -> Step:
    """A turn begins: the model is asked, or, where a person has taken over, that person."""
    gate, asks = asking(policy, waits)
    return listen(gate, person, now) if person else (gate, asks)


def resumed(
    terms: Terms,
    reasons: tuple[Reason, ...],
    draft: DraftState,
    sizes: Mapping[Field, int],
    *,
    text_out: bool,
) -> Gate:
    """A held turn, rebuilt from what is stored of it: it can be settled, but not grow."""
    lanes = {field: Lane(size=size, scanned=size, asked=size) for field, size in sizes.items()}
    return Gate(
        Policy(default=Rule("default", Either(()), terms=terms)),
        phase="held",
        draft=draft if draft == "whole" else "interrupted",
        lanes=lanes,
        reasons=reasons,
        text_out=text_out,
    )


def step(gate: Gate, event: Event, now: float) -> Step:  # noqa: C901 (one arm per event)
    """Advance the turn by one event."""
    if gate.phase == "closed":
        return afterwards(gate, event)
    match event:
        case Delta():
            return grow(gate, event)
        case Scanned():
            return scanned(gate, event)
        case Verdict():
            return judge(gate, event)
        case CheckFailed():
            return mistrust(gate, event)
        case Spared():
            return spare(gate, event)
        case Stopped():
            return stop(gate, event)
        case Done():
            return done(gate, event)
        case Failed():
            return broken(gate, event)
        case Decision():
            return settle(gate, event, now)
        case TakenOver():
            return taken_over(gate, event.display, now)
        case Said():
            return say(gate, event, now)
        case Typing():
            return typing(gate, event, now)
        case Unattended():
            return excuse(gate, event)
        case HandedBack():
            return hand_back(gate, event)
        case Gone():
            return gone(gate)
        case Tick():
            return tick(gate, now)
        case _:
            assert_never(event)
