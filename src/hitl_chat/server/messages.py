"""The frames of the console's WebSocket, typed. The web types are generated from these.

A frame is one JSON object per text message; `type` says which. docs/console-protocol.md explains
them in the order in which they are met. Knows no socket.
"""

from collections.abc import Mapping
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from hitl_chat.runner.commands import AnyCommand, Count, Ident
from hitl_chat.runner.people_views import CallView, NoteView
from hitl_chat.runner.views import (
    Card,
    ConversationView,
    HoldView,
    LookView,
    MessageView,
    PersonView,
    Queue,
    Talk,
)

VERSION = 1
QUEUE = "queue"
CONVERSATION = "conv:"
HOLD = "hold:"

# How the server closes a console's socket.
BAD_FRAME = 1008  # not a frame of this protocol, too many frames, or no hello in time
TOO_LARGE = 1009
RESTART = 1012
SLOW = 4008  # too much was waiting to be read: reconnect, nothing is lost
SILENT = 4009  # no sign of life, not even a pong
SIGNED_OUT = 4401
NOT_ALLOWED = 4403  # signed in, in a role that does not read the queue
BAD_TICKET = 4408  # used or expired: get a new one
CROWDED = 4429  # this person has as many consoles open as one may

StreamName = Annotated[str, Meta(pattern=r"^(queue|(conv|hold):[\x21-\x7e]{1,200})$")]


class Inbound(Struct, frozen=True, tag_field="type", forbid_unknown_fields=True):
    """Base of what a console sends."""


class Hello(Inbound, frozen=True, tag="hello"):
    """The first frame. `streams`: what to follow, each with the last `seq` that was seen.

    `feed` is the welcome's of the connection before; with another one positions mean nothing.
    """

    ver: int
    ticket: Annotated[str, Meta(min_length=1, max_length=200)]
    streams: Annotated[dict[StreamName, Count | None], Meta(max_length=50)]
    feed: Annotated[str, Meta(max_length=100)] = ""
    away: bool = False


class Follow(Inbound, frozen=True, tag="follow"):
    """Follow one more stream."""

    stream: StreamName
    seq: Count | None = None


class Unfollow(Inbound, frozen=True, tag="unfollow"):
    """No more of this stream."""

    stream: StreamName


class Cmd(Inbound, frozen=True, tag="cmd"):
    """A command. `id` is its idempotency key: sent again, it is answered again, not done again."""

    id: Ident
    cmd: AnyCommand


class Ack(Inbound, frozen=True, tag="ack"):
    """Everything of this stream up to `seq` has arrived."""

    stream: StreamName
    seq: Count


class Pong(Inbound, frozen=True, tag="pong"):
    """The answer to a ping."""


AnyInbound = Hello | Follow | Unfollow | Cmd | Ack | Pong


class Outbound(Struct, frozen=True, tag_field="type"):
    """Base of what a console gets."""


class Welcome(Outbound, frozen=True, tag="welcome"):
    """The answer to hello. `now` is the server's time in seconds: count down with the offset."""

    ver: int
    now: float
    feed: str
    me: PersonView
    undo: float


class QueueReset(Outbound, frozen=True, tag="queue_reset"):
    """Forget what you knew of the queue: this is all of it, as of `seq`."""

    stream: str
    seq: int
    queue: Queue


class TalkReset(Outbound, frozen=True, tag="talk_reset"):
    """Forget what you knew of this conversation: this is it, as of `seq`."""

    stream: str
    seq: int
    talk: Talk


class CardReset(Outbound, frozen=True, tag="card_reset"):
    """The card of a hold that you follow, whenever it has changed."""

    stream: str
    card: Card


class NewsFrame(Outbound, frozen=True, tag="news"):
    """Something happened; `hold`, `conversation`, `messages`, `notes` are what they are now.

    `call`: a supervisor calls you, or (`to` is "") everybody; others' calls do not come here.
    """

    stream: str
    seq: int
    event: str
    at: float
    hold: HoldView | None = None
    conversation: ConversationView | None = None
    messages: tuple[MessageView, ...] = ()
    notes: tuple[NoteView, ...] = ()
    call: CallView | None = None


class Recovered(Outbound, frozen=True, tag="recovered"):
    """What you know of this stream is right once you have taken in this news; it is at `seq`."""

    stream: str
    seq: int
    news: tuple[NewsFrame, ...]


class Gone(Outbound, frozen=True, tag="gone"):
    """There is no such stream, or it is not yours."""

    stream: str
    code: str
    message: str


class Grown(Outbound, frozen=True, tag="grown"):
    """The draft of a hold that you follow grew: append `more` to its pending texts."""

    stream: str
    more: Mapping[str, str]


class PeopleFrame(Outbound, frozen=True, tag="people"):
    """Who is online now."""

    people: tuple[PersonView, ...]


class LooksFrame(Outbound, frozen=True, tag="looks"):
    """Who looks at which hold now, you included: all of it."""

    looks: tuple[LookView, ...]


class StopFrame(Outbound, frozen=True, tag="stop"):
    """How the stop switch stands; `mode` is "" when it is off, as it is until this is said."""

    mode: str


class UsualFrame(Outbound, frozen=True, tag="usual"):
    """How many seconds people usually take to decide: what the queue's order counts with."""

    seconds: float


class TypingFrame(Outbound, frozen=True, tag="typing"):
    """The person who speaks in a conversation (no `name`: its customer) types, or stopped."""

    stream: str
    name: str
    on: bool


class PresenceFrame(Outbound, frozen=True, tag="presence"):
    """Whether the customer of a conversation listens: a request of theirs is open, or a page."""

    stream: str
    here: bool


class ErrorView(Struct, frozen=True):
    """Why a command was refused."""

    code: str
    message: str
    details: Mapping[str, object] = {}


class Result(Outbound, frozen=True, tag="result"):
    """The answer to a command: `body` (of its own type), or `error`."""

    id: str
    ok: bool
    body: msgspec.Raw | None = None
    error: ErrorView | None = None


class Ping(Outbound, frozen=True, tag="ping"):
    """Answer with a pong."""

    now: float


AnyOutbound = (
    Welcome
    | QueueReset
    | TalkReset
    | CardReset
    | NewsFrame
    | Recovered
    | Gone
    | Grown
    | PeopleFrame
    | LooksFrame
    | StopFrame
    | UsualFrame
    | TypingFrame
    | PresenceFrame
    | Result
    | Ping
)

_decoder: msgspec.json.Decoder[AnyInbound] = msgspec.json.Decoder(AnyInbound)
_encode = msgspec.json.Encoder().encode


def decode(text: str) -> AnyInbound:
    return _decoder.decode(text)


def encode(frame: AnyOutbound) -> str:
    return _encode(frame).decode()
