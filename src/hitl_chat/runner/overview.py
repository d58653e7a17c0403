"""What consoles are shown: snapshots with the position they stand at, and what happened since.

A snapshot and its position are read in one view of the database, so that what follows the position
follows the snapshot. News carries what its subject is *now*, so that old news does no harm.
"""

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import Connection

from hitl_chat.checks.transcript import customers
from hitl_chat.core.hold import Hold
from hitl_chat.rules.facts import Criteria
from hitl_chat.runner import blind, queue, structured
from hitl_chat.runner.backgrounds import background
from hitl_chat.runner.desk import Desk
from hitl_chat.runner.moves import find, speaker
from hitl_chat.runner.people_views import CallView, NoteView, call_view, note_view, opinion_view
from hitl_chat.runner.views import (
    Card,
    ConversationView,
    HoldView,
    LookView,
    MessageView,
    PersonView,
    Queue,
    Talk,
    conversation_view,
    hold_view,
    look_view,
    message_view,
    person_view,
)
from hitl_chat.store import (
    asides,
    conversations,
    directions,
    events,
    findings,
    holds,
    judged,
    messages,
    turns,
)
from hitl_chat.store.events import Event
from hitl_chat.store.judged import Track
from hitl_chat.store.texts import Unreadable

log = logging.getLogger(__name__)

MISSED = 1000  # events; a console that missed more gets a new snapshot
TRANSCRIPT = 200
ON_CARD = 20
ENDS = ("hold.decided", "hold.cancelled")

Guides = Callable[[Connection, str], Mapping[str, Criteria]]
Told = Callable[[Sequence["News"]], Awaitable[None]]


class News(NamedTuple):
    """One event and what it is about, as that is now."""

    event: Event
    hold: HoldView | None = None
    conversation: ConversationView | None = None
    messages: tuple[MessageView, ...] = ()
    notes: tuple[NoteView, ...] = ()
    call: CallView | None = None

    def concerns(self, person: str) -> bool:
        """A call to one person is for their consoles only."""
        return self.call is None or self.call.to in ("", person)

    def seen_by(self, person: str) -> "News":
        """Without what others think of a hold that this person owes an opinion on."""
        if self.hold is None or not blind.owes(self.hold, person):
            return self
        notes = blind.notes(self.notes, self.hold, person)
        return self._replace(hold=blind.hold(self.hold, person), notes=notes)

    @property
    def in_queue(self) -> bool:
        return any(each is not None for each in (self.hold, self.conversation, self.call))


class Overview:
    """Reads for consoles. `criteria` finds what rules' authors wrote, in the version of a hold."""

    def __init__(self, desk: Desk, criteria: Guides = lambda conn, version: {}) -> None:
        self._desk, self._criteria = desk, criteria

    @property
    def epoch(self) -> str:
        """The feed's: positions of another one mean nothing."""
        return self._desk.feed.epoch

    def people(self, tenant: str) -> tuple[PersonView, ...]:
        return tuple(map(person_view, self._desk.people.everyone(tenant)))

    def looks(self, tenant: str) -> tuple[LookView, ...]:
        return tuple(map(look_view, self._desk.attention.of(tenant)))

    def stop(self, tenant: str) -> str:
        """How the stop switch stands; "" when it is off."""
        return self._desk.switch.mode(tenant)

    def listens(self, tenant: str, conv: str) -> bool:
        """Whether the customer of this conversation is there."""
        return self._desk.presence.of(tenant, conv)

    def usual(self, tenant: str) -> float:
        """How many seconds people usually take to decide: by that the queue is in order."""
        return self._desk.handling.usual(tenant)

    # --- the queue ---------------------------------------------------------------------------

    async def queue(self, tenant: str) -> tuple[Queue, int]:
        now = self._desk.clock.now()

        def read(conn: Connection) -> tuple[Sequence[Hold], tuple[ConversationView, ...], int]:
            human = tuple(map(conversation_view, conversations.human(conn, tenant)))
            return holds.alive(conn, tenant), human, events.position(conn)

        alive, human, at = await self._desk.db.read(read)
        ordered = tuple(map(hold_view, queue.in_order(alive, now, self.usual(tenant))))
        return Queue(ordered, human, self.people(tenant)), at

    async def queue_since(self, tenant: str, after: int) -> tuple[list[News], int] | None:
        """The news after a position, and where they end; None if a snapshot is cheaper."""

        def read(conn: Connection) -> tuple[list[News], int] | None:
            at = events.position(conn)
            page = events.feed(conn, tenant, after, MISSED + 1)
            if len(page) > MISSED or not 0 <= after <= at:
                return None
            return _latest(_news(conn, page)), at

        return await self._desk.db.read(read)

    # --- a conversation ----------------------------------------------------------------------

    async def talk(self, tenant: str, conv: str, person: str) -> tuple[Talk, int]:
        """As this person may read it."""

        def read(conn: Connection) -> tuple[Talk, int]:
            here = conversation_view(speaker(conn, tenant, conv))
            said = messages.transcript(conn, tenant, conv, limit=TRANSCRIPT)
            waiting = tuple(map(hold_view, holds.alive(conn, tenant, conv)))
            noted = tuple(map(note_view, asides.notes(conn, tenant, conv)))
            at = events.seq(conn, tenant, events.of_conversation(conv))
            whole = Talk(here, tuple(map(message_view, said)), noted)
            return blind.talk(whole, waiting, person), at

        return await self._desk.db.read(read)

    async def talk_since(self, tenant: str, conv: str, after: int) -> tuple[list[News], int] | None:
        stream = events.of_conversation(conv)

        def read(conn: Connection) -> tuple[list[News], int] | None:
            speaker(conn, tenant, conv)
            at = events.seq(conn, tenant, stream)
            page = events.read(conn, tenant, stream, after, MISSED + 1)
            if len(page) > MISSED or not 0 <= after <= at:
                return None
            return _news(conn, page), at

        return await self._desk.db.read(read)

    # --- one hold ----------------------------------------------------------------------------

    async def hold(self, tenant: str, ident: str) -> HoldView:
        return hold_view(await self._desk.db.read(lambda conn: find(conn, tenant, ident)))

    async def card(self, tenant: str, ident: str) -> Card:
        def read(conn: Connection) -> Card:
            hold = find(conn, tenant, ident)
            draft = holds.draft(conn, tenant, ident)
            asked = turns.get(conn, tenant, hold.turn)
            written = turns.written(conn, tenant, hold.turn)
            said = messages.transcript(conn, tenant, hold.conv, limit=ON_CARD)
            versions = holds.about(conn, tenant, ident)
            told = self._criteria(conn, versions.criteria_version)
            found = findings.of_hold(conn, tenant, ident)
            proposed = hold.proposal.texts if hold.proposal else {}
            known = {one.id for each in found for one in each.evidence.known}
            return Card(
                hold=hold_view(hold),
                sent=draft.sent,
                pending=draft.pending,
                draft_sha256=draft.sha256(),
                customer_text=customers(written.messages or []),
                model=asked.model if asked else "",
                criteria=tuple(told[rule] for rule in hold.terms.rules if rule in told),
                messages=tuple(map(message_view, said)),
                proposed=proposed,
                proposed_sha256=draft.sha_with(proposed) if hold.proposal else "",
                notes=tuple(map(note_view, asides.notes(conn, tenant, hold.conv))),
                opinions=tuple(map(opinion_view, asides.opinions(conn, tenant, ident))),
                findings=found,
                history=findings.history(conn, tenant, known, ident),
                background=background(conn, hold),
                schemas=structured.schemas(
                    structured.asked(asked.envelope if asked else {}), draft.pending
                ),
            )

        return await self._desk.db.read(read)

    async def track(self, tenant: str, ident: str) -> tuple[Track, ...]:
        """How often the checks that had it held were right before."""

        def read(conn: Connection) -> tuple[Track, ...]:
            return judged.tracks(conn, tenant, judged.said_of(find(conn, tenant, ident)), ident)

        return await self._desk.db.read(read)

    # --- news --------------------------------------------------------------------------------

    def follow(self, told: Told, wanted: Callable[[], bool]) -> Callable[[], None]:
        """Be told of all news from now on, while it is wanted; the answer ends it."""

        async def heard(page: Sequence[Event]) -> None:
            if wanted():
                await told(await self._desk.db.read(lambda conn: _news(conn, page)))

        return self._desk.feed.follow(heard)


def _news(conn: Connection, page: Sequence[Event]) -> list[News]:
    told = (event for event in page if event.type.startswith(("hold.", "note")))
    idents = {str(event.body.get("hold")) for event in told}
    views = {hold.id: hold_view(hold) for hold in holds.some(conn, None, sorted(idents))}
    return [_readable(conn, event, views) for event in page]


def _readable(conn: Connection, event: Event, views: dict[str, HoldView]) -> News:
    """One event, or text, that somebody has spoiled must not keep the others from anybody."""
    try:
        return _about(conn, event, views)
    except (Unreadable, LookupError, TypeError, ValueError) as error:
        log.error("event %d cannot be shown (%s)", event.id, type(error).__name__)
        return News(event)


def _about(conn: Connection, event: Event, views: dict[str, HoldView]) -> News:
    conv = event.stream.removeprefix("conv:")
    match event.type.partition(".")[0]:
        case "hold":
            hold = views.get(event.body["hold"])
            return News(event, hold=hold, notes=_opened(conn, event, hold))
        case "conversation":
            found = conversations.get(conn, event.tenant, conv)
            return News(event, conversation=conversation_view(found) if found else None)
        case "message":
            told = event.body.get("messages") or [event.body["message"]]
            said = messages.some(conn, event.tenant, conv, told)
            return News(event, messages=tuple(map(message_view, said)))
        case "note":
            noted = asides.some_notes(conn, event.tenant, [event.body["note"]])
            hold = views.get(event.body["hold"])
            return News(event, hold=hold, notes=tuple(map(note_view, noted)))
        case "call":
            return News(event, call=call_view(directions.called(conn, event)))
        case _:
            return News(event)


def _opened(conn: Connection, event: Event, hold: HoldView | None) -> tuple[NoteView, ...]:
    """Notes that somebody who owed an opinion was not told of, and may read from now on."""
    given = event.type == "hold.opinion_given"
    if hold is None or not (given or (hold.asked and event.type in ENDS)):
        return ()
    noted = asides.notes(conn, event.tenant, hold.conversation)
    return tuple(note_view(one) for one in noted if one.hold == hold.id)


def _latest(news: list[News]) -> list[News]:
    """The last news of each subject of the queue; earlier ones would say the same."""
    last = {_subject(each): each for each in news if each.in_queue}
    return sorted(last.values(), key=lambda each: each.event.id)


def _subject(news: News) -> str:
    """Each call is a subject of its own."""
    subjects = (news.hold, news.conversation, news.call)
    return next((each.id for each in subjects if each is not None), "")
