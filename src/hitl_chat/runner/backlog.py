"""What a conversation's next turn must carry: a person's words that were not delivered yet, and
what the model is to be told after a hand-back.

Which conversations have any is followed in memory, so that the others cost no query.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import Connection

from hitl_chat.core.effects import Correct
from hitl_chat.core.events import Said
from hitl_chat.core.remainder import announced
from hitl_chat.ports import Clock, Database
from hitl_chat.store import conversations, messages
from hitl_chat.store.events import Event

NEWS = frozenset({"message", "conversation.handed_back"})


class Carried(NamedTuple):
    said: tuple[Said, ...] = ()
    note: str = ""
    note_ref: str = ""


NOTHING = Carried()


class Backlog:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db, self._clock = db, clock
        self._places: set[tuple[str, str]] = set()
        # What a running turn carries: not delivered yet, and not to be carried by the next too.
        self._carrying: dict[tuple[str, str], frozenset[str]] = {}

    async def start(self) -> None:
        self._places = set(await self._db.read(_waiting))

    async def heard(self, page: Sequence[Event]) -> None:
        """The feed's events: something may have to be carried from now on."""
        for event in page:
            if event.type in NEWS and event.body.get("author", "human") in messages.UNASKED:
                self._places.add((event.tenant, event.stream.removeprefix("conv:")))

    async def take(self, tenant: str, conv: str) -> Carried:
        if (tenant, conv) not in self._places:
            return NOTHING

        under_way = self._carrying.get((tenant, conv), frozenset())

        def read(conn: Connection) -> Carried:
            unsent = messages.unsent(conn, tenant, conv)
            said = map(_said, (each for each in unsent if each.text and each.id not in under_way))
            return Carried(tuple(said), *conversations.noted_as(conn, tenant, conv))

        self._places.discard((tenant, conv))  # before it is read: news may come meanwhile
        try:
            found = await self._db.read(read)
        except BaseException:
            self._places.add((tenant, conv))
            raise
        if found != NOTHING:
            ids = frozenset(said.message_id for said in found.said)
            self._carrying[tenant, conv] = under_way | ids
        return found

    def under_way(self, tenant: str, conv: str, idents: Iterable[str]) -> None:
        """An answer with these messages in it is being sent; whether it arrives is told later."""
        known = self._carrying.get((tenant, conv), frozenset())
        self._carrying[tenant, conv] = known.union(idents)

    async def carried(self, tenant: str, conv: str, idents: Sequence[str], *, note: str) -> None:
        """These messages reached the customer, and the note of this name, if any, the model."""
        now = self._clock.now()

        def write(conn: Connection) -> None:
            if idents:
                messages.delivered(conn, tenant, conv, idents, now)
            if note:
                conversations.note_told(conn, tenant, conv, note)

        await self._db.write(write)
        self._carrying.pop((tenant, conv), None)

    def put_back(self, tenant: str, conv: str) -> None:
        """It did not; the next turn tries again."""
        self._carrying.pop((tenant, conv), None)
        self._places.add((tenant, conv))


def _said(unsent: messages.Message) -> Said:
    text = unsent.text or ""
    if unsent.author == messages.CORRECTION:
        text = announced(Correct(text).mark, text).lstrip()
    return Said(text, unsent.id, unsent.name)


def _waiting(conn: Connection) -> list[tuple[str, str]]:
    return [*messages.unsent_places(conn), *conversations.noted(conn)]
