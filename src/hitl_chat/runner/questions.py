"""The customer's words, and what the model had said to them, in the transcript before a person
can be expected to answer.

Other turns are recorded when they end. Where a person speaks, that would be too late to be read.
"""

from collections.abc import Sequence
from weakref import WeakKeyDictionary

from sqlalchemy import Connection

from hitl_chat.checks.transcript import customers
from hitl_chat.core.effects import Send
from hitl_chat.core.fields import CONTENT
from hitl_chat.runner.facts import TurnFacts
from hitl_chat.runner.tasks import Tasks
from hitl_chat.runner.transactions import Transactions
from hitl_chat.runner.voices import Turn
from hitl_chat.store import conversations, messages


class Questions:
    def __init__(self, transactions: Transactions, tasks: Tasks) -> None:
        self._transactions, self._tasks = transactions, tasks
        self._noted: WeakKeyDictionary[Turn, int] = WeakKeyDictionary()

    def noted(self, turn: Turn) -> int | None:
        """How much of what was said in it is in the transcript already; None: not its question."""
        return self._noted.get(turn)

    def write_down(self, turn: Turn) -> None:
        """Once per turn."""
        if turn not in self._noted:
            said = turn.said
            self._noted[turn] = len(said)
            self._tasks.spawn(self._kept(turn, own_words(said)))

    async def _kept(self, turn: Turn, answer: str) -> None:
        """What could not be written is not in the transcript: the turn's end brings it then.

        A turn that ended while this was tried has counted on it, and brings nothing.
        """
        try:
            await self._write(turn.facts, answer)
        except BaseException:
            self._noted.pop(turn, None)
            raise
        await self._transactions.feed.ring()

    async def _write(self, facts: TurnFacts, answer: str) -> None:
        now = self._transactions.clock.now()
        told = (("q", "customer", customers(facts.messages)), ("h", "ai", answer))
        new = [
            messages.Message(f"msg_{facts.id}_{part}", by, text, now, True, turn=facts.id)
            for part, by, text in told
            if text
        ]
        if not new:
            return

        def write(conn: Connection) -> None:
            conversations.ensure(conn, facts.tenant, facts.conv, now)
            for each in new:
                messages.say(conn, facts.tenant, facts.conv, each)

        await self._transactions.db.write(write)


def own_words(said: Sequence[Send]) -> str:
    """The turn's own answer: what people said in it is in the transcript by itself."""
    return "".join(s.text for s in said if s.field == CONTENT and not s.message_id).strip()
