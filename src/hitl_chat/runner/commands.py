"""What people may ask of the desk, typed: the same commands over WebSocket, HTTP and in tests.

Unknown keys and wrong types are refused by the decoder. Knows no transport and no store.
The web types are generated from these.
"""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from hitl_chat.core.types import Action, Help, Judgement

Ident = Annotated[str, Meta(min_length=1, max_length=200)]
Text = Annotated[str, Meta(max_length=100_000)]
Seconds = Annotated[float, Meta(ge=0, le=30)]
StopMode = Literal["off", "hold", "block", "pass"]
Because = Annotated[tuple[Annotated[str, Meta(max_length=80)], ...], Meta(max_length=9)]
Mark = Annotated[str, Meta(max_length=40)]
Count = Annotated[int, Meta(ge=0, le=2**53 - 1)]


class Command(Struct, frozen=True, tag_field="do", forbid_unknown_fields=True):
    """Base: the field `do` says which command it is."""


class Claim(Command, frozen=True, tag="claim"):
    """Take a hold for yourself, or renew what you have. `force`: supervisors only."""

    hold: Ident
    force: bool = False


class Renew(Command, frozen=True, tag="renew"):
    """Heartbeat of a claim."""

    hold: Ident
    fence: Count


class Release(Command, frozen=True, tag="release"):
    """Put a claimed hold back into the queue. `because`: one of the card's `put_back`, or none."""

    hold: Ident
    fence: Count
    because: Annotated[str, Meta(max_length=80)] = ""


class Next(Command, frozen=True, tag="next"):
    """Claim the most urgent hold that nobody has."""


class Decide(Command, frozen=True, tag="decide"):
    """The decision about what was seen: `version`, `fence` (null: unclaimed), `draft_sha256`.

    An edit brings `texts` per field, or `text` where only one field waits. `undo` in seconds.
    `because` names reasons that the hold offers, `note` is kept for colleagues, `helped` says
    whose words are among the text beside the person's own. With `corrects`, an edit takes the
    place of what was sent, too: those words announce it to who has read that.
    """

    hold: Ident
    action: Action
    version: Count
    fence: Count | None = None
    text: Text | None = None
    texts: dict[str, Text] | None = None
    draft_sha256: str = ""
    undo: Seconds | None = None
    force: bool = False
    because: Because = ()
    note: Text = ""
    helped: Annotated[tuple[Help, ...], Meta(max_length=3)] = ()
    corrects: Mark = ""


class Undo(Command, frozen=True, tag="undo"):
    """Take back a decision that has not been sent yet."""

    hold: Ident


class SendNow(Command, frozen=True, tag="send_now"):
    """Do not wait until a decision can no longer be taken back: send it as soon as may be."""

    hold: Ident


class Second(Command, frozen=True, tag="second"):
    """Confirm a colleague's decision or decline it. `text_sha256`: the card's, of what was read."""

    hold: Ident
    agree: bool
    text_sha256: str = ""
    note: Text = ""


class Escalate(Command, frozen=True, tag="escalate"):
    """Pass a hold on to the supervisors: from then on only they decide it."""

    hold: Ident
    note: Text = ""


class Assign(Command, frozen=True, tag="assign"):
    """Give a hold to a colleague who is online: it is claimed by them then."""

    hold: Ident
    to: Ident
    note: Text = ""


class AskOpinion(Command, frozen=True, tag="ask_opinion"):
    """Ask a colleague what they would do, without showing them what you think of it."""

    hold: Ident
    to: Annotated[str, Meta(max_length=200)] = ""


class GiveOpinion(Command, frozen=True, tag="give_opinion"):
    """Say what you would do with a hold. It is recorded, and decides nothing."""

    hold: Ident
    action: Action
    because: Because = ()
    note: Text = ""


class Note(Command, frozen=True, tag="note"):
    """A private note about a conversation: for colleagues, never for customers or models."""

    conversation: Ident
    text: Annotated[str, Meta(min_length=1, max_length=10_000)]
    hold: Annotated[str, Meta(max_length=200)] = ""


class Reveal(Command, frozen=True, tag="reveal"):
    """Say what you think of the answer, and see the scores: where its rules ask for that."""

    hold: Ident
    judgement: Judgement


class Look(Command, frozen=True, tag="look"):
    """Which hold you look at, or write about, for colleagues to see; `hold` "": none."""

    hold: Annotated[str, Meta(max_length=200)] = ""
    doing: Literal["looking", "editing"] = "looking"


class TakeOver(Command, frozen=True, tag="take_over"):
    """Speak yourself in this conversation; the model is silent until you hand it back."""

    conversation: Ident
    force: bool = False


class HandBack(Command, frozen=True, tag="hand_back"):
    """Let the model speak again; it is told `note`."""

    conversation: Ident
    epoch: Count
    note: Text = ""


class Transfer(Command, frozen=True, tag="transfer"):
    """Give a conversation that you speak in to a colleague who is online."""

    conversation: Ident
    epoch: Count
    to: Ident


class Say(Command, frozen=True, tag="say"):
    """A message to the customer of a conversation that you took over."""

    conversation: Ident
    epoch: Count
    text: Annotated[str, Meta(min_length=1, max_length=100_000)]


class Typing(Command, frozen=True, tag="typing"):
    """You began, or stopped, typing to the customer."""

    conversation: Ident
    epoch: Count
    on: bool


class Away(Command, frozen=True, tag="away"):
    """Whether you are at your desk: nothing is queued for people who are all away."""

    on: bool


class Review(Command, frozen=True, tag="review"):
    """What you think of an answer that has left: fine, wrong, or wrong and corrected by `text`.

    Also for one that nobody asked you about: that overturns what was decided before it left.
    `again`: although a colleague has reviewed it already. `anyway`: although the checks object to
    the text. A correction that needs two people waits until another sends the very same.
    """

    answer: Ident
    verdict: Literal["fine", "wrong", "correct"]
    text: Text = ""
    note: Annotated[str, Meta(max_length=2000)] = ""
    again: bool = False
    anyway: bool = False


class Stop(Command, frozen=True, tag="stop"):
    """The stop switch, supervisors only: hold, block or pass everything, whatever the rules say."""

    mode: StopMode


AnyCommand = (
    Claim
    | Renew
    | Release
    | Next
    | Decide
    | Undo
    | SendNow
    | Second
    | Escalate
    | Assign
    | AskOpinion
    | GiveOpinion
    | Note
    | Reveal
    | Look
    | TakeOver
    | HandBack
    | Transfer
    | Say
    | Typing
    | Away
    | Review
    | Stop
)
