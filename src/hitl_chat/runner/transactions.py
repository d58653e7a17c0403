"""The desk's transactions: run until nobody is in the way, then told to whoever must act on them.

Owns the retry of a lost race and the order "committed, then told". Knows no turn and no person.
"""

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import Connection

from hitl_chat import failpoints
from hitl_chat.errors import Conflict
from hitl_chat.ports import Clock, Database
from hitl_chat.runner import moves
from hitl_chat.runner.feed import Feed
from hitl_chat.runner.moves import Moved, Now, Raced
from hitl_chat.runner.voices import Voices

T = TypeVar("T")

TRIES = 5


class Transactions:
    """`on_move` callbacks run in order, on the event loop, right after the commit."""

    def __init__(self, db: Database, clock: Clock, feed: Feed, voices: Voices) -> None:
        self.db, self.clock, self.feed, self.voices = db, clock, feed, voices
        self.on_move: list[Callable[[Moved], None]] = []

    async def run(self, query: Callable[[Connection, Now], T]) -> T:
        """Commit the query. What time has changed by now goes first, in its own transaction."""
        for _ in range(TRIES):
            now = Now(self.clock.now(), self.voices.running)
            try:
                return await self.db.write(_at(query, now))
            except Raced as raced:
                if raced.hold is not None:
                    await self.lapse(raced.hold.tenant, raced.hold.id)
        msg = "the hold keeps changing: look at it again"
        raise Conflict(msg, code="busy")

    async def move(self, tenant: str | None, ident: str, step: moves.Step) -> Moved:
        """One transition of a hold, and everything that follows from it."""
        moved = await self.run(lambda conn, now: moves.move(conn, tenant, ident, step, now))
        await self.tell(moved)
        return moved

    async def lapse(self, tenant: str, ident: str) -> None:
        """Let time do to the hold what it has done by now."""
        await self.tell(await self.run(lambda conn, now: moves.lapse(conn, tenant, ident, now)))

    async def tell(self, *moved: Moved) -> None:
        """They are committed: tell whoever must act, then let everybody look."""
        if self.tell_here(*moved):
            await self.feed.ring()

    def tell_here(self, *moved: Moved) -> bool:
        """Tell whoever must act; whether anything changed."""
        for each in moved:
            if each.decided:
                failpoints.hit("after_decision_commit")
            for told in self.on_move:
                told(each)
        return any(each.before != each.after for each in moved)


def _at(query: Callable[[Connection, Now], T], now: Now) -> Callable[[Connection], T]:
    return lambda conn: query(conn, now)
