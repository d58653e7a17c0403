"""The re-check of an edit: a person's text is read by the checks that would read a draft.

It ends clean or warned, and a check that dies or takes too long has not found it clean.
Knows no check: how to read an edit is handed in.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence

from sqlalchemy import Connection

from hitl_chat.core.deciding import rechecked
from hitl_chat.core.hold import Hold
from hitl_chat.core.proposal import Proposal, Recheck
from hitl_chat.core.remainder import Texts
from hitl_chat.core.types import Reason
from hitl_chat.runner import moves
from hitl_chat.runner.moves import Moved, Now
from hitl_chat.runner.tasks import Tasks
from hitl_chat.runner.transactions import Transactions

log = logging.getLogger(__name__)

Read = Callable[[Hold, Texts], Awaitable[Sequence[Reason]]]


class Rechecks:
    def __init__(
        self, transactions: Transactions, tasks: Tasks, read: Read | None, timeout: float
    ) -> None:
        self._transactions, self._tasks = transactions, tasks
        self._read, self._timeout = read, timeout

    @property
    def wanted(self) -> bool:
        return self._read is not None

    def begin(self, moved: Moved) -> None:
        """An edit was proposed; whatever else becomes of that proposal, it is read once."""
        if moved.before.proposal is None:
            self.resume(moved.after)

    def resume(self, hold: Hold) -> None:
        """An edit waits for its re-check, perhaps since a program died over it."""
        if hold.proposal is not None and hold.proposal.recheck == "pending":
            self._tasks.spawn(self._check(hold, hold.proposal))

    async def _check(self, hold: Hold, made: Proposal) -> None:
        verdict = await self._verdict(hold, made.texts)

        def judge(conn: Connection, now: Now) -> Moved:
            return moves.move(
                conn,
                hold.tenant,
                hold.id,
                lambda hold, draft: rechecked(hold, made.idem_key, verdict, now.at),
                now,
            )

        await self._transactions.tell(await self._transactions.run(judge))

    async def _verdict(self, hold: Hold, texts: Texts) -> Recheck:
        if self._read is None:
            return "warned"
        try:
            async with asyncio.timeout(self._timeout):
                found = await self._read(hold, texts)
        except Exception:  # whatever a check dies of, the edit was not found clean
            log.exception("the re-check of an edit of hold %s failed", hold.id)
            return "warned"
        return "warned" if found else "clean"
