"""Time at work: holds expire, settle and lapse, absent agents are missed, lost deliveries noted,
long silences ended.

Wakes when the next known thing is due, and about once a second for what other nodes left. One bad
row is put aside and stops nothing. Whatever happens here happens by compare-and-set, so that all
nodes may sweep at once.
"""

import asyncio
import logging
from contextlib import suppress
from random import uniform
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from hitl_chat.core import conversation as talk
from hitl_chat.core import hold as holding
from hitl_chat.core.conversation import Conversation
from hitl_chat.errors import HitlError
from hitl_chat.runner import moves, silence
from hitl_chat.runner.attempt import LATER, attempted
from hitl_chat.runner.desk import Desk
from hitl_chat.runner.moves import Moved, Now, Spoken
from hitl_chat.runner.people_online import Online
from hitl_chat.store import holds, idem
from hitl_chat.store.holds import Ident
from hitl_chat.store.texts import Unreadable

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

log = logging.getLogger(__name__)

PAGE = 100
MARGIN = 0.002  # seconds; the loop's clock and ours need not agree to the last digit


class Sweep:
    """One per program. `once` is one look at everything; tests call it when they please.

    `besides`: what others have left to do, and try with every look. It must not raise.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._early = asyncio.Event()
        self._next = float("inf")
        self._alone_at = desk.clock.now() + desk.waits.grace  # when to see who is missing
        self._scanned = 0.0
        self._sweeping: asyncio.Task[None] | None = None
        self.besides: list[Callable[[], Awaitable[None]]] = []
        desk.transactions.on_move.append(self._note)
        desk.people.on_change(self._left)

    def start(self) -> None:
        self._sweeping = asyncio.create_task(self._sweep())

    async def close(self) -> None:
        if self._sweeping is not None:
            self._sweeping.cancel()
            await asyncio.wait([self._sweeping])

    async def _sweep(self) -> None:
        while True:
            pause = self._desk.waits.sweep * uniform(0.8, 1.2)  # noqa: S311 (spreads nodes apart)
            self._next = self._desk.clock.now() + pause
            with suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._early.wait()
            self._early.clear()
            try:
                await self.once()
            except HitlError as error:
                log.warning("the sweep will try again: %s", error)
            except Exception:  # an error nobody thought of must not end the sweeping
                log.exception("the sweep will try again")

    def _note(self, moved: Moved) -> None:
        """Something is due before the next look: look then."""
        due = moved.after.due_at
        if due < self._next:
            self._next = due
            wait = max(0.0, due - self._desk.clock.now()) + MARGIN
            asyncio.get_running_loop().call_later(wait, self._early.set)

    async def once(self) -> None:
        now = self._desk.clock.now()
        await self._lapse_holds(now)
        await self._miss_owners(now)
        if now >= self._alone_at:
            await self._see_who_is_missing(now)
        if now - self._scanned >= self._desk.waits.delivery / 2:
            self._scanned = now
            await self._note_lost_deliveries(now)
            await self._end_silences(now)
            await self._desk.db.write(lambda conn: idem.expire(conn, now))
        self._desk.presence.excuse()
        for look in self.besides:
            await look()

    # --- holds -------------------------------------------------------------------------------

    async def _lapse_holds(self, now: float) -> None:
        while due := await self._desk.db.read(lambda conn: holds.due(conn, now, PAGE)):
            went = await asyncio.gather(*map(self._lapse, due))
            if len(due) < PAGE or not any(went):
                return

    async def _lapse(self, ident: Ident) -> bool:
        try:
            await self._desk.transactions.lapse(ident.tenant, ident.id)
        except Unreadable as error:
            why = str(error)
            log.error("%s; it is put aside", why)
            at = self._desk.clock.now()
            await self._desk.db.write(lambda conn: holds.quarantine(conn, ident, why, at))
            self._desk.voices.given_up(ident.id)
        except HitlError as error:
            log.warning(LATER, f"hold {ident.id}", error)
            return False
        except Exception:  # an error nobody thought of must not keep the others waiting
            log.exception("hold %s is looked at again later", ident.id)
            return False
        return True

    async def _see_who_is_missing(self, now: float) -> None:
        """Again after a while where that could not be seen; who goes meanwhile is seen later."""
        self._alone_at = float("inf")
        again = True
        try:
            again = not await self._nobody_there(now)
        finally:
            if again:
                self._alone_at = min(self._alone_at, now + self._desk.waits.grace)

    async def _nobody_there(self, now: float) -> bool:
        """Somebody went a while ago: what waits for nobody now is decided as its rule says.

        Whether nothing of that is left to do.
        """
        done = True
        for hold in await self._desk.db.read(lambda conn: holds.alive(conn, None)):
            if hold.state == "open" and not self._desk.staff.could_take(hold, now):
                decided = self._desk.transactions.move(
                    hold.tenant, hold.id, lambda h, draft: holding.no_agent(h, draft, now)
                )
                done &= await attempted(f"hold {hold.id}", decided)
        return done

    def _left(self, online: Online, here: bool) -> None:
        if not here or online.away:
            self._alone_at = self._desk.clock.now() + self._desk.waits.grace

    async def _note_lost_deliveries(self, now: float) -> None:
        """Decided, and nobody has delivered it for too long: say so."""
        late = now - self._desk.waits.delivery
        for hold in await self._desk.db.read(lambda conn: holds.owed(conn, late)):
            if hold.turn not in self._desk.voices.running:
                told = self._desk.delivered(hold.id, hold.offset, complete=False)
                await attempted(f"hold {hold.id}", told)

    # --- conversations -----------------------------------------------------------------------

    async def _end_silences(self, now: float) -> None:
        """Some at a time, so that they keep nothing waiting that is due meanwhile."""
        found = await silence.silent(self._desk, now)
        ends = (attempted(f"conversation {c.id}", silence.end(self._desk, c)) for c in found[:PAGE])
        await asyncio.gather(*ends)

    async def _miss_owners(self, now: float) -> None:
        absence = self._desk.waits.absence
        for known in self._desk.voices.everyone():
            if known.due_at(absence) <= now:
                await attempted(f"conversation {known.id}", self._miss(known))

    async def _miss(self, known: Conversation) -> None:
        def advance(conn: Connection, now: Now) -> Spoken:
            here = moves.speaker(conn, known.tenant, known.id)
            later = talk.advance(here, now.at, self._desk.waits.absence)
            return moves.speak(conn, here, later, "system:absent", now)

        await self._desk.spoke(await self._desk.transactions.run(advance))
