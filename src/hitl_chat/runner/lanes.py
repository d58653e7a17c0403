"""The review-after lane for pages that ask again and again: read anew only when something happened.

Whatever changes a lane is an event, so a lane is true for as long as the record does not grow.
Kept for a few tenants, in memory; one look at a time, so that many who ask are one look.
"""

import asyncio

from sqlalchemy import Connection

from hitl_chat.ports import Database
from hitl_chat.runner import review_views
from hitl_chat.runner.review_views import Lane
from hitl_chat.store import events

KEPT = 20  # tenants


class Lanes:
    def __init__(self, db: Database) -> None:
        self._db = db
        self._kept: dict[str, tuple[int, Lane]] = {}
        self._looking = asyncio.Lock()

    async def view(self, tenant: str) -> Lane:
        """What waits, and what was decided, as it is now."""
        async with self._looking:
            kept = self._kept.pop(tenant, None)

            def read(conn: Connection) -> tuple[int, Lane]:
                at = events.position(conn)
                return kept if kept and kept[0] == at else (at, review_views.lane(conn, tenant))

            found = self._kept[tenant] = await self._db.read(read)
            if len(self._kept) > KEPT:
                del self._kept[next(iter(self._kept))]
            return found[1]
