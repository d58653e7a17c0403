"""What can happen to one turn. The gate is fed these and nothing else.

The mirror file is `effects.py`. The list of events of a turn, with their times, is its replay.
"""

from collections.abc import Mapping
from math import isfinite

from hitl_chat.core import evidence as shown
from hitl_chat.core.policy import Rule
from hitl_chat.core.types import Action, Field, Span, SystemAction, Value


class Delta(Value, frozen=True):
    """The model wrote more of one field. `scanned` is the synchronous checks' common verdict:
    left of it nothing they look for is, or may still become, a match."""

    field: Field
    text: str
    scanned: int


class Scanned(Value, frozen=True):
    """The synchronous checks moved on without new text: the draft ended, so a match cannot grow."""

    field: Field
    upto: int


class Done(Value, frozen=True):
    """The model finished its draft. `facts`, e.g. `ended:length`, count as scores of 1.0."""

    facts: tuple[str, ...] = ()


class Failed(Value, frozen=True):
    """The model, or the way to it, broke; the draft will never be whole.

    `fatal`: the hold itself cannot be recorded. What no record knows of is not released.
    """

    code: str
    fatal: bool = False


class Verdict(Value, frozen=True):
    """A check judged `start..upto` of a field, (`final`, field "") the whole answer, or (field "")
    the request alone.

    `calls` of models, and their `tokens`, are what it cost. `evidence` is for agents only.
    A verdict cannot be built from a score that is not a finite number in 0..1: use `CheckFailed`.
    """

    check: str
    score: float
    field: Field = ""
    start: int = 0
    upto: int = 0
    final: bool = False
    spans: tuple[Span, ...] = ()
    detail: str = ""
    calls: int = 0
    tokens: int = 0
    evidence: shown.Evidence = shown.NONE

    def __post_init__(self) -> None:
        if not is_score(self.score):
            msg = f"a score is a finite number in 0..1, not {self.score!r}; feed CheckFailed"
            raise ValueError(msg)


class CheckFailed(Value, frozen=True):
    """A check died, timed out or answered nonsense for `start..upto` (or the whole answer)."""

    check: str
    why: str
    field: Field = ""
    start: int = 0
    upto: int = 0
    final: bool = False
    timed_out: bool = False


class Spared(Value, frozen=True):
    """A check was not asked about `start..upto` (or the whole answer): no rule needs it there."""

    check: str
    field: Field = ""
    start: int = 0
    upto: int = 0
    final: bool = False


class Stopped(Value, frozen=True):
    """Everything is held, or blocked, from here on, by this rule."""

    rule: Rule


class Decision(Value, frozen=True):
    """The stored decision of this turn's hold. `texts` replace what was not sent yet, per field."""

    action: Action | SystemAction
    by: str
    texts: Mapping[Field, str] = {}
    display: str = ""
    corrects: str = ""  # what was sent is withdrawn: the words that announce it


class TakenOver(Value, frozen=True):
    """A person took over the conversation; the model has no voice from here on."""

    by: str
    display: str


class Said(Value, frozen=True):
    """The person who took over sent a message to the customer."""

    text: str
    message_id: str
    display: str


class Typing(Value, frozen=True):
    """The person who took over is, or stopped, typing."""

    on: bool


class Unattended(Value, frozen=True):
    """Whoever spoke here has gone, and nobody is there: `display` will reply some time."""

    display: str


class HandedBack(Value, frozen=True):
    """The conversation is the model's again; the model will be told `note`."""

    note: str = ""


class Gone(Value, frozen=True):
    """The last subscriber hung up."""


class Tick(Value, frozen=True):
    """A time that `WakeAt` asked for has come."""


Event = (
    Delta
    | Scanned
    | Done
    | Failed
    | Verdict
    | CheckFailed
    | Spared
    | Stopped
    | Decision
    | TakenOver
    | Said
    | Typing
    | Unattended
    | HandedBack
    | Gone
    | Tick
)


def is_score(value: object) -> bool:
    """Whether a check's answer is a score at all; bool, None, str, NaN and 1.5 are not."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return isfinite(value) and 0.0 <= value <= 1.0
