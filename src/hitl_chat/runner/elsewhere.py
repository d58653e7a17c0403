"""What another node may have done, as the record tells it: a decision, another speaker, the switch.

What was done here is told at once, so most of what is read here is known already, and telling it
twice changes nothing. Knows no socket, no rule and no person.
"""

import logging
from collections.abc import Sequence

from sqlalchemy import Connection

from hitl_chat.core.conversation import Conversation
from hitl_chat.errors import Unavailable
from hitl_chat.runner import moves
from hitl_chat.runner.switch import Switch
from hitl_chat.runner.transactions import Transactions
from hitl_chat.store import conversations, holds
from hitl_chat.store.events import Event
from hitl_chat.store.texts import Unreadable

log = logging.getLogger(__name__)


class Elsewhere:
    """One per program."""

    def __init__(self, transactions: Transactions, switch: Switch) -> None:
        self._transactions, self._switch = transactions, switch
        self._db, self._voices = transactions.db, transactions.voices

    async def heard(self, page: Sequence[Event]) -> None:
        """One event that cannot be understood keeps the later ones of its page from nobody."""
        for event in page:
            try:
                await self._follow(event)
            except Unavailable:  # the store, at this moment: all of the page is told again
                raise
            except Exception:  # an error nobody thought of: the stop switch may be next
                log.exception("event %d could not be followed", event.id)

    async def _follow(self, event: Event) -> None:
        if event.type == "hold.decided" and self._voices.waiting(event.body["hold"]):
            await self.look(event.body["hold"])
        elif event.type.startswith("conversation."):
            await self._learn(event.tenant, event.stream.removeprefix("conv:"))
        elif event.type == "stop_switch":
            await self._switch.changed(event.tenant)

    async def look(self, hold_id: str) -> None:
        """Whether the hold that a turn here waits for was decided elsewhere, or before."""
        try:
            hold = await self._db.read(lambda conn: holds.get(conn, None, hold_id))
        except Unreadable as error:  # it is over, so no deadline would end this waiting
            log.error("hold %s was decided, and cannot be read: %s", hold_id, error)
            self._voices.given_up(hold_id)
            return
        if hold is None or hold.decision is None or not self._voices.waiting(hold_id):
            return
        moved = await self._transactions.run(lambda conn, now: moves.release(conn, hold_id, now.at))
        await self._transactions.feed.ring()
        if moved.after.delivery == "delivering" or hold.decision.action == "take_over":
            self._voices.decided(moved.after)
        elif moved.after.delivery == "undelivered":
            self._voices.overtaken(moved.after)

    async def _learn(self, tenant: str, conv: str) -> None:
        def row(conn: Connection) -> tuple[Conversation | None, str]:
            return conversations.get(conn, tenant, conv), conversations.note(conn, tenant, conv)

        known, note = await self._db.read(row)
        if known is not None:
            self._voices.learn(known, note)
