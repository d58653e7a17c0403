"""Who may speak in a conversation: the model, or one person. Every change raises the epoch.

The epoch fences: whatever was started under an older one (a model's answer, an agent's message)
is refused. The model never speaks again by itself: only a hand-back gives it its voice, and that is
somebody's, or what follows from a long silence of everybody.
Knows no turn, no store, no clock; call `advance` before every transition, as with holds.
"""

from math import inf
from typing import Literal

from msgspec.structs import replace

from hitl_chat.core.command import Person, Refusal
from hitl_chat.core.types import Value

Mode = Literal["model", "human"]


class Waits(Value, frozen=True):
    """How long a person who speaks may be away, in seconds."""

    grace: float = 30.0  # then the customer is told
    absent: float = 120.0  # then somebody else is looked for


class Conversation(Value, frozen=True):
    """`owner` is the person who speaks; "" with mode human: one is being looked for."""

    tenant: str
    id: str
    mode: Mode = "model"
    owner: str = ""
    owner_name: str = ""
    epoch: int = 0
    away_since: float | None = None
    away_told: bool = False

    def due_at(self, waits: Waits) -> float:
        """When the owner's absence has its next consequence."""
        if self.away_since is None:
            return inf
        return self.away_since + (waits.absent if self.away_told else waits.grace)

    @property
    def unattended(self) -> bool:
        return self.mode == "human" and not self.owner


Outcome = Conversation | Refusal


def model_may_speak(conversation: Conversation, epoch: int) -> bool:
    """Whether a model's answer that began under `epoch` may still reach the customer."""
    return conversation.mode == "model" and conversation.epoch == epoch


def take_over(conversation: Conversation, by: Person, *, force: bool = False) -> Outcome:
    if conversation.owner == by.id:
        return _back(conversation)
    if conversation.owner and not (force and by.supervisor):
        return _taken(conversation)
    return _owned(conversation, by)


def transfer(conversation: Conversation, by: Person, epoch: int, to: Person) -> Outcome:
    """Give the conversation to a colleague."""
    return _refused(conversation, by, epoch) or _owned(conversation, to)


def hand_back(conversation: Conversation, by: Person, epoch: int) -> Outcome:
    return _refused(conversation, by, epoch) or _released(conversation, "model")


def given_up(conversation: Conversation) -> Conversation:
    """Nobody has said anything for long, and nobody waits for a word, whoever speaks here."""
    return _released(conversation, "model")


def say(conversation: Conversation, by: Person, epoch: int) -> Outcome:
    """Whether this person may speak, or be seen typing. Who speaks is not away."""
    refusal = _refused(conversation, by, epoch)
    if refusal is None and conversation.owner != by.id:
        refusal = _taken(conversation)
    return refusal or _back(conversation)


def away(conversation: Conversation, by: str, now: float) -> Conversation:
    """A person's last console went; without a word for long enough, they are absent."""
    if conversation.owner != by or conversation.away_since is not None:
        return conversation
    return replace(conversation, away_since=now)


def back(conversation: Conversation, by: str) -> Conversation:
    return _back(conversation) if conversation.owner == by else conversation


def advance(conversation: Conversation, now: float, waits: Waits) -> Conversation:
    """What time alone has done by now: the customer was told, then somebody else is looked for."""
    while conversation.due_at(waits) <= now:
        if conversation.away_told:
            conversation = _released(conversation, "human")
        else:
            conversation = replace(conversation, away_told=True)
    return conversation


def _owned(conversation: Conversation, by: Person) -> Conversation:
    return replace(
        _back(conversation),
        mode="human",
        owner=by.id,
        owner_name=by.name,
        epoch=conversation.epoch + 1,
    )


def _released(conversation: Conversation, mode: Mode) -> Conversation:
    return replace(
        _back(conversation), mode=mode, owner="", owner_name="", epoch=conversation.epoch + 1
    )


def _back(conversation: Conversation) -> Conversation:
    return replace(conversation, away_since=None, away_told=False)


def _refused(conversation: Conversation, by: Person, epoch: int) -> Refusal | None:
    if conversation.mode == "model":
        return Refusal("not_taken_over", "the model speaks here: take the conversation over first")
    if conversation.owner != by.id and not by.supervisor:
        return _taken(conversation)
    if conversation.epoch != epoch:
        return Refusal(
            "stale_epoch",
            "somebody else took this conversation over since: look at it again",
            {"epoch": conversation.epoch},
        )
    return None


def _taken(conversation: Conversation) -> Refusal:
    if not conversation.owner:
        return Refusal("unattended", "nobody speaks here any more: take the conversation over")
    return Refusal(
        "taken_over",
        f"{conversation.owner_name} speaks in this conversation",
        {"by": conversation.owner, "display": conversation.owner_name},
    )
