"""Consoles that lose their connection, mid-frame and again: what they show equals what there is."""

import asyncio
import json
import tempfile
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule
from sqlalchemy import Connection

from hitl_chat.core.conversation import Conversation
from hitl_chat.core.policy import Terms
from hitl_chat.errors import HitlError
from hitl_chat.runner import commands as do
from hitl_chat.runner.orders import Agent
from hitl_chat.runner.overview import Overview
from hitl_chat.runner.people_views import View
from hitl_chat.runner.views import Card, PersonView, Queue
from hitl_chat.server.fanout import Fanout
from hitl_chat.server.following import Streams
from hitl_chat.server.messages import Welcome, encode
from hitl_chat.store import conversations
from tests.runner.desk_world import ANA, BEN, SUE, FakeTurn, World, world
from tests.server.console_world import Tab

T = TypeVar("T")

WAITS = Terms(deadline=40, on_no_agent="wait")
people = st.sampled_from([ANA, BEN, SUE])
places = st.integers(0, 3)
ME = PersonView("ana", "Ana", away=False, supervisor=False)


def as_json(view: View) -> Any:
    return json.loads(msgspec.json.encode(view))


def ensured(conv: str) -> Callable[[Connection], Conversation]:
    return lambda conn: conversations.ensure(conn, "acme", conv, 0.0)


class Link:
    """A connection: frames on their way, until it breaks and they are lost."""

    def __init__(self, here: World, overview: Overview, fanout: Fanout) -> None:
        self.overview = overview
        self.flying: list[str] = []
        self.streams = Streams(fanout, overview, "acme", "ana", self.flying.append)

    async def hello(self, tab: Tab) -> None:
        known = tab.feed == self.overview.epoch
        self.flying.append(encode(Welcome(1, 0.0, self.overview.epoch, ME, 3.0)))
        for name in ("queue", *(f"conv:conv_{n}" for n in range(4))):
            await self.streams.follow(name, tab.seqs.get(name) if known else None)

    def land(self, tab: Tab, count: int) -> None:
        for frame in self.flying[:count]:
            tab.take(json.loads(frame))
        del self.flying[:count]


class ResumeMachine(RuleBasedStateMachine):
    """Everything that must be closed is opened by `open`: a machine may be made and never run."""

    def __init__(self) -> None:
        super().__init__()
        self.turns: list[FakeTurn] = []
        self.number = 0
        self.runner: asyncio.Runner | None = None

    @initialize()
    def open(self) -> None:
        self.runner = asyncio.Runner()
        self.stack = AsyncExitStack()
        self.folder = tempfile.TemporaryDirectory()
        self.run(self.begin())

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        assert self.runner is not None
        return self.runner.run(work)

    async def begin(self) -> None:
        self.here = await self.stack.enter_async_context(world(Path(self.folder.name)))
        for place in range(4):
            await self.here.db.write(ensured(f"conv_{place}"))
        self.overview = Overview(self.here.desk)
        self.fanout = Fanout(self.here.desk, self.overview)
        self.tab = Tab(None)  # type: ignore[arg-type]
        await self.reconnect()

    async def reconnect(self) -> None:
        self.link = Link(self.here, self.overview, self.fanout)
        await self.link.hello(self.tab)

    def teardown(self) -> None:
        if self.runner is None:
            return
        try:
            self.compare()
        finally:
            self.run(self.stack.aclose())
            self.runner.close()
            self.folder.cleanup()

    async def attempt(self, by: Agent, command: do.AnyCommand) -> None:
        try:
            await self.here.perform(by, command)
        except HitlError:
            return

    def at(self, number: int) -> FakeTurn | None:
        return self.turns[number % len(self.turns)] if self.turns else None

    # --- what happens at the desk ------------------------------------------------------------

    @rule(place=places)
    def a_hold_opens(self, place: int) -> None:
        self.number += 1
        turn = FakeTurn(f"turn_{self.number}", f"conv_{place}")
        self.run(self.here.held(turn, WAITS))
        self.turns.append(turn)

    @rule(
        number=places,
        by=people,
        what=st.sampled_from(["claim", "reject", "undo", "send_now", "next"]),
    )
    def a_person_works(self, number: int, by: Agent, what: str) -> None:
        turn = self.at(number)
        if turn is None or turn.hold is None:
            return
        ident = turn.hold.id
        commands: dict[str, do.AnyCommand] = {
            "claim": do.Claim(ident, force=by is SUE),
            "reject": do.Decide(ident, "reject", 1, undo=3.0),
            "undo": do.Undo(ident),
            "send_now": do.SendNow(ident),
            "next": do.Next(),
        }
        self.run(self.attempt(by, commands[what]))

    @rule(place=places, by=people, what=st.sampled_from(["take_over", "say", "hand_back"]))
    def a_person_speaks(self, place: int, by: Agent, what: str) -> None:
        conv = f"conv_{place}"
        speaker = self.here.desk.speaker("acme", conv)
        epoch = speaker.epoch if speaker else 0
        commands: dict[str, do.AnyCommand] = {
            "take_over": do.TakeOver(conv),
            "say": do.Say(conv, epoch, "Hello!"),
            "hand_back": do.HandBack(conv, epoch),
        }
        self.run(self.attempt(by, commands[what]))

    @rule(number=places)
    def a_customer_leaves(self, number: int) -> None:
        turn = self.at(number)
        if turn is not None and turn.hold is not None:
            self.run(self.here.desk.customer_left(turn.hold.id, "keep"))

    @rule(seconds=st.sampled_from([1.0, 3.0, 31.0]))
    def time_passes(self, seconds: float) -> None:
        self.run(self.here.after(seconds))

    # --- what happens to the connection ------------------------------------------------------

    @rule(times=st.integers(1, 2))
    def the_feed_is_read(self, times: int) -> None:
        for _ in range(times):
            self.run(self.here.desk.feed.look())

    @rule(count=st.integers(1, 5))
    def frames_arrive(self, count: int) -> None:
        self.link.land(self.tab, count)

    @rule(count=st.integers(0, 3))
    def the_connection_breaks(self, count: int) -> None:
        """Some frames arrive, the others are lost; the console comes back with what it knows."""
        self.link.land(self.tab, count)
        self.link.streams.close()
        self.run(self.reconnect())

    @rule()
    def the_record_is_restored_from_a_backup(self) -> None:
        """Positions mean something else now: everybody begins again."""
        self.here.desk.feed.epoch += "x"
        self.the_connection_breaks(0)

    @rule()
    def compare(self) -> None:
        self.run(self.settle())
        self.link.land(self.tab, len(self.link.flying))
        queue, _ = self.run(self.overview.queue("acme"))
        there = {hold.id: as_json(hold) for hold in queue.holds}
        assert self.tab.waiting == there
        for place in range(4):
            stream = f"conv:conv_{place}"
            talk, _ = self.run(self.overview.talk("acme", f"conv_{place}", "ana"))
            said = {each.id: as_json(each) for each in talk.messages}
            assert self.tab.talks[stream] == said
            assert self.tab.speaks[stream] == as_json(talk.conversation)

    async def settle(self) -> None:
        await self.here.desk.tasks.settled()
        await self.here.desk.feed.look()


ResumeMachine.TestCase.settings = settings(max_examples=20, stateful_step_count=25)
test_resume = pytest.mark.slow(ResumeMachine.TestCase)


class Slow(Overview):
    """Reads a snapshot, and answers only after more has happened."""

    def __init__(self, here: World) -> None:
        super().__init__(here.desk)
        self.here = here

    async def queue(self, tenant: str) -> tuple[Queue, int]:
        found = await super().queue(tenant)
        await self.here.held(FakeTurn("turn_2", "conv_2"))
        await self.here.desk.feed.look()
        return found

    async def card(self, tenant: str, ident: str) -> Card:
        found = await super().card(tenant, ident)
        if found.hold.state == "open":
            await self.here.work(ANA, do.Claim(ident))
            await self.here.desk.feed.look()
        return found


async def test_what_happens_while_a_snapshot_is_read_follows_it(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        turn = await here.held()
        assert turn.hold is not None
        overview = Slow(here)
        frames: list[str] = []
        streams = Streams(Fanout(here.desk, overview), overview, "acme", "ana", frames.append)
        await streams.follow("queue", None)
        kinds = [json.loads(frame)["type"] for frame in frames]
        assert kinds == ["queue_reset", "news", "usual"]
        frames.clear()
        streams.unfollow("queue")
        await streams.follow(f"hold:{turn.hold.id}", None)
        (card,) = (json.loads(frame) for frame in frames)
        assert card["card"]["hold"]["state"] == "claimed"
        streams.close()
        assert len(streams) == 0
