"""The hold was decided, a person took over, or the customer left."""

from typing import Literal

from msgspec.structs import replace

from hitl_chat.core.effects import (
    Correct,
    CustomerLeft,
    Finish,
    HumanSpeaks,
    ModelSpeaks,
    Send,
    StopModel,
    WakeAt,
)
from hitl_chat.core.events import Decision, HandedBack, Said, Typing, Unattended
from hitl_chat.core.fields import CONTENT
from hitl_chat.core.judging import rest
from hitl_chat.core.remainder import announced
from hitl_chat.core.state import Gate, Step, asking, close, fallback, outstanding, terms_of


def settle(gate: Gate, decision: Decision, now: float) -> Step:
    if gate.phase != "held":
        return gate, ()
    if decision.action == "take_over":
        gate, out = taken_over(gate, decision.display, now)
        for text in decision.texts.values():
            gate, said = say(gate, Said(text, "", decision.display), now)
            out = (*out, *said)
        return gate, out
    whole = gate.draft == "whole" and not outstanding(gate)
    if decision.action in ("approve", "release") and whole:
        return replace(gate, phase="closed"), (*rest(gate), Finish("model"))
    author: Literal["human", "policy"] = "human" if decision.action == "edit" else "policy"
    if decision.corrects and decision.texts:
        return close(gate, _correction(decision))
    texts = decision.texts or {CONTENT: fallback(gate)}
    named = sorted(texts.items(), key=lambda item: not item[0].endswith("/name"))
    return close(gate, *(Send(field, text, author) for field, text in named))


def _correction(decision: Decision) -> Correct:
    """A person withdraws what was sent."""
    mark = decision.corrects
    text = decision.texts[CONTENT].removeprefix(announced(mark, ""))
    return Correct(text, mark, "human")


def gone(gate: Gate) -> Step:
    if gate.phase != "held":
        return replace(gate, phase="closed"), (StopModel(), Finish("gone"))
    terms = terms_of(gate)
    left = CustomerLeft(terms.on_disconnect)
    if terms.on_disconnect == "keep":
        return gate, (left,)
    return replace(gate, phase="closed"), (StopModel(), left, Finish("gone"))


def taken_over(gate: Gate, display: str, now: float) -> Step:
    if gate.phase == "human":
        return replace(gate, display=display), (HumanSpeaks(display, typing=False),)
    gate, out = listen(gate, display, now)
    return gate, (StopModel(), *out)


def listen(gate: Gate, display: str, now: float) -> Step:
    until = now + gate.waits.reply
    gate = replace(gate, phase="human", display=display, until=until)
    return gate, (HumanSpeaks(display, typing=False), WakeAt(until))


def say(gate: Gate, said: Said, now: float) -> Step:
    if gate.phase != "human":
        return gate, ()
    text = f"\n\n{said.text}" if gate.text_out else said.text
    until = now + gate.waits.linger
    gate = replace(gate, spoke=True, text_out=True, until=until, display=said.display)
    return gate, (Send(CONTENT, text, "human", said.message_id), WakeAt(until))


def typing(gate: Gate, event: Typing, now: float) -> Step:
    if gate.phase != "human":
        return gate, ()
    shown = HumanSpeaks(gate.display, typing=event.on)
    if not (event.on and gate.spoke):
        return gate, (shown,)
    gate = replace(gate, until=max(gate.until, now + gate.waits.linger))
    return gate, (shown, WakeAt(gate.until))


def hand_back(gate: Gate, event: HandedBack) -> Step:
    """The model answers the customer's turn, once, if the person did not."""
    if gate.phase != "human":
        return gate, ()
    if gate.spoke:
        return replace(gate, phase="closed"), (ModelSpeaks(), Finish("stop"))
    anew, asks = asking(gate.policy, gate.waits, event.note, text_out=gate.text_out)
    joint = (Send(CONTENT, "\n\n", "ai"),) if gate.text_out else ()
    return anew, (ModelSpeaks(), *joint, *asks)


def tick(gate: Gate, now: float) -> Step:
    if gate.phase != "human":
        return gate, ()
    if now < gate.until:
        return gate, (WakeAt(gate.until),)
    if gate.spoke:
        return replace(gate, phase="closed"), (Finish("stop"),)
    return _later(gate, gate.display)


def excuse(gate: Gate, event: Unattended) -> Step:
    """Who waits for nobody is told who will reply, as when a person takes too long."""
    if gate.phase != "human" or gate.spoke:
        return gate, ()
    return _later(gate, event.display)


def _later(gate: Gate, display: str) -> Step:
    later = gate.waits.later.format(display=display)
    text = f"\n\n{later}" if gate.text_out else later
    return replace(gate, phase="closed"), (Send(CONTENT, text, "policy"), Finish("stop"))
