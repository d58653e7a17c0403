"""Holds that come to people: where the settings say `push`, a free agent is given the next one.

Given means claimed for them, for as long as it rings: whoever looks at it keeps it, and when nobody
does the claim lapses and it goes to the next one. What wakes this is what changed: a hold, a
person; and the sweep, as long as the store is away. Owns who was asked for which hold, and when;
forgets it when the program ends.
"""

import logging
from collections.abc import Mapping

from sqlalchemy import Connection

from hitl_chat.core import deciding
from hitl_chat.core.command import Person
from hitl_chat.core.hold import Hold
from hitl_chat.core.staffing import least_busy
from hitl_chat.errors import Conflict, HitlError, Unavailable
from hitl_chat.runner import moves, queue
from hitl_chat.runner.attempt import attempted
from hitl_chat.runner.desk import Desk
from hitl_chat.runner.moves import Moved, Now
from hitl_chat.runner.people_online import Online
from hitl_chat.store import holds, load, looks, people
from hitl_chat.store.hold_notes import ITSELF

log = logging.getLogger(__name__)


class Pushing:
    """One per program."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._asked: dict[str, dict[str, set[str]]] = {}  # tenant, hold: who had it ring
        self._lately: dict[str, float] = {}  # person: when it last rang for them
        self._busy: set[str] = set()
        self._again: set[str] = set()
        self._failed: set[str] = set()  # tenants; where the store was away
        desk.transactions.on_move.append(self._moved)
        desk.people.on_change(self._came)

    def _moved(self, moved: Moved) -> None:
        self._wake(moved.after.tenant)

    def _came(self, online: Online, here: bool) -> None:
        self._wake(online.tenant)

    async def try_again(self) -> None:
        """With every sweep."""
        for tenant in tuple(self._failed):
            self._wake(tenant)

    def _wake(self, tenant: str) -> None:
        """One look at a tenant's queue at a time; what changes meanwhile is looked at again."""
        if self._desk.staff.desking.mode_of(tenant) != "push":
            return
        if tenant in self._busy:
            self._again.add(tenant)
            return
        self._busy.add(tenant)
        self._desk.tasks.spawn(self._look(tenant))

    async def _look(self, tenant: str) -> None:
        try:
            await self._give_all(tenant)
            while tenant in self._again:
                self._again.discard(tenant)
                await self._give_all(tenant)
            self._failed.discard(tenant)
        except HitlError as error:
            if tenant not in self._failed:  # said once, until it works again
                log.warning("holds could not be given to anybody, later again: %s", error)
            self._failed.add(tenant)
        finally:
            self._busy.discard(tenant)
            self._again.discard(tenant)

    async def _give_all(self, tenant: str) -> None:
        now = self._desk.clock.now()
        alive = await self._desk.db.read(lambda conn: holds.alive(conn, tenant))
        asked = self._asked.get(tenant, {})
        self._asked[tenant] = {each.id: asked.get(each.id, set()) for each in alive}
        ordered = queue.in_order(alive, now, self._desk.handling.usual(tenant))
        has: Mapping[str, int] | None = None
        for hold in [each for each in ordered if each.state == "open"]:
            could = self._could(hold, now)
            if could and has is None:
                has = await self._desk.db.read(lambda conn: load.carried(conn, tenant, now))
            who = self._next(hold, could, has or {})
            if who is not None:
                given = self._give(hold, who.person)
                await attempted(f"hold {hold.id}", given, unless=(Unavailable,))
                has = None

    def _could(self, hold: Hold, now: float) -> Mapping[str, int]:
        """Not who put it back: `next` brings it to them, if they want it."""
        could = self._desk.staff.could_take(hold, now)
        put_back = self._desk.put_back
        return {who: most for who, most in could.items() if not put_back.by(who, hold.id)}

    def _next(self, hold: Hold, could: Mapping[str, int], has: Mapping[str, int]) -> Online | None:
        asked = self._asked[hold.tenant][hold.id]
        fresh = {who: most for who, most in could.items() if who not in asked}
        who = least_busy(fresh, has, self._lately)
        if who is None and asked:  # everybody had it ring: once more from the beginning
            asked.clear()
            who = least_busy(could, has, self._lately)
        return self._desk.people.find(who, hold.tenant) if who else None

    async def _give(self, hold: Hold, by: Person) -> None:
        ring, asked = self._desk.staff.desking.ring, self._asked[hold.tenant][hold.id]

        def give(conn: Connection, now: Now) -> Moved:
            known = people.get(conn, hold.tenant, by.id)
            if known is not None and (known.revoked or known.role != by.role):
                msg = f"{by.name} is not who they were: somebody else is asked"
                raise Conflict(msg)
            moved = moves.move(
                conn, hold.tenant, hold.id, lambda h, _: deciding.claim(h, by, now.at, ring), now
            )
            if moved.before.fence != moved.after.fence:  # they were not first themselves
                looks.given(conn, moved.after, ITSELF, now.at)
            return moved

        try:
            moved = await self._desk.transactions.run(give)
        except Conflict:  # somebody was first, and that is as good; or they were shut out
            asked.add(by.id)
            return
        asked.add(by.id)
        self._lately[by.id] = self._desk.clock.now()
        await self._desk.transactions.tell(moved)
