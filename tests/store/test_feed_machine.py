"""The feed (I6): whatever is written, refused or crashed, no reader misses or doubles a thing.

Readers remember the position they have seen, as consoles do: one per tenant for the queue, one per
stream. The database is closed and opened again in between, and its writer is made to fail.
"""

import asyncio
import tempfile
from functools import partial
from pathlib import Path
from typing import NoReturn

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from sqlalchemy import Connection

from hitl_chat import failpoints
from hitl_chat.errors import Conflict
from hitl_chat.oversight.audit import verify
from hitl_chat.store import events
from hitl_chat.store.events import Event
from hitl_chat.store.turn_records import Ended
from tests.store.world import opened

TENANTS = st.sampled_from(["acme", "other"])
STREAMS = st.sampled_from(["conv:1", "conv:2", events.RULES])
WRITES = st.lists(st.tuples(TENANTS, STREAMS, st.booleans()), min_size=1, max_size=8)


class Feed(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.loop = asyncio.Runner()
        self.database = opened(Path(self.folder.name))
        self.told: dict[int, Event] = {}  # what was durable when it was answered, by id
        self.quiet = 0
        self.queues: dict[str, list[Event]] = {"acme": [], "other": []}
        self.streams: dict[tuple[str, str], list[Event]] = {}

    @rule(writes=WRITES)
    def write_at_once(self, writes: list[tuple[str, str, bool]]) -> None:
        """All racing; every third kind of member fails after it has written."""
        self.loop.run(self._write(writes))

    @rule(writes=WRITES)
    def write_while_commits_fail(self, writes: list[tuple[str, str, bool]]) -> None:
        failpoints.arm("before_commit@1:raise")
        self.loop.run(self._write(writes))
        failpoints.arm("")

    async def _write(self, writes: list[tuple[str, str, bool]]) -> None:
        runs = [self.database.write(partial(self._append, *each)) for each in writes]
        for answer in await asyncio.gather(*runs, return_exceptions=True):
            if isinstance(answer, Event):
                self.told[answer.id] = answer
            else:
                assert isinstance(answer, Conflict)

    def _append(self, tenant: str, stream: str, good: bool, conn: Connection) -> Event:
        made = events.append(conn, tenant, stream, "said", {"n": 1}, 1.0)
        return made if good else self._lose()

    def _lose(self) -> NoReturn:
        msg = "somebody was first"
        raise Conflict(msg)

    @rule(tenant=TENANTS)
    def end_a_turn(self, tenant: str) -> None:
        """Quiet records share streams with loud events; the queue's feed leaves them out."""
        self.quiet += 1
        self.database.later(Ended(tenant, f"turn_{self.quiet}", "1", 1.0, "passed"))

    @rule()
    def reopen(self) -> None:
        self.loop.run(self.database.close())
        self.database = opened(Path(self.folder.name))

    @rule(tenant=TENANTS, limit=st.integers(1, 5))
    def follow_the_queue(self, tenant: str, limit: int) -> None:
        seen = self.queues[tenant]
        after = seen[-1].id if seen else 0
        read = partial(events.feed, tenant=tenant, after=after, limit=limit)
        seen += self.loop.run(self.database.read(read))

    @rule(tenant=TENANTS, stream=STREAMS, limit=st.integers(1, 5))
    def follow_a_stream(self, tenant: str, stream: str, limit: int) -> None:
        seen = self.streams.setdefault((tenant, stream), [])
        after = seen[-1].seq if seen else 0
        read = partial(events.read, tenant=tenant, stream=stream, after=after, limit=limit)
        seen += self.loop.run(self.database.read(read))

    @invariant()
    def queues_have_everything_up_to_where_they_are(self) -> None:
        for tenant, seen in self.queues.items():
            upto = seen[-1].id if seen else 0
            due = [each for each in self.told.values() if each.tenant == tenant]
            assert seen == sorted(
                (each for each in due if each.id <= upto), key=lambda each: each.id
            )

    @invariant()
    def streams_have_no_gap(self) -> None:
        for seen in self.streams.values():
            assert [each.seq for each in seen] == list(range(1, len(seen) + 1))

    @precondition(lambda self: self.told)
    @rule()
    def the_record_verifies(self) -> None:
        report = self.loop.run(verify(self.database))
        assert report.good, report.problems

    def teardown(self) -> None:
        failpoints.arm("")
        self.loop.run(self.database.close())
        self.loop.close()
        self.folder.cleanup()


TestFeed = pytest.mark.slow(Feed.TestCase)
TestFeed.settings = settings(max_examples=25, stateful_step_count=20)
