"""How long people usually take from claiming a hold to deciding it: measured, for each tenant.

Read off the record while it is followed, and once what was on it before; whoever asks costs
nothing. Who decides without a claim began when they first looked. What it is for is `queue.py`'s.
"""

from collections import deque
from collections.abc import Callable, Sequence
from statistics import median

from hitl_chat.ports import Database
from hitl_chat.runner.feed import Feed
from hitl_chat.runner.queue import TYPICAL
from hitl_chat.store import events
from hitl_chat.store.events import Event

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
    """One per program. `changed` callbacks hear of whole seconds only."""

    def __init__(self, db: Database, feed: Feed) -> None:
        self._db = db
        self._begun: dict[str, Begun] = {}
        self._took: dict[str, deque[float]] = {}
        self._usual: dict[str, float] = {}
        self._knows = False
        self.changed: list[Callable[[str], None]] = []
        feed.follow(self._heard)

    def usual(self, tenant: str) -> float:
        """Seconds; what is usual everywhere, until there are some decisions."""
        return self._usual.get(tenant, TYPICAL)

    async def _heard(self, page: Sequence[Event]) -> None:
        if not self._knows:
            page = [*await self._before(page[0].id), *page]
            self._knows = True
        for event in page:
            if event.type.startswith("hold."):
                self._take(event, event.body.get("hold", ""))

    async def _before(self, first: int) -> list[Event]:
        since = max(0, first - 1 - BEFORE)
        found, _ = await self._db.read(lambda conn: events.tail(conn, since, BEFORE))
        return [event for event in found if event.id < first]

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
        if len(self._begun) >= OPEN:
            self._begun.pop(next(iter(self._begun)))
        return self._begun.setdefault(hold, Begun())

    def _decided(self, event: Event, begun: Begun) -> None:
        since = begun.by.get(event.body["by"])
        if since is None:
            return
        until = event.at if begun.proposed is None else begun.proposed
        took = self._took.setdefault(event.tenant, deque(maxlen=RECENT))
        took.append(max(0.0, until - since))
        if len(took) < FEW:
            return
        before, self._usual[event.tenant] = self.usual(event.tenant), float(round(median(took)))
        if self.usual(event.tenant) != before:
            for told in self.changed:
                told(event.tenant)
