"""From the feed to the consoles: each frame is made once, however many follow its stream.

Owns who follows what. Nothing here waits for a console: `offer` only queues.
"""

import logging
from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from hitl_chat.core.types import Field
from hitl_chat.errors import NotFound, StoreError
from hitl_chat.runner import blind
from hitl_chat.runner.desk import Desk
from hitl_chat.runner.overview import News, Overview
from hitl_chat.runner.signals import (
    Attended,
    CustomerThere,
    CustomerTypes,
    Grew,
    Peopled,
    Signal,
    Types,
)
from hitl_chat.runner.views import Card
from hitl_chat.server.messages import (
    CONVERSATION,
    HOLD,
    QUEUE,
    CardReset,
    LooksFrame,
    NewsFrame,
    PeopleFrame,
    PresenceFrame,
    StopFrame,
    TypingFrame,
    UsualFrame,
    encode,
)

log = logging.getLogger(__name__)


class Follower(Protocol):
    """One console, as far as the fan-out knows it."""

    @property
    def person(self) -> str:
        """Whose it is."""

    def offer(self, stream: str, seq: int, frame: str) -> None:
        """The next frame of a stream with positions."""

    def show(self, stream: str, frame: str) -> None:
        """A frame that is not repeated."""

    def card(self, stream: str, card: Card, frame: str) -> None:
        """A hold's card has changed."""

    def grow(self, stream: str, pending: Mapping[Field, str]) -> None:
        """A held draft grew."""


class Fanout:
    def __init__(self, desk: Desk, overview: Overview) -> None:
        self._overview = overview
        self._followers: dict[tuple[str, str], set[Follower]] = {}
        overview.follow(self._heard, lambda: bool(self._followers))
        desk.signals.listen(self._signal)
        desk.switch.thrown.append(self._thrown)
        desk.handling.changed.append(self._usual)

    def follow(self, follower: Follower, tenant: str, stream: str) -> None:
        self._followers.setdefault((tenant, stream), set()).add(follower)

    def unfollow(self, follower: Follower, tenant: str, stream: str) -> None:
        here = self._followers.get((tenant, stream), set())
        here.discard(follower)
        if not here:
            self._followers.pop((tenant, stream), None)

    def _here(self, tenant: str, stream: str) -> tuple[Follower, ...]:
        return tuple(self._followers.get((tenant, stream), ()))

    # --- what was recorded -------------------------------------------------------------------

    async def _heard(self, news: Sequence[News]) -> None:
        for each in news:
            self._tell(each)
        await self._renew_cards(news)

    def _tell(self, news: News) -> None:
        event = news.event
        if news.in_queue:
            self._offer(QUEUE, event.id, news)
        if event.stream.startswith(CONVERSATION):
            self._offer(event.stream, event.seq, news)

    def _offer(self, stream: str, seq: int, news: News) -> None:
        here = [
            each for each in self._here(news.event.tenant, stream) if news.concerns(each.person)
        ]
        if here:
            frame = encode(news_frame(stream, seq, news))
            for follower in here:
                seen = news.seen_by(follower.person)
                its = frame if seen is news else encode(news_frame(stream, seq, seen))
                follower.offer(stream, seq, its)

    async def _renew_cards(self, news: Iterable[News]) -> None:
        changed = {(each.event.tenant, each.hold.id) for each in news if each.hold is not None}
        for tenant, ident in changed:
            stream = HOLD + ident
            if not self._here(tenant, stream):
                continue
            try:
                card = await self._overview.card(tenant, ident)
            except (NotFound, StoreError) as error:  # the other cards can be shown
                log.warning("the card of %s is as it was: %s", ident, error)
                continue
            frame = encode(CardReset(stream, card))
            for follower in self._here(tenant, stream):
                seen = blind.card(card, follower.person)
                its = frame if seen is card else encode(CardReset(stream, seen))
                follower.card(stream, seen, its)

    # --- what is only shown ------------------------------------------------------------------

    def _signal(self, signal: Signal) -> None:
        match signal:
            case Grew(tenant, hold, pending):
                for follower in self._here(tenant, HOLD + hold):
                    follower.grow(HOLD + hold, pending)
            case Types(tenant, conversation, display, on):
                stream = CONVERSATION + conversation
                self._show(tenant, stream, encode(TypingFrame(stream, display, on)))
            case CustomerTypes(tenant, conversation, on):
                stream = CONVERSATION + conversation
                self._show(tenant, stream, encode(TypingFrame(stream, "", on)))
            case CustomerThere(tenant, conversation):
                stream = CONVERSATION + conversation
                here = self._overview.listens(tenant, conversation)
                self._show(tenant, stream, encode(PresenceFrame(stream, here)))
            case Peopled(tenant):
                self._show(tenant, QUEUE, encode(PeopleFrame(self._overview.people(tenant))))
            case Attended(tenant):
                self._show(tenant, QUEUE, encode(LooksFrame(self._overview.looks(tenant))))

    def _thrown(self, whose: str) -> None:
        """What is thrown for the whole installation concerns every tenant."""
        for tenant, stream in tuple(self._followers):
            if stream == QUEUE and whose in ("", tenant):
                self._show(tenant, QUEUE, encode(StopFrame(self._overview.stop(tenant))))

    def _usual(self, tenant: str) -> None:
        self._show(tenant, QUEUE, encode(UsualFrame(self._overview.usual(tenant))))

    def _show(self, tenant: str, stream: str, frame: str) -> None:
        for follower in self._here(tenant, stream):
            follower.show(stream, frame)


def news_frame(stream: str, seq: int, news: News) -> NewsFrame:
    event = news.event
    about = (news.hold, news.conversation, news.messages, news.notes, news.call)
    return NewsFrame(stream, seq, event.type, event.at, *about)
