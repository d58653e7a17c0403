"""The people of a tenant, for those who look after them: seen, invited, changed, reset, shut out.

What follows from a change counts at once: nobody who was shut out keeps a hold or a conversation.
Knows no page; who may do what is asked before.
"""

from collections.abc import Callable, Mapping
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Connection

from hitl_chat.core.roles import may
from hitl_chat.core.staffing import Able
from hitl_chat.errors import BadRequest, Conflict
from hitl_chat.runner import ids
from hitl_chat.runner.desk import Desk
from hitl_chat.runner.leaving import Leaving
from hitl_chat.store import entrances, load, people
from hitl_chat.store.people import Person

State = Literal["online", "away", "offline", "shut_out"]
LONGEST_NAME = 100


class Row(Struct, frozen=True):
    """Somebody as the people page shows them. `capacity` 0: as many as usual."""

    id: str
    name: str
    role: str
    state: State
    load: int
    capacity: int
    skills: tuple[str, ...]
    languages: tuple[str, ...]
    has_password: bool


class Personnel:
    """One per program. `forget`: whoever remembers that somebody is signed in does so no more."""

    def __init__(self, desk: Desk, forget: Callable[[str], None] = lambda ident: None) -> None:
        self._desk, self._forget = desk, forget
        self._leaving = Leaving(desk)

    async def everyone(self, tenant: str) -> list[Row]:
        now = self._desk.clock.now()

        def read(conn: Connection) -> tuple[list[Person], Mapping[str, int]]:
            return people.everyone(conn, tenant), load.carried(conn, tenant, now)

        found, has = await self._desk.db.read(read)
        return [self._row(each, has.get(each.id, 0)) for each in found]

    def _row(self, who: Person, has: int) -> Row:
        return Row(
            who.id,
            who.name,
            who.role,
            self._state(who),
            has,
            who.capacity,
            who.skills,
            who.languages,
            who.has_password,
        )

    def _state(self, who: Person) -> State:
        if who.revoked:
            return "shut_out"
        online = self._desk.people.find(who.id, who.tenant)
        if online is None:
            return "offline"
        return "away" if online.away else "online"

    # --- changes ------------------------------------------------------------------------------

    async def invite(self, tenant: str, name: str, role: str, able: Able, by: str) -> Person:
        plain = name.strip()
        if not plain or not plain.isprintable() or len(plain) > LONGEST_NAME or "/" in plain:
            msg = "Write a name that can be read, of at most 100 characters, without a slash."
            raise BadRequest(msg, code="bad_name", param="name")
        new = Person(ids.new("person"), tenant, plain, role)
        new = replace(new, skills=able.skills, languages=able.languages, capacity=able.capacity)
        now = self._desk.clock.now()
        await self._desk.db.write(lambda conn: people.add(conn, new, now, by))
        return new

    async def change(
        self, tenant: str, ident: str, able: Able | None, role: str | None, by: str
    ) -> Person:
        """What somebody can do, or their role; None leaves it. Who may not decide any more keeps
        nothing."""
        now = self._desk.clock.now()
        if role is not None and ident == by:
            raise _own("You cannot change your own role: ask another admin.")

        def write(conn: Connection) -> Person:
            after = people.known(conn, tenant, ident)
            if able is not None:
                after = replace(
                    after,
                    skills=able.skills,
                    languages=able.languages,
                    capacity=able.capacity,
                )
            after = replace(after, role=role or after.role)
            people.change(conn, after, now, by)
            return after

        after = await self._desk.db.write(write)
        self._forget(ident)
        can = Able(after.skills, after.languages, after.capacity)
        self._desk.people.learn(ident, can)
        if not may(after.role, "decide"):
            await self._leaving.relieve(tenant, ident, by)
        return after

    async def reset(self, tenant: str, ident: str, by: str) -> Person:
        """Password, sessions and links are gone; whoever is shut out stays so."""
        now = self._desk.clock.now()

        def write(conn: Connection) -> Person:
            found = people.known(conn, tenant, ident)
            if found.revoked:
                msg = f"{found.name} was shut out: a link would not let them in"
                raise Conflict(msg, code="shut_out")
            entrances.reset(conn, tenant, ident, now, by)
            return found

        found = await self._desk.db.write(write)
        self._forget(ident)
        return found

    async def deactivate(self, tenant: str, ident: str, by: str) -> None:
        """Shut somebody out; after that, what they had in hand is everybody's again.

        In this order: what is given back first could be taken again by who is still let in.
        """
        if ident == by:
            raise _own("You cannot shut yourself out: ask another admin.")
        now = self._desk.clock.now()
        await self._desk.db.write(lambda conn: entrances.revoke(conn, tenant, ident, now, by))
        self._forget(ident)
        await self._leaving.relieve(tenant, ident, by)


def _own(sentence: str) -> Conflict:
    return Conflict(sentence, code="own")
