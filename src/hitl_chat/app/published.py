"""Rules on record: which text was in force when, and which was refused, and why.

A hold names its rules by their sha; the text behind that sha is kept here.
"""

from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Connection

from hitl_chat.ports import Checks, Clock, Database
from hitl_chat.rules.live import LiveRules
from hitl_chat.rules.ruleset import Ruleset
from hitl_chat.runner.tasks import Tasks
from hitl_chat.store import events, rulesets

AUTHOR = "file"


class Published:
    """The rules of a file, each version of which is recorded when it comes into force."""

    def __init__(
        self, path: Path, db: Database, clock: Clock, tasks: Tasks, checks: Checks
    ) -> None:
        self._path, self._db, self._clock, self._tasks = path, db, clock, tasks
        self.live = LiveRules(path, checks, on_change=self._changed, on_refused=self._refused)

    def record(self) -> None:
        """What is in force from the start."""
        self._changed(self.live.current)

    def _changed(self, made: Ruleset) -> None:
        """What was compiled is what is recorded, whatever became of the file meanwhile."""
        self._write(lambda conn, now: _publish(conn, made, now))

    def _refused(self, why: str) -> None:
        told = {"file": self._path.name, "why": why[:2000]}
        self._write(
            lambda conn, now: events.append(conn, "", events.RULES, "rules.refused", told, now)
        )

    def _write(self, query: Callable[[Connection, float], object]) -> None:
        async def write() -> None:
            await self._db.write(lambda conn: query(conn, self._clock.now()))

        self._tasks.spawn(write())


def _publish(conn: Connection, made: Ruleset, now: float) -> None:
    newest = rulesets.latest(conn)
    seen = newest.version if newest else 0
    rulesets.publish(conn, made.text, AUTHOR, seen, now, criteria=made.criteria)
