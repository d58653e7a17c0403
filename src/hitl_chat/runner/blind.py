"""What whoever owes a second opinion does not read before: what others think of the hold.

Owns who is told what, on every way to a console: the queue, the card, the conversation, their
news, the answer to a command. Everybody else reads everything, in the very same frames.
"""

from collections.abc import Collection, Iterable

from msgspec.structs import replace

from hitl_chat.runner.people_views import NoteView, View
from hitl_chat.runner.views import Card, HoldView, Queue, Talk


def owes(hold: HoldView, person: str) -> bool:
    return person in hold.asked and hold.state not in ("decided", "cancelled")


def hold(whole: HoldView, person: str) -> HoldView:
    """Nor what others decided that does not stand yet, or did not confirm."""
    if not owes(whole, person):
        return whole
    made = whole.proposal if _own(whole, person) else None
    return replace(whole, proposal=made, declined_by=None)


def queue(whole: Queue, person: str) -> Queue:
    return replace(whole, holds=tuple(hold(one, person) for one in whole.holds))


def answer(view: View, person: str) -> View:
    return hold(view, person) if isinstance(view, HoldView) else view


def card(whole: Card, person: str) -> Card:
    """Nor what others judged at first sight, and what they did then."""
    if not owes(whole.hold, person):
        return whole
    behind = whole.background
    judged = tuple(one for one in behind.revealed if one.by.id == person)
    trail = tuple(one for one in behind.trail if one.by is not None and one.by.id == person)
    own = _own(whole.hold, person)
    return replace(
        whole,
        hold=hold(whole.hold, person),
        proposed=whole.proposed if own else {},
        proposed_sha256=whole.proposed_sha256 if own else "",
        opinions=tuple(one for one in whole.opinions if one.of.id == person),
        notes=_others(whole.notes, {whole.hold.id}, person),
        background=replace(behind, revealed=judged, trail=trail),
    )


def talk(whole: Talk, holds: Iterable[HoldView], person: str) -> Talk:
    """`holds`: those of the conversation that still wait for a decision."""
    owed = {hold.id for hold in holds if owes(hold, person)}
    return replace(whole, notes=_others(whole.notes, owed, person)) if owed else whole


def notes(told: tuple[NoteView, ...], hold: HoldView, person: str) -> tuple[NoteView, ...]:
    """Those that come with the news of a hold that they owe an opinion on."""
    return _others(told, {hold.id}, person)


def _own(hold: HoldView, person: str) -> bool:
    return hold.proposal is not None and hold.proposal.by.id == person


def _others(all_: Iterable[NoteView], owed: Collection[str], person: str) -> tuple[NoteView, ...]:
    """Those about what they owe no opinion on, and their own."""
    return tuple(one for one in all_ if one.hold not in owed or one.by.id == person)
