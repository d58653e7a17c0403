"""Whatever fails, stops or starts again in between: every event is told, each hold in its order.

A receiver that takes messages by chance, a clock that jumps, a program that is built anew.
"""

import asyncio
import json
import tempfile
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from hitl_chat.store import holds, outbox
from hitl_chat.store.outbox import Bounds
from hitl_chat.store.sqlite import SqliteDatabase
from hitl_chat.webhooks.carrier import Answer
from hitl_chat.webhooks.courier import LONGEST, Courier
from hitl_chat.webhooks.parcels import Hook, Packing
from tests.store.world import DRAFT, Clock, decided, hold_of, opened

if TYPE_CHECKING:
    from hitl_chat.core.hold import Hold

HOOK = Hook("team", "https://hooks.example/", events=frozenset({"hold.opened", "hold.decided"}))
MOODS = st.just(["fails"] * 9) | st.lists(
    st.sampled_from(["takes", "fails", "answer is lost"]), max_size=9
)
BOUNDS = Bounds(keep=1e9, most=10_000)


class Chance:
    """Takes a message, loses its answer, or fails, as it was told beforehand."""

    def __init__(self) -> None:
        self.moods: list[str] = []
        self.taken: list[tuple[str, str, str]] = []  # id, hold and type, in order of arrival

    async def deliver(self, body: bytes, headers: Mapping[str, str]) -> Answer:
        mood = self.moods.pop(0) if self.moods else "takes"
        if mood != "fails":
            told = json.loads(body)
            self.taken.append((headers["webhook-id"], told["hold"], told["type"]))
        return Answer() if mood == "takes" else Answer("it answers 503")


class Telling(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.loop = asyncio.Runner()
        self.clock = Clock()
        self.carrier = Chance()
        self.db = self.loop.run(self._opened())
        self.open: list[Hold] = []
        self.wanted: list[tuple[str, str]] = []
        self.loop.run(self._begin())

    async def _opened(self) -> SqliteDatabase:
        return opened(Path(self.folder.name))

    async def _begin(self) -> None:
        await self.db.write(partial(outbox.begin, targets=[HOOK.name]))
        packing = Packing(HOOK, "feed", "")
        self.courier = Courier(
            packing, self.carrier, self.db, self.clock, BOUNDS, chance=lambda: 0.5
        )

    @rule()
    def open_one(self) -> None:
        new = hold_of(len(self.wanted) + 1, opened_at=self.clock.time)
        self.loop.run(self.db.write(lambda conn: holds.insert(conn, new, DRAFT)))
        self.open.append(new)
        self.wanted.append((new.id, "hold.opened"))

    @rule(choice=st.integers(min_value=0))
    def decide_one(self, choice: int) -> None:
        if not self.open:
            return
        hold = self.open.pop(choice % len(self.open))
        after, now = decided(hold, at=self.clock.time), self.clock.time
        self.loop.run(self.db.write(lambda conn: holds.save(conn, hold, after, now)))
        self.wanted.append((hold.id, "hold.decided"))

    @rule(moods=MOODS, seconds=st.sampled_from([0.0, 2.0, 4.0, 8.0]))
    def go_on(self, moods: list[str], seconds: float) -> None:
        self.clock.time += seconds
        self.carrier.moods = list(moods)
        self.courier.ring()
        self.loop.run(self.courier.once())

    @rule()
    def start_again(self) -> None:
        self.loop.run(self.db.close())
        self.db = self.loop.run(self._opened())
        self.loop.run(self._begin())

    def teardown(self) -> None:
        self.carrier.moods = []
        for _ in range(len(self.wanted) + 2):
            self.clock.time += LONGEST
            self.courier.ring()
            self.loop.run(self.courier.once())
        self.loop.run(self.db.close())
        self.loop.close()
        self.folder.cleanup()
        self._judge()

    def _judge(self) -> None:
        first = list(dict.fromkeys(self.carrier.taken))
        assert sorted((hold, type_) for _, hold, type_ in first) == sorted(self.wanted)
        assert len({ident for ident, _, _ in first}) == len(first)
        for hold in {hold for hold, _ in self.wanted}:
            told = [type_ for _, each, type_ in first if each == hold]
            assert told == ["hold.opened", "hold.decided"][: len(told)]


TestTelling = pytest.mark.slow(Telling.TestCase)
TestTelling.settings = settings(max_examples=20, stateful_step_count=20, deadline=None)
