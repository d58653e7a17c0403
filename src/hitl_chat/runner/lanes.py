"""The review-after lane for pages that ask again and again: read anew only when something happened.

Whatever changes a lane is an event that is not quiet, or the end of a turn that stands in it. Kept
for a few tenants, in memory; one look at a time for each, so that many who ask are one look.
"""

import asyncio
from weakref import WeakValueDictionary

from sqlalchemy import Connection

from hitl_chat.ports import Database
from hitl_chat.runner import review_views
from hitl_chat.runner.review_views import Lane
from hitl_chat.store import events, turns

KEPT = 20  # tenants
UNSETTLED = -1  # where no feed ends


class Lanes:
    def __init__(self, db: Database) -> None:
        self._db = db
        self._kept: dict[str, tuple[int, Lane]] = {}
        self._looking: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def view(self, tenant: str) -> Lane:
        """What waits, and what was decided, as it is now."""
        lock = self._looking.setdefault(tenant, asyncio.Lock())  # there while somebody asks
        async with lock:
            kept = self._kept.pop(tenant, None)
            found = self._kept[tenant] = await self._db.read(lambda conn: _look(conn, tenant, kept))
            if len(self._kept) > KEPT:
                del self._kept[next(iter(self._kept))]
            return found[1]


def _look(conn: Connection, tenant: str, kept: tuple[int, Lane] | None) -> tuple[int, Lane]:
    at = events.loudest(conn, tenant)
    if kept and kept[0] == at:
        return kept
    lane = review_views.lane(conn, tenant)
    shown = [one.id for one in lane.waiting] + [one.answer for one in lane.decided]
    # A decided answer ends a moment after its decision, and quietly: until then look again.
    return (UNSETTLED if turns.runs(conn, shown) else at), lane
