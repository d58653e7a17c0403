"""How people appear in views, and what they wrote for each other: notes and second opinions."""

from msgspec import Struct

from hitl_chat.core.types import Action
from hitl_chat.store.asides import Note, Opinion
from hitl_chat.store.directions import Call


class View(Struct, frozen=True):
    """Base of what is shown."""


class Who(View, frozen=True):
    """A person, by id and by the name colleagues see."""

    id: str
    name: str


class NoteView(View, frozen=True):
    """A private note of an agent; no `text`: erased."""

    id: str
    by: Who
    text: str | None
    at: float
    hold: str


class OpinionView(View, frozen=True):
    """A second opinion: asked of whom, and what they would do, once they said it."""

    asked_by: Who
    of: Who
    action: Action | None
    because: tuple[str, ...]
    text: str | None
    given_at: float | None


class CallView(View, frozen=True):
    """A supervisor asks somebody (`to`) to come, or tells everybody (no `to`) something."""

    id: str
    by: Who
    to: str
    text: str | None
    at: float


def who(ident: str, name: str) -> Who | None:
    return Who(ident, name or ident) if ident else None


def note_view(note: Note) -> NoteView:
    return NoteView(note.id, Who(note.author, note.name), note.text, note.at, note.hold)


def opinion_view(given: Opinion) -> OpinionView:
    return OpinionView(
        Who(given.asked_by, given.asked_name),
        Who(given.person, given.name),
        given.action,
        given.because,
        given.text,
        given.given_at,
    )


def call_view(call: Call) -> CallView:
    return CallView(call.id, Who(call.by, call.name), call.to, call.text, call.at)
