"""The customer channel: what happens in a conversation, told to whoever follows it, without a gap.

A follower pulls what comes after its own position, so a slow one costs nothing and a returning one
misses nothing. What a customer may know is in `customer_news.py`. Knows no socket and no key.
"""

import asyncio
import re
from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from hashlib import sha256
from typing import NamedTuple

from msgspec.structs import replace
from sqlalchemy import Connection

from hitl_chat.errors import NotFound, TooMany
from hitl_chat.runner import ids
from hitl_chat.runner.customer_news import Told, standing, told
from hitl_chat.runner.desk import Desk
from hitl_chat.runner.hold_status import HoldStatus, status
from hitl_chat.runner.moves import find
from hitl_chat.runner.signals import Signal, Types
from hitl_chat.store import conversations, events, introductions, messages
from hitl_chat.store.events import Event

MISSED = 1000  # events of the record; who missed more begins anew
FOLLOWERS = 20  # of one conversation: a page, its reloads, a server

POSITION = re.compile(r"([0-9a-f]{16})-([0-9a-f]{1,12})")

Place = tuple[str, str]  # tenant, conversation
Batches = AsyncGenerator[Sequence[Told], None]


class Ear:
    """One follower: `wake` says that there may be news."""

    def __init__(self) -> None:
        self.wake = asyncio.Event()
        self.types: Types | None = None

    def typing(self) -> tuple[Told, ...]:
        """Whether somebody types now, if that has changed. It is not repeated later."""
        heard, self.types = self.types, None
        if heard is None:
            return ()
        return (Told("typing", {"agent": {"display": heard.display}, "typing": heard.on}),)


class Page(NamedTuple):
    """What comes next, and the position after it."""

    told: tuple[Told, ...]
    at: int


class CustomerChannel:
    """One per program. `beat`: how often a follower without news is given a sign of life."""

    def __init__(self, desk: Desk, beat: float = 10.0) -> None:
        self._desk, self._beat = desk, beat
        self._ears: dict[Place, set[Ear]] = {}
        self._closing = False
        desk.feed.follow(self._heard)
        desk.signals.listen(self._signal)
        desk.presence.followed = lambda tenant, conv: bool(self._ears.get((tenant, conv)))

    def close(self) -> None:
        """Let every follower go: what they follow ends, and they may come back."""
        self._closing = True
        for ears in self._ears.values():
            for ear in ears:
                ear.wake.set()

    # --- conversations and holds ---------------------------------------------------------------

    async def begin(
        self, tenant: str, conv: str = "", customer: Mapping[str, str] | None = None
    ) -> str:
        """A conversation of this id (a new one without), whether or not anything was said yet.

        `customer`: what agents are told of who speaks in it; None leaves it as it is.
        """
        ident, now = conv or ids.new("conv"), self._desk.clock.now()

        def write(conn: Connection) -> None:
            conversations.ensure(conn, tenant, ident, now)
            if customer is not None:
                introductions.keep(conn, tenant, ident, customer, now)

        await self._desk.db.write(write)
        return ident

    async def find(self, tenant: str, conv: str) -> None:
        """Refuses a conversation that is not there; another tenant's is not there either."""
        if self._desk.voices.here(tenant, conv):
            return

        def look(conn: Connection) -> bool:
            return conversations.get(conn, tenant, conv) is not None

        # A turn that has just begun is still on its way to the record.
        there = await self._desk.db.read(look) or await self._desk.db.write(look, behind=True)
        if not there:
            msg = f"there is no conversation {conv[:100]!r}"
            raise NotFound(msg, code="conversation_not_found")

    async def hold(self, tenant: str, ident: str) -> HoldStatus:
        return await self._desk.db.read(lambda conn: status(conn, find(conn, tenant, ident)))

    # --- following -----------------------------------------------------------------------------

    async def follow(self, tenant: str, conv: str, last_id: str = "") -> Batches:
        """Batches of events; the next one is made when the one before was written.

        `last_id`: of the last event that arrived earlier. An empty batch is a sign of life.
        """
        loop = asyncio.get_running_loop()
        with self._listening((tenant, conv)) as ear:
            page = await self._first(tenant, conv, last_id)
            silent = loop.time()
            while not self._closing:
                batch = (*page.told, *ear.typing())
                if batch or loop.time() - silent >= self._beat:
                    yield batch
                    await self._arrived(tenant, conv, batch)
                    silent = loop.time()
                with suppress(TimeoutError):
                    async with asyncio.timeout_at(silent + self._beat):
                        await ear.wake.wait()
                ear.wake.clear()
                page = await self._next(tenant, conv, page.at)

    @contextmanager
    def _listening(self, place: Place) -> Iterator[Ear]:
        ears = self._ears.setdefault(place, set())
        if len(ears) >= FOLLOWERS:
            msg = f"at most {FOLLOWERS} connections may follow one conversation: close some"
            raise TooMany(msg, code="too_many_followers", retry_after=self._beat)
        ear = Ear()
        ears.add(ear)
        self._desk.presence.changed(*place)
        try:
            yield ear
        finally:
            ears.discard(ear)
            if not ears:
                self._ears.pop(place, None)
            self._desk.presence.changed(*place)

    async def _first(self, tenant: str, conv: str, last_id: str) -> Page:
        """What was missed; or, where that cannot be said, how things stand."""
        after = self._position((tenant, conv), last_id)
        stream = events.of_conversation(conv)

        def read(conn: Connection) -> Page:
            at = events.seq(conn, tenant, stream)
            if after is not None and 0 <= at - after <= MISSED:
                return self._page(conn, tenant, conv, after)
            why = "start" if not last_id else "unknown_position" if after is None else "too_old"
            now = [Told("reset", {"reason": why, "conversation_id": conv})]
            now += standing(conn, tenant, conv)
            now[-1] = replace(now[-1], id=self._id((tenant, conv), at))
            return Page(tuple(now), at)

        return await self._desk.db.read(read)

    async def _next(self, tenant: str, conv: str, after: int) -> Page:
        return await self._desk.db.read(lambda conn: self._page(conn, tenant, conv, after))

    def _page(self, conn: Connection, tenant: str, conv: str, after: int) -> Page:
        found = events.read(conn, tenant, events.of_conversation(conv), after, MISSED)
        news = ((told(conn, tenant, conv, event), event.seq) for event in found)
        place = (tenant, conv)
        named = tuple(replace(each, id=self._id(place, seq)) for each, seq in news if each)
        return Page(named, found[-1].seq if found else after)

    async def _arrived(self, tenant: str, conv: str, batch: Sequence[Told]) -> None:
        """The transport took it: a person's messages in it need not be told again."""
        idents = [each.message for each in batch if each.message]
        if idents:
            now = self._desk.clock.now()
            await self._desk.db.write(
                lambda conn: messages.delivered(conn, tenant, conv, idents, now)
            )
            await self._desk.feed.ring()

    # --- news ----------------------------------------------------------------------------------

    async def _heard(self, page: Sequence[Event]) -> None:
        for event in page:
            place = (event.tenant, event.stream.removeprefix("conv:"))
            for ear in self._ears.get(place, ()):
                ear.wake.set()

    def _signal(self, signal: Signal) -> None:
        if isinstance(signal, Types):
            for ear in self._ears.get((signal.tenant, signal.conversation), ()):
                ear.types = signal
                ear.wake.set()

    # --- positions -----------------------------------------------------------------------------

    def _id(self, place: Place, seq: int) -> str:
        return f"{self._mark(place)}-{seq:x}"

    def _position(self, place: Place, ident: str) -> int | None:
        """The position that an id stands for; None for one of elsewhere, or of another record."""
        known = POSITION.fullmatch(ident)
        if known is None or known[1] != self._mark(place):
            return None
        return int(known[2], 16)

    def _mark(self, place: Place) -> str:
        """Positions mean something within one conversation of one epoch of the feed."""
        named = "\0".join((self._desk.feed.epoch, *place))
        return sha256(named.encode()).hexdigest()[:16]
