"""The stop switch: hold, block or pass everything of a tenant, whatever its rules say.

Owns the switch in memory, as it was last read, and what throwing it does to the answers that are
being written and to the holds that wait. What is held only then is `opening`'s.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping

from hitl_chat.core.events import Stopped
from hitl_chat.core.hold import STOP_SWITCH, ruled
from hitl_chat.errors import Conflict, HitlError, Unavailable
from hitl_chat.runner.stopped import HOLD, RULES
from hitl_chat.runner.transactions import Transactions
from hitl_chat.runner.voices import Turn
from hitl_chat.store import holds, stops

log = logging.getLogger(__name__)


class Switch:
    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions
        self._modes: dict[str, stops.Mode] = {}
        self._reading = asyncio.Lock()  # what was read later is what counts
        self.thrown: list[Callable[[str], None]] = []  # told whose it was, once it is known here
        transactions.voices.on_hand_back.append(self._handed_back)

    def mode(self, tenant: str) -> stops.Mode:
        """ "" when it is off."""
        return stops.among(self._modes, tenant)

    async def load(self) -> None:
        self._modes = await self._transactions.db.read(stops.modes)

    async def changed(self, tenant: str) -> None:
        """It was thrown, here or elsewhere: what waits is blocked too, where everything is."""
        async with self._reading:
            before = self._modes
            await self.load()
            self._hold_back(before)
        for told in self.thrown if self._modes != before else ():
            told(tenant)
        here = None if tenant == stops.EVERYONE else tenant
        for hold in await self._transactions.db.read(lambda conn: holds.alive(conn, here)):
            if self.mode(hold.tenant) == "block":
                await self._block(hold.tenant, hold.id)

    def _hold_back(self, before: Mapping[str, stops.Mode]) -> None:
        """An answer that is being written goes no further: no rule it runs under said it may."""
        for turn in tuple(self._transactions.voices.running.values()):
            if self.mode(turn.tenant) != stops.among(before, turn.tenant):
                self._stop(turn)

    def _stop(self, turn: Turn) -> None:
        """Its rules are those of its start; which of these moments concern it, the gate knows."""
        rule = RULES.get(self.mode(turn.tenant))
        if rule is not None:
            turn.feed(Stopped(rule))

    def _handed_back(self, turn: Turn) -> None:
        """What begins anew may not pass because everything did when its turn began."""
        if turn.facts.unruled and not self.mode(turn.tenant):
            turn.feed(Stopped(HOLD))
        else:
            self._stop(turn)

    async def _block(self, tenant: str, ident: str) -> None:
        now = self._transactions.clock.now()
        try:
            await self._transactions.move(
                tenant, ident, lambda hold, draft: ruled(hold, draft, STOP_SWITCH, "block", now)
            )
        except Conflict:
            return  # somebody was faster
        except Unavailable:
            raise
        except HitlError as error:  # one that cannot be read must not let the others go
            log.error("hold %s could not be blocked: %s", ident, error)
