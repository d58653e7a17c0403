"""The stop switch: hold, block or pass everything of a tenant, whatever its rules say.

Owns the switch in memory, as it was last read, and what throwing it does to the holds that wait.
"""

from hitl_chat.core.hold import STOP_SWITCH, ruled
from hitl_chat.errors import Conflict
from hitl_chat.runner.transactions import Transactions
from hitl_chat.store import holds, stops


class Switch:
    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions
        self._modes: dict[str, stops.Mode] = {}

    def mode(self, tenant: str) -> stops.Mode:
        """ "" when it is off. What is set for the whole installation is stronger."""
        return self._modes.get(stops.EVERYONE) or self._modes.get(tenant) or ""

    async def load(self) -> None:
        self._modes = await self._transactions.db.read(stops.modes)

    async def changed(self, tenant: str) -> None:
        """It was thrown, here or elsewhere: what waits is blocked too, where everything is."""
        await self.load()
        here = None if tenant == stops.EVERYONE else tenant
        for hold in await self._transactions.db.read(lambda conn: holds.alive(conn, here)):
            if self.mode(hold.tenant) == "block":
                await self._block(hold.tenant, hold.id)

    async def _block(self, tenant: str, ident: str) -> None:
        now = self._transactions.clock.now()
        try:
            await self._transactions.move(
                tenant, ident, lambda hold, draft: ruled(hold, draft, STOP_SWITCH, "block", now)
            )
        except Conflict:
            return  # somebody was faster
