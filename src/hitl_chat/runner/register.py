"""People, sessions and one-time secrets of the store, for those who may not know the store."""

from collections.abc import Sequence
from contextlib import suppress
from math import inf

from msgspec.structs import replace
from sqlalchemy import Connection

from hitl_chat.errors import Unavailable
from hitl_chat.ports import Clock, Database
from hitl_chat.store import entrances, people
from hitl_chat.store.entrances import Seat
from hitl_chat.store.people import Person

PROVIDER = "system:oidc"


class Register:
    """What `server.sessions` and `server.passwords` ask for. A person who was revoked is nobody.

    `idle`: seconds after which a session in which nobody did anything is over.
    """

    def __init__(self, db: Database, clock: Clock, idle: float = inf) -> None:
        self._db = db
        self._clock = clock
        self._idle = idle

    async def person(self, ident: str) -> Person | None:
        found = await self._db.read(lambda conn: people.get(conn, None, ident))
        return None if found is None or found.revoked else found

    # --- links and tickets --------------------------------------------------------------------

    async def put_token(self, digest: str, kind: str, subject: str, expires: float) -> None:
        await self._db.write(lambda conn: entrances.put_token(conn, digest, kind, subject, expires))

    async def peek_token(self, digest: str, kind: str, now: float) -> str | None:
        return await self._db.read(lambda conn: entrances.peek_token(conn, digest, kind, now))

    async def take_token(self, digest: str, kind: str, now: float) -> str | None:
        return await self._db.write(lambda conn: entrances.take_token(conn, digest, kind, now))

    # --- sessions -----------------------------------------------------------------------------

    async def sign_in(
        self, link: str, digest: str, expires: float, about: str = ""
    ) -> Person | None:
        """Use a link up for a session: a reset ends links and sessions, so never between them."""
        now = self._clock.now()

        def enter(conn: Connection) -> Person | None:
            ident = entrances.take_token(conn, link, "link", now)
            who = people.get(conn, None, ident) if ident else None
            if who is None or who.revoked:
                return None
            entrances.open_session(conn, digest, who, now, expires, about)
            return who

        return await self._db.write(enter)

    async def open_session(
        self, digest: str, person: str, expires: float, about: str = "", password: str | None = None
    ) -> bool:
        """Not for who was shut out, nor by a `password` (its hash) that is not theirs any more."""
        now = self._clock.now()

        def open_it(conn: Connection) -> bool:
            who = people.get(conn, None, person)
            if who is None or who.revoked:
                return False
            if password is not None and people.password_of(conn, person) != password:
                return False
            entrances.open_session(conn, digest, who, now, expires, about)
            return True

        return await self._db.write(open_it)

    async def session(self, digest: str, now: float) -> Person | None:
        after = now - self._idle
        return await self._db.read(lambda conn: entrances.session_of(conn, digest, now, after))

    async def seen(self, digest: str, now: float) -> None:
        """A full disk keeps nobody from reading: that they were there is noted another time."""
        with suppress(Unavailable):
            await self._db.write(lambda conn: entrances.seen(conn, digest, now))

    async def close_session(self, digest: str, now: float) -> None:
        await self._db.write(lambda conn: entrances.close_session(conn, digest, now))

    async def seats(self, person: str) -> list[Seat]:
        now = self._clock.now()
        return await self._db.read(
            lambda conn: entrances.seats(conn, person, now, now - self._idle)
        )

    async def shut(self, person: str, but: str = "") -> None:
        now = self._clock.now()
        await self._db.write(lambda conn: entrances.shut(conn, person, now, but))

    # --- through an identity provider ---------------------------------------------------------

    async def provided(
        self, tenant: str, subject: str, names: Sequence[str], role: str, fresh: str
    ) -> Person | None:
        """Who the provider knows as `subject`, in this role from now on; a new person (`fresh` is
        the id) by the first free name. None: shut out, or every name is somebody else's."""
        now = self._clock.now()

        def find(conn: Connection) -> Person | None:
            found = people.by_subject(conn, tenant, subject)
            if found is None:
                free = (name for name in names if people.named(conn, tenant, name) is None)
                name = next(free, "")
                found = Person(fresh, tenant, name, role)
                if not name:
                    return None
                people.add(conn, found, now, PROVIDER)
                people.set_subject(conn, tenant, fresh, subject)
            if found.revoked:
                return None
            changed = replace(found, role=role)
            people.change(conn, changed, now, PROVIDER)
            return changed

        return await self._db.write(find)

    # --- passwords ----------------------------------------------------------------------------

    async def signing_in(self, tenant: str, name: str) -> tuple[Person, str] | None:
        return await self._db.read(lambda conn: people.signing_in(conn, tenant, name))

    async def password_of(self, ident: str) -> str | None:
        return await self._db.read(lambda conn: people.password_of(conn, ident))

    async def choose_password(
        self, ident: str, password: str, old: str | None, stay: str = "", link: str = ""
    ) -> bool:
        """Set it if nobody changed it meanwhile, and end their other sessions. Who came by a `link`
        uses it up."""
        now = self._clock.now()

        def change(conn: Connection) -> bool:
            if link and entrances.take_token(conn, link, "link", now) != ident:
                return False
            who = people.get(conn, None, ident)
            if who is None or who.revoked or people.password_of(conn, ident) != old:
                return False
            people.set_password(conn, who.tenant, ident, password, now, ident)
            entrances.shut(conn, ident, now, stay)
            return True

        return await self._db.write(change)
