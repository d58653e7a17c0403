"""How long people usually take from claiming a hold to deciding it: measured, for each tenant.

Read off the record while it is followed, and once what was on it before; whoever asks costs
nothing. Who decides without a claim began when they first looked. What scripts decide does not
count. What it is for is `queue.py`'s.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Sequence
from statistics import median

from hitl_chat.ports import Database
from hitl_chat.runner.asides import SCRIPT
from hitl_chat.runner.feed import Feed
from hitl_chat.runner.queue import TYPICAL
from hitl_chat.store import events
from hitl_chat.store.events import Event

log = logging.getLogger(__name__)

RECENT = 100  # decisions of a tenant that count
FEW = 5  # ... of which fewer say nothing yet
BEFORE = 2000  # events that are read of what was on record before
OPEN = 20_000  # holds whose beginnings are remembered


class Begun:
    """A hold that people work on: since when each of them, and when it was last decided."""

    def __init__(self) -> None:
        self.by: dict[str, float] = {}
        self.proposed: float | None = None


class Handling:
    """One per program. `changed` callbacks hear of whole seconds only, and once of each page."""

    def __init__(self, db: Database, feed: Feed) -> None:
        self._db, self._feed = db, feed
        self._begun: dict[str, Begun] = {}
        self._took: dict[str, deque[float]] = {}
        self._usual: dict[str, float] = {}
        self._knows = asyncio.Event()
        self.changed: list[Callable[[str], None]] = []

    def usual(self, tenant: str) -> float:
        """Seconds; what is usual everywhere, until there are some decisions."""
        return self._usual.get(tenant, TYPICAL)

    async def start(self) -> None:
        """The feed has begun: what happened until then is known when this returns."""
        self._feed.follow(self._heard)
        upto = self._feed.cursor
        since = max(0, upto - BEFORE)
        found, _ = await self._db.read(lambda conn: events.tail(conn, since, BEFORE))
        self._follow([event for event in found if event.id <= upto])
        self._knows.set()

    async def _heard(self, page: Sequence[Event]) -> None:
        await self._knows.wait()
        before = dict(self._usual)
        self._follow(page)
        for tenant, seconds in self._usual.items():
            if seconds != before.get(tenant, TYPICAL):
                for told in self.changed:
                    told(tenant)

    def _follow(self, page: Sequence[Event]) -> None:
        for event in page:
            if event.type.startswith("hold."):
                try:
                    self._take(event, event.body["hold"])
                except (LookupError, TypeError, AttributeError) as error:  # one that is damaged
                    log.error("event %d says nothing of how long it took (%r)", event.id, error)

    def _take(self, event: Event, hold: str) -> None:
        match event.type:
            case "hold.claimed":
                self._work(hold).by[event.body["by"]] = event.at
            case "hold.looked":
                self._work(hold).by.setdefault(event.body["by"], event.at)
            case "hold.proposed":
                self._work(hold).proposed = event.at
            case "hold.undone" | "hold.declined":
                self._work(hold).proposed = None
            case "hold.decided":
                self._decided(event, self._begun.pop(hold, Begun()))
            case "hold.cancelled":
                self._begun.pop(hold, None)
            case _:
                pass

    def _work(self, hold: str) -> Begun:
        """Of a hold that somebody looks at long after its end nobody says that it ended."""
        if hold not in self._begun and len(self._begun) >= OPEN:
            self._begun.pop(next(iter(self._begun)))
        return self._begun.setdefault(hold, Begun())

    def _decided(self, event: Event, begun: Begun) -> None:
        by = event.body["by"]
        since = begun.by.get(by)
        if since is None or by.startswith(SCRIPT):
            return
        until = event.at if begun.proposed is None else begun.proposed
        took = self._took.setdefault(event.tenant, deque(maxlen=RECENT))
        took.append(max(0.0, until - since))
        if len(took) >= FEW:
            self._usual[event.tenant] = float(round(median(took)))
