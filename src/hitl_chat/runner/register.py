"""The people, sessions and one-time secrets of the store, for those who may not know the store."""

from hitl_chat.ports import Clock, Database
from hitl_chat.store import people
from hitl_chat.store.people import Person


class Register:
    """What `server.sessions` asks for. A person who was revoked is nobody."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def person(self, ident: str) -> Person | None:
        found = await self._db.read(lambda conn: people.get(conn, None, ident))
        return None if found is None or found.revoked else found

    async def put_token(self, digest: str, kind: str, subject: str, expires: float) -> None:
        await self._db.write(lambda conn: people.put_token(conn, digest, kind, subject, expires))

    async def peek_token(self, digest: str, kind: str, now: float) -> str | None:
        return await self._db.read(lambda conn: people.peek_token(conn, digest, kind, now))

    async def take_token(self, digest: str, kind: str, now: float) -> str | None:
        return await self._db.write(lambda conn: people.take_token(conn, digest, kind, now))

    async def open_session(self, digest: str, person: str, expires: float) -> None:
        who = await self.person(person)
        if who is not None:
            now = self._clock.now()
            await self._db.write(lambda conn: people.open_session(conn, digest, who, now, expires))

    async def session(self, digest: str, now: float) -> Person | None:
        return await self._db.read(lambda conn: people.session_of(conn, digest, now))

    async def close_session(self, digest: str, now: float) -> None:
        await self._db.write(lambda conn: people.close_session(conn, digest, now))
