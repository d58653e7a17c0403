"""Who may decide nothing any more keeps nothing: it is for somebody else at once.

However they were shut out or lost their role: on the people page, on the command line, through the
identity provider. The record tells of it, and it is looked for when a program begins. What cannot
be given back at this moment (the store is away, a draft is damaged) keeps nothing else back, and is
tried again with every sweep until nothing is left.
"""

import logging
from collections.abc import Callable, Sequence

from msgspec.structs import replace
from sqlalchemy import Connection

from hitl_chat.core import conversation as talk
from hitl_chat.core import undoing
from hitl_chat.core.conversation import Conversation
from hitl_chat.core.conversation import Waits as Absence
from hitl_chat.core.roles import may
from hitl_chat.runner import moves
from hitl_chat.runner.attempt import attempted
from hitl_chat.runner.desk import Desk
from hitl_chat.runner.moves import Now, Spoken
from hitl_chat.runner.sweep import Sweep
from hitl_chat.store import conversations, holds, load, people
from hitl_chat.store.events import Event
from hitl_chat.store.hold_notes import ITSELF

log = logging.getLogger(__name__)

TOLD = {"person.revoked", "person.changed"}


class Leaving:
    """`forget`: whoever remembers that somebody is signed in does so no more."""

    def __init__(self, desk: Desk, forget: Callable[[str], None] = lambda ident: None) -> None:
        self._desk, self._forget = desk, forget
        self._left: dict[tuple[str, str], str] = {}  # who may have something still, by whose doing

    async def start(self, sweep: Sweep) -> None:
        """What happened while nobody was told is made up for; then every news is heard."""
        self._desk.feed.follow(self._heard)
        sweep.besides.append(self._see_all)
        found = await self._desk.db.read(load.carrying)
        self._left |= dict.fromkeys(found, ITSELF)
        self._desk.tasks.spawn(self._see_all())

    async def _heard(self, page: Sequence[Event]) -> None:
        told = [event for event in page if event.type in TOLD]
        for event in told:
            try:
                ident, by = event.body["person"], event.body["by"]
                self._forget(ident)
                self._left[event.tenant, ident] = by
            except Exception:  # a damaged event keeps the others of its page from nobody
                log.exception("event %d could not be followed", event.id)
        if told:
            self._desk.tasks.spawn(self._see_all())

    async def _see_all(self) -> None:
        left, self._left = self._left, {}
        for (tenant, ident), by in left.items():
            await attempted(f"what {ident} has in hand", self._see(tenant, ident, by))

    async def _see(self, tenant: str, ident: str, by: str) -> None:
        """Looked at again until nothing is found: what failed and what was not even read, too."""
        again = True
        try:
            found = await self._desk.db.read(lambda conn: people.get(conn, tenant, ident))
            shut_out = found is not None and (found.revoked or not may(found.role, "decide"))
            again = shut_out and await self.relieve(tenant, ident, by)
        finally:
            if again:
                self._left.setdefault((tenant, ident), by)

    async def relieve(self, tenant: str, ident: str, by: str) -> bool:
        """Of all they have in hand. Whether there was any: then it must be looked at again."""
        self._desk.people.set_away(ident, away=True)
        return await self._give_back(tenant, ident, by) | await self._leave(tenant, ident)

    async def _give_back(self, tenant: str, ident: str, by: str) -> bool:
        """What they had claimed, and what they had decided that is not sent yet."""
        alive = await self._desk.db.read(lambda conn: holds.alive(conn, tenant))
        theirs = [hold.id for hold in alive if hold.claimed_by == ident]
        for hold in theirs:
            given = self._desk.transactions.move(tenant, hold, _withdrawn(ident, by))
            await attempted(f"hold {hold}", given)
        return bool(theirs)

    async def _leave(self, tenant: str, ident: str) -> bool:
        """Their customers are told, and another person is looked for, as if they were long gone."""
        human = await self._desk.db.read(lambda conn: conversations.human(conn, tenant))
        theirs = [known for known in human if known.owner == ident]
        for known in theirs:
            await attempted(f"conversation {known.id}", self._gone(known))
        return bool(theirs)

    async def _gone(self, known: Conversation) -> None:
        gone = _gone(known, self._desk.waits.absence)
        await self._desk.spoke(await self._desk.transactions.run(gone))


def _withdrawn(ident: str, by: str) -> moves.Step:
    return lambda hold, _: undoing.withdraw(hold, ident, by)


def _gone(known: Conversation, waits: Absence) -> Callable[[Connection, Now], Spoken]:
    def gone(conn: Connection, now: Now) -> Spoken:
        here = moves.speaker(conn, known.tenant, known.id)
        if here.owner != known.owner:  # they handed it over meanwhile
            return Spoken(here, here)
        since = now.at - waits.grace - waits.absent
        later = talk.advance(replace(here, away_since=since), now.at, waits)
        return moves.speak(conn, here, later, known.owner, now)

    return gone
