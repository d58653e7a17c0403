"""The nouns of the core: plain frozen values that every layer shares.

Owns the vocabulary (field, span, reason, rule terms). Knows no clock, no I/O, no wire format.
`Value` is the base of all of them: frozen, comparable, cheap to build, ready to be stored as JSON.
"""

from typing import Literal

from msgspec import Struct

Action = Literal["approve", "edit", "reject", "take_over"]
SystemAction = Literal["fallback_text", "release", "block"]
Author = Literal["ai", "human", "policy"]
Help = Literal["instructed", "rewritten", "canned"]  # by the model, or prepared
DraftState = Literal["streaming", "whole", "interrupted"]
FirstJudgement = Literal["never", "sampled", "always"]
Impact = Literal["low", "high"]
Judgement = Literal["fine", "wrong", "unsure"]
OnDeadline = Literal["fallback_text", "release", "block", "requeue"]
OnError = Literal["hold", "release", "block"]
OnNoAgent = Literal["wait", "fallback_text", "block"]
OnDisconnect = Literal["keep", "cancel"]
Others = Literal["warn", "refuse"]
NeedsSecond = Literal["approve", "edit", "warned"]  # "warned": an edit the checks object to
Response = Literal["watch", "hold", "block"]
Strictness = Literal["segment", "answer", "watch"]

SHADOW = "shadow:"  # begins the code of a reason that had no effect: then comes what it would do
NO_OBJECTION = ("check_failed", "check_timed_out")
STOPPED = "stop-switch"  # the rule that speaks while it is on: no check of anybody's
ACTIONS: tuple[Action, ...] = ("approve", "edit", "reject", "take_over")

# A field names one gated text of a draft: "0/content" is choice 0's content,
# "1/tool_calls/0/arguments" the arguments of choice 1's first tool call. `fields.py` reads them.
Field = str


class Value(Struct, frozen=True):
    """Base of every value that crosses the core's border."""


class Span(Value, frozen=True):
    """A stretch of one field of the draft; never its text."""

    field: Field
    start: int
    end: int
    kind: str = ""


class Reason(Value, frozen=True):
    """Why a rule spoke: codes and parameters only, so that it may be logged without leaking."""

    rule: str
    check: str
    code: str  # matched | threshold | check_failed | check_timed_out | ended | shadow:…
    score: float | None = None
    spans: tuple[Span, ...] = ()
    detail: str = ""


def is_shadow(reason: Reason) -> bool:
    """Whether it only says what would have been done."""
    return reason.code.startswith(SHADOW)


def objects(reason: Reason) -> bool:
    """Whether a check found something: not who died, nor a shadow, nor the stop switch."""
    quiet = reason.code in NO_OBJECTION or reason.rule == STOPPED or is_shadow(reason)
    return not quiet
