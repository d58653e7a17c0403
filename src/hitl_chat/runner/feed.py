"""What was recorded, told to whoever follows it, in commit order and without a gap.

One reader per program tails the record after its cursor: woken by a hint, or once a second when
there is none. Hints may be lost, doubled or forged; that costs one look. Knows what no event means.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress

from sqlalchemy import Connection

from hitl_chat.errors import HitlError, Unavailable
from hitl_chat.ports import Bus, Database
from hitl_chat.store import events
from hitl_chat.store.events import Event, Page

log = logging.getLogger(__name__)

TOPIC = "feed"
PAGE = 1000

Told = Callable[[Sequence[Event]], Awaitable[None]]


class Feed:
    """Everybody has been told of a page before the next one is read."""

    def __init__(self, db: Database, bus: Bus, poll: float = 1.0) -> None:
        self._db, self._bus, self._poll = db, bus, poll
        self._followers: list[Told] = []
        self._wake = asyncio.Event()
        self._hush: Callable[[], None] = lambda: None
        self._reading: asyncio.Task[None] | None = None
        self.cursor = 0
        self.epoch = ""

    def follow(self, told: Told) -> Callable[[], None]:
        """Be told of every event from now on; the answer ends it."""
        self._followers.append(told)
        return lambda: self._followers.remove(told) if told in self._followers else None

    async def start(self) -> None:
        self.cursor, self.epoch = await self._db.read(
            lambda conn: (events.position(conn), events.epoch(conn))
        )
        self._hush = self._bus.listen(self._hint)
        self._reading = asyncio.create_task(self._read_on())

    async def close(self) -> None:
        self._hush()
        if self._reading is not None:
            self._reading.cancel()
            await asyncio.wait([self._reading])

    def _hint(self, topic: str, ident: str) -> None:
        if topic == TOPIC:
            self._wake.set()

    async def ring(self) -> None:
        """Something was committed here: look now, and let the others look."""
        self._wake.set()
        await self._bus.ring(TOPIC, "")

    async def _read_on(self) -> None:
        while True:
            try:
                await self.look()
            except HitlError as error:
                log.warning("the record cannot be followed now: %s", error)
            except Exception:  # an error nobody thought of must not end the news
                log.exception("the record cannot be followed now")
            with suppress(TimeoutError):
                async with asyncio.timeout(self._poll):
                    await self._wake.wait()

    async def look(self) -> None:
        """Read what is new, and tell of it."""
        more = True
        while more:
            self._wake.clear()
            page, upto = await self._db.read(self._page)
            more = bool(page)
            for told in tuple(self._followers) if page else ():
                await _tell(told, page)
            self.cursor = upto

    def _page(self, conn: Connection) -> Page:
        return events.tail(conn, self.cursor, PAGE)


async def _tell(told: Told, page: Sequence[Event]) -> None:
    try:
        await told(page)
    except Unavailable:  # the store, at this moment: all of the page is told again
        raise
    except Exception:  # one follower's mistake must not keep the others from the news
        log.exception("a follower of the record failed at event %s", page[0].id)
