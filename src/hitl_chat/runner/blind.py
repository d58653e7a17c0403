"""What whoever owes a second opinion does not read before: what others think of the hold.

Owns who is told what, on every way to a console: the card, the conversation, the news of both.
Everybody else reads everything, in the very same frames.
"""

from collections.abc import Collection, Iterable

from msgspec.structs import replace

from hitl_chat.runner.people_views import NoteView
from hitl_chat.runner.views import Card, HoldView, Talk


def owes(hold: HoldView, person: str) -> bool:
    return person in hold.asked and hold.state not in ("decided", "cancelled")


def card(whole: Card, person: str) -> Card:
    """Nor what others judged at first sight, and what they did then."""
    if not owes(whole.hold, person):
        return whole
    behind = whole.background
    judged = tuple(one for one in behind.revealed if one.by.id == person)
    trail = tuple(one for one in behind.trail if one.by is not None and one.by.id == person)
    return replace(
        whole,
        opinions=tuple(one for one in whole.opinions if one.of.id == person),
        notes=_others(whole.notes, {whole.hold.id}, person),
        background=replace(behind, revealed=judged, trail=trail),
    )


def talk(whole: Talk, holds: Iterable[HoldView], person: str) -> Talk:
    """`holds`: those of the conversation that still wait for a decision."""
    owed = {hold.id for hold in holds if owes(hold, person)}
    return replace(whole, notes=_others(whole.notes, owed, person)) if owed else whole


def notes(told: tuple[NoteView, ...], hold: HoldView | None, person: str) -> tuple[NoteView, ...]:
    """Those that come with one hold's news."""
    if hold is None or not owes(hold, person):
        return told
    return _others(told, {hold.id}, person)


def _others(all_: Iterable[NoteView], owed: Collection[str], person: str) -> tuple[NoteView, ...]:
    """Those about what they owe no opinion on, and their own."""
    return tuple(one for one in all_ if one.hold not in owed or one.by.id == person)
