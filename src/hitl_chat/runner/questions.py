"""The customer's words, in the transcript before a person can be expected to answer them.

Other turns are recorded when they end. Where a person speaks, that would be too late to be read.
"""

from weakref import WeakSet

from sqlalchemy import Connection

from hitl_chat.runner.facts import TurnFacts
from hitl_chat.runner.identity import customer_text
from hitl_chat.runner.tasks import Tasks
from hitl_chat.runner.transactions import Transactions
from hitl_chat.runner.voices import Turn
from hitl_chat.store import conversations, messages


class Questions:
    def __init__(self, transactions: Transactions, tasks: Tasks) -> None:
        self._transactions, self._tasks = transactions, tasks
        self._written: WeakSet[Turn] = WeakSet()

    def written(self, turn: Turn) -> bool:
        return turn in self._written

    def write_down(self, turn: Turn) -> None:
        """Once per turn."""
        if turn not in self._written:
            self._written.add(turn)
            self._tasks.spawn(self._write(turn.facts))

    async def _write(self, facts: TurnFacts) -> None:
        said = customer_text(facts.messages)
        if not said:
            return
        ident, now = f"msg_{facts.id}_q", self._transactions.clock.now()
        new = messages.Message(ident, "customer", said, now, delivered=True, turn=facts.id)

        def write(conn: Connection) -> None:
            conversations.ensure(conn, facts.tenant, facts.conv, now)
            messages.say(conn, facts.tenant, facts.conv, new)

        await self._transactions.db.write(write)
        await self._transactions.feed.ring()
