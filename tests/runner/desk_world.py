"""A desk on a real SQLite database, with a clock that a test moves and turns that remember."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from hitl_chat.bus.memory import MemoryBus
from hitl_chat.core.command import Person
from hitl_chat.core.effects import OpenHold, Send, UpdateHold
from hitl_chat.core.events import Decision, Event, Said
from hitl_chat.core.hold import Hold
from hitl_chat.core.policy import Terms, policy_of
from hitl_chat.core.remainder import Draft
from hitl_chat.core.state import Gate
from hitl_chat.core.types import DraftState, Reason
from hitl_chat.ports import Bus
from hitl_chat.runner import commands as do
from hitl_chat.runner.agents import Agents
from hitl_chat.runner.buckets import Quota
from hitl_chat.runner.desk import Desk
from hitl_chat.runner.facts import TurnFacts
from hitl_chat.runner.late import Lateness
from hitl_chat.runner.orders import Agent
from hitl_chat.runner.outlet import Outlet
from hitl_chat.runner.people_online import PeopleOnline
from hitl_chat.runner.rechecks import Read
from hitl_chat.runner.sweep import Sweep
from hitl_chat.runner.views import HoldView
from hitl_chat.runner.waits import DeskWaits
from hitl_chat.store import events, holds
from hitl_chat.store.sqlite import SqliteDatabase
from tests.enrolled import enrol

if TYPE_CHECKING:
    from hitl_chat.errors import HitlError

T = TypeVar("T")

ANA = Agent(Person("ana", "Ana"), "acme")
BEN = Agent(Person("ben", "Ben"), "acme")
SUE = Agent(Person("sue", "Sue", role="supervisor"), "acme")
EVE = Agent(Person("eve", "Eve"), "other")
DRAFT = Draft({"0/content": "Sure."}, {"0/content": " You get 500 euros."})
TERMS = Terms(rules=("refund",), fallback="Sorry.", fallback_after_text="A colleague will write.")
REASONS = (Reason("refund", "patterns:refund", "matched"),)


class Clock:
    """Wall and monotonic time, moved together; `jump` sets the wall clock only."""

    def __init__(self) -> None:
        self.time, self.offset = 5_000.0, 1_000_000.0

    def now(self) -> float:
        return self.time + self.offset

    def monotonic(self) -> float:
        return self.time

    def jump(self, seconds: float) -> None:
        self.offset += seconds


class FakeTurn:
    """A running turn that writes down what it is fed."""

    def __init__(
        self, ident: str = "turn_1", conv: str = "conv_1", tenant: str = "acme", **facts: Any
    ) -> None:
        self.id, self.conv, self.tenant = ident, conv, tenant
        known = {"id": ident, "tenant": tenant, "conv": conv, "model": "m", "stream": True}
        asked = [{"role": "user", "content": "May I have a refund?"}]
        self.facts = TurnFacts(**{**known, "messages": asked, **facts})
        self.hold: Hold | None = None
        self.finished, self.listened = False, True
        self.error: HitlError | None = None
        self.said: list[Send] = []
        self.outlet = Outlet()
        self.verdicts: list[Any] = []
        self.gate = Gate(policy_of(()))
        self.heard: list[Event] = []
        self._more = asyncio.Event()

    def feed(self, event: Event) -> None:
        self.heard.append(event)
        self._more.set()

    async def say(self, said: Said) -> bool:
        self.feed(said)
        return True

    def transcript(self) -> dict[str, str]:
        return {}

    async def flushed(self) -> None:
        """There is no transport here."""

    async def hears(self, number: int = 1) -> Sequence[Event]:
        while len(self.heard) < number:
            self._more.clear()
            await self._more.wait()
        return self.heard

    @property
    def decision(self) -> Decision:
        (found,) = [event for event in self.heard if isinstance(event, Decision)]
        return found


class World:
    """One program's desk, sweep and agents over one database file."""

    def __init__(self, db: SqliteDatabase, clock: Clock, desk: Desk) -> None:
        self.db, self.clock, self.desk = db, clock, desk
        self.people = desk.people
        self.sweep = Sweep(desk)
        no_rules = Lateness(None, Quota(clock), desk.waits.recheck)
        self.agents = Agents(desk, no_rules)
        self._keys = count()

    async def held(
        self,
        turn: FakeTurn | None = None,
        terms: Terms = TERMS,
        state: DraftState = "whole",
        draft: Draft = DRAFT,
        outstanding: tuple[str, ...] = (),
    ) -> FakeTurn:
        turn = turn or FakeTurn()
        self.desk.begin(turn)
        effect = OpenHold(REASONS, terms, state, outstanding)
        turn.hold = await self.desk.open_hold(turn, effect, draft, turn.facts)
        return turn

    async def whole(self, turn: FakeTurn, draft: Draft = DRAFT) -> None:
        assert turn.hold is not None
        await self.desk.update_hold(turn.hold.id, UpdateHold(REASONS, "whole", ()), draft)

    async def hold(self, turn: FakeTurn) -> Hold:
        assert turn.hold is not None
        ident = turn.hold.id
        found = await self.db.read(lambda conn: holds.get(conn, None, ident))
        assert found is not None
        return found

    async def perform(self, by: Agent, command: do.AnyCommand, key: str = "") -> bytes:
        await self.db.write(lambda conn: enrol(conn, by))
        return await self.agents.perform(by, command, key or f"auto-{next(self._keys)}")

    async def work(self, by: Agent, command: do.AnyCommand, key: str = "") -> HoldView:
        return msgspec.json.decode(await self.perform(by, command, key), type=HoldView)

    async def decide(self, by: Agent, turn: FakeTurn, action: Any, **more: Any) -> HoldView:
        hold = await self.hold(turn)
        key = more.pop("key", "")
        seen = {"version": hold.version, **more}
        return await self.work(by, do.Decide(hold.id, action, **seen), key)

    async def after(self, seconds: float) -> None:
        """Let time pass, and the sweep see it."""
        self.clock.time += seconds
        await self.sweep.once()

    async def types(self, stream: str = "conv:conv_1") -> list[str]:
        found = await self.db.read(lambda conn: events.read(conn, "acme", stream))
        return [event.type for event in found]


@asynccontextmanager
async def world(
    path: Path,
    clock: Clock | None = None,
    *,
    waits: DeskWaits | None = None,
    read: Read | None = None,
    bus: Bus | None = None,
    online: Sequence[Agent] = (ANA,),
) -> AsyncIterator[World]:
    clock = clock or Clock()
    db = SqliteDatabase(path / "hitl.sqlite", clock)
    people = PeopleOnline()
    for each in online:
        people.enter(each.person.id, each.person, each.tenant)
    numbers = count(1)
    desk = Desk(
        db,
        bus or MemoryBus(),
        clock,
        people,
        lambda kind: f"{kind}_{next(numbers)}_{clock.time:.0f}",
        waits or DeskWaits(poll=0.05),
        read,
    )
    try:
        await desk.start()
        yield World(db, clock, desk)
    finally:
        await desk.close()
        await db.close()
