"""What a conversation's next turn must carry: a person's words that were not delivered yet, and
what the model is to be told after a hand-back.

Which conversations have any is followed in memory, so that the others cost no query.
"""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection

from hitl_chat.core.events import Said
from hitl_chat.ports import Clock, Database
from hitl_chat.store import conversations, messages
from hitl_chat.store.events import Event

NEWS = frozenset({"message", "conversation.handed_back"})


class Carried(NamedTuple):
    said: tuple[Said, ...] = ()
    note: str = ""


NOTHING = Carried()


class Backlog:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db, self._clock = db, clock
        self._places: set[tuple[str, str]] = set()

    async def start(self) -> None:
        self._places = set(await self._db.read(_waiting))

    async def heard(self, page: Sequence[Event]) -> None:
        """The feed's events: something may have to be carried from now on."""
        for event in page:
            if event.type in NEWS and event.body.get("author", "human") == "human":
                self._places.add((event.tenant, event.stream.removeprefix("conv:")))

    async def take(self, tenant: str, conv: str) -> Carried:
        if (tenant, conv) not in self._places:
            return NOTHING

        def read(conn: Connection) -> Carried:
            unsent = messages.unsent(conn, tenant, conv)
            said = tuple(Said(m.text, m.id, m.name) for m in unsent if m.text)
            return Carried(said, conversations.note(conn, tenant, conv))

        self._places.discard((tenant, conv))
        return await self._db.read(read)

    async def carried(self, tenant: str, conv: str, what: Carried) -> None:
        """It reached the customer and the model."""
        now = self._clock.now()

        def write(conn: Connection) -> None:
            if what.said:
                messages.delivered(conn, tenant, conv, [said.message_id for said in what.said], now)
            if what.note:
                conversations.put_note(conn, tenant, conv, "", now)

        await self._db.write(write)

    def put_back(self, tenant: str, conv: str) -> None:
        """It did not; the next turn tries again."""
        self._places.add((tenant, conv))


def _waiting(conn: Connection) -> list[tuple[str, str]]:
    return [*messages.unsent_places(conn), *conversations.noted(conn)]
