"""Between a running turn and the desk: opens, updates and ends the turn's hold, in that order.

The gate decides at once; the store needs time. Each of a turn's wishes waits for the one before,
and nothing is shown to the customer before it is durable. Knows no gate and no wire.
"""

import asyncio
import logging
from collections.abc import Coroutine, Mapping, Sequence
from typing import Protocol

from hitl_chat.core.effects import OpenHold, UpdateHold
from hitl_chat.core.events import Failed
from hitl_chat.core.evidence import Finding
from hitl_chat.core.hold import Hold
from hitl_chat.core.remainder import Draft
from hitl_chat.core.types import Field, OnDisconnect
from hitl_chat.errors import HitlError, Unavailable
from hitl_chat.runner.facts import TurnFacts
from hitl_chat.runner.findings import findings
from hitl_chat.runner.listener import Followed
from hitl_chat.runner.outlet import Outlet

log = logging.getLogger(__name__)

GROW = 0.25  # how often a held draft that still grows is stored, in seconds
AGAIN = 0.5  # ... and what could not be stored is tried again


class Desk(Protocol):
    """What a running turn needs of the desk. All but `grow` answer when it is durable."""

    async def open_hold(
        self,
        turn: Followed,
        effect: OpenHold,
        draft: Draft,
        facts: TurnFacts,
        found: Sequence[Finding] = (),
    ) -> Hold: ...

    async def update_hold(
        self, hold_id: str, effect: UpdateHold, draft: Draft, found: Sequence[Finding] = ()
    ) -> None: ...

    def grow(self, hold_id: str, pending: Mapping[Field, str]) -> None: ...

    async def customer_left(self, hold_id: str, policy: OnDisconnect) -> None: ...

    async def customer_back(self, hold_id: str) -> None: ...

    async def delivered(self, hold_id: str, offset: int, *, complete: bool) -> None: ...


class HoldKeeper:
    """One for each turn; does nothing at all for a turn that is never held."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._work: asyncio.Task[None] | None = None
        self._growing: asyncio.TimerHandle | None = None
        self._stored = -1

    def open(self, turn: Followed, effect: OpenHold) -> None:
        self._next(self._open(turn, effect, turn.outlet))

    def update(self, turn: Followed, effect: UpdateHold) -> None:
        self._next(self._update(turn, effect))

    def customer_left(self, turn: Followed, policy: OnDisconnect) -> None:
        self._next(self._left(turn, policy))

    def customer_back(self, turn: Followed) -> None:
        self._next(self._back(turn))

    def finished(self, turn: Followed) -> None:
        if self._growing:
            self._growing.cancel()

    async def delivered(self, turn: Followed, *, complete: bool) -> None:
        """The last byte was handed to the transport, or the customer left before that."""
        await self.settled()
        if turn.hold is not None:
            offset = sum(map(len, turn.transcript().values()))
            await self._desk.delivered(turn.hold.id, offset, complete=complete)

    async def settled(self) -> None:
        """Everything that was wished for is done."""
        while self._work is not None and not self._work.done():
            await asyncio.shield(self._work)

    def _next(self, wish: Coroutine[None, None, None]) -> None:
        self._work = asyncio.create_task(self._after(self._work, wish))

    async def _after(
        self, before: asyncio.Task[None] | None, wish: Coroutine[None, None, None]
    ) -> None:
        if before is not None:
            await before
        try:
            await wish
        except Exception:  # whatever it was, the next wish must not wait for ever
            # The row still says what it said: approving stays refused, the sweep still acts.
            log.exception("a hold could not be updated")

    async def _open(self, turn: Followed, effect: OpenHold, drafted: Outlet) -> None:
        """Nobody waits for a hold whose draft was given up meanwhile, for a person's sake."""
        if turn.outlet is not drafted:
            return
        try:
            found = findings(turn.verdicts, turn.gate)
            hold = await self._desk.open_hold(turn, effect, _draft(turn), turn.facts, found)
        except Exception as error:  # without a record nothing may leave, and nobody may wait
            log.exception("a hold could not be opened")
            if turn.outlet is drafted:
                known = error if isinstance(error, HitlError) else None
                turn.error = known or Unavailable("The answer could not be kept: send it again.")
                turn.feed(Failed(turn.error.code, fatal=True))
            return
        if turn.outlet is not drafted:
            await self._desk.customer_left(hold.id, "cancel")
            return
        turn.hold = hold
        turn.shown(hold)
        self._watch_growth(turn)

    async def _update(self, turn: Followed, effect: UpdateHold) -> None:
        """Tried again while the disk is full: else nobody could ever approve what is whole."""
        while turn.hold is not None:
            found = findings(turn.verdicts, turn.gate)
            try:
                await self._desk.update_hold(turn.hold.id, effect, _draft(turn), found)
                return
            except Unavailable as error:
                if turn.gate.phase != "held" or error.code == "store_closed":
                    raise
                log.warning("hold %s is updated later: the store is away", turn.hold.id)
                await asyncio.sleep(AGAIN)

    async def _left(self, turn: Followed, policy: OnDisconnect) -> None:
        if turn.hold is not None:
            await self._desk.customer_left(turn.hold.id, policy)

    async def _back(self, turn: Followed) -> None:
        if turn.hold is not None:
            await self._desk.customer_back(turn.hold.id)

    def _watch_growth(self, turn: Followed) -> None:
        if turn.hold is None or turn.gate.phase != "held" or turn.gate.draft != "streaming":
            return
        self._growing = asyncio.get_running_loop().call_later(GROW, self._watch_growth, turn)
        if turn.outlet.total != self._stored:
            self._desk.grow(turn.hold.id, turn.outlet.pending())
            self._stored = turn.outlet.total


def _draft(turn: Followed) -> Draft:
    return Draft(turn.transcript(), turn.outlet.pending())
