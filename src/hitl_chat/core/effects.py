"""What the gate wants done. The runner performs these and nothing else.

The mirror file is `events.py`.
"""

from hitl_chat.core.policy import Terms
from hitl_chat.core.types import Author, DraftState, Field, OnDisconnect, Reason, Value


class Release(Value, frozen=True):
    """Give the customer this field of the draft, as drafted, up to `upto`."""

    field: Field
    upto: int


class Send(Value, frozen=True):
    """Give the customer this text instead of what the draft holds."""

    field: Field
    text: str
    author: Author
    message_id: str = ""


class Correct(Value, frozen=True):
    """Withdraw what was sent: append a correction and tell aware clients to replace it."""

    text: str
    mark: str = "[Correction]"
    author: Author = "policy"


class Finish(Value, frozen=True):
    """Close the answer. `ending` says how: the model's own ending, or a plain stop."""

    ending: str  # model | stop | error | gone
    code: str = ""


class RunChecks(Value, frozen=True):
    """Judge `start..upto` of a field, (`final`) the whole answer, or (no field) the request, with
    these checks."""

    checks: frozenset[str]
    field: Field = ""
    start: int = 0
    upto: int = 0
    final: bool = False


class OpenHold(Value, frozen=True):
    """Put the answer in front of a person."""

    reasons: tuple[Reason, ...]
    terms: Terms
    draft_state: DraftState
    outstanding: tuple[str, ...]


class UpdateHold(Value, frozen=True):
    """The open hold learned something: more reasons, a whole or broken draft, a verdict less."""

    reasons: tuple[Reason, ...]
    draft_state: DraftState
    outstanding: tuple[str, ...]


class CustomerLeft(Value, frozen=True):
    """Nobody listens while the hold is open; `cancel` closes it, `keep` lowers its place."""

    policy: OnDisconnect


class Watched(Value, frozen=True):
    """A watch rule objected: record it for review, let the text go."""

    reasons: tuple[Reason, ...]


class AskModel(Value, frozen=True):
    """Start the model's answer anew, telling it what happened meanwhile."""

    note: str


class StopModel(Value, frozen=True):
    """Nobody wants the rest of this draft: cancel the call and the checks on it."""


class HumanSpeaks(Value, frozen=True):
    """From here on a person speaks; show it. Also sent when typing starts or stops."""

    display: str
    typing: bool


class ModelSpeaks(Value, frozen=True):
    """The conversation was handed back; show it."""


class WakeAt(Value, frozen=True):
    """Feed a Tick at this time; a later WakeAt replaces an earlier one."""

    at: float


Effect = (
    Release
    | Send
    | Correct
    | Finish
    | RunChecks
    | OpenHold
    | UpdateHold
    | CustomerLeft
    | Watched
    | AskModel
    | StopModel
    | HumanSpeaks
    | ModelSpeaks
    | WakeAt
)
