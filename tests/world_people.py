"""The people of a test's world: who they are, and how they decide through the desk."""

import asyncio
from collections.abc import Callable, Sequence
from itertools import count
from typing import Any

import msgspec

from hitl_chat.app import Program
from hitl_chat.core.command import Person
from hitl_chat.core.hold import Hold
from hitl_chat.core.remainder import Draft
from hitl_chat.core.types import Action
from hitl_chat.runner import commands as do
from hitl_chat.runner.orders import Agent
from hitl_chat.runner.views import HoldView
from hitl_chat.store import holds
from hitl_chat.store.events import Event
from tests.enrolled import enrol
from tests.world_client import PATIENCE

ANA = Agent(Person("ana", "Ana"), "acme")
BEN = Agent(Person("ben", "Ben"), "acme")
SUE = Agent(Person("sue", "Sue", role="supervisor"), "acme")
EVE = Agent(Person("eve", "Eve"), "other")


class People:
    """They see what is recorded, in order, and decide what they see."""

    def __init__(self, program: Program) -> None:
        self.events: list[Event] = []
        self._program = program
        self._news = asyncio.Condition()
        self._keys = count()
        program.desk.feed.follow(self._heard)

    async def _heard(self, page: Sequence[Event]) -> None:
        async with self._news:
            self.events += page
            self._news.notify_all()

    def come(self, who: Agent = ANA, console: object = "console") -> None:
        self._program.people.enter((who, console), who.person, who.tenant)

    def go(self, who: Agent = ANA, console: object = "console") -> None:
        self._program.people.leave((who, console), who.person.id)

    # --- looking

    async def event(self, kind: str, number: int = 1, **body: object) -> Event:
        """The event of this kind (and with this in its body), once it is recorded."""

        def found() -> list[Event]:
            return [e for e in self.events if e.type == kind and body.items() <= e.body.items()]

        async with asyncio.timeout(PATIENCE), self._news:
            await self._news.wait_for(lambda: len(found()) >= number)
        return found()[number - 1]

    async def opened(self, number: int = 1) -> Hold:
        """The hold that was opened as the first, second ... of this world."""
        event = await self.event("hold.opened", number)
        return await self.row(event.body["hold"])

    async def row(self, ident: str) -> Hold:
        found = await self._program.db.read(lambda conn: holds.get(conn, None, ident))
        assert found is not None
        return found

    async def hold(self, ident: str, when: Callable[[Hold], bool]) -> Hold:
        """The hold, once this is true of it."""
        async with asyncio.timeout(PATIENCE):
            while True:
                seen = len(self.events)
                row = await self.row(ident)
                if when(row):
                    return row
                async with self._news:
                    while len(self.events) == seen:
                        await self._news.wait()

    async def whole(self, ident: str) -> Hold:
        """The hold, once its draft is complete."""
        return await self.hold(ident, lambda hold: hold.draft_state != "streaming")

    async def draft(self, ident: str) -> Draft:
        return await self._program.db.read(lambda conn: holds.draft(conn, None, ident))

    # --- deciding

    async def perform(self, command: do.AnyCommand, by: Agent = ANA, key: str = "") -> bytes:
        key = key or f"command-{next(self._keys)}"
        await self._program.db.write(lambda conn: enrol(conn, by))
        return await self._program.agents.perform(by, command, key)

    async def decide(
        self, ident: str, action: Action, by: Agent = ANA, *, key: str = "", **more: Any
    ) -> HoldView:
        """Decide what is there once the draft is complete (`early`: what is there now)."""
        row = await (self.row(ident) if more.pop("early", False) else self.whole(ident))
        if action == "approve" and "draft_sha256" not in more:
            more["draft_sha256"] = (await self.draft(ident)).sha256()
        command = do.Decide(ident, action, more.pop("version", row.version), row.fence, **more)
        return msgspec.json.decode(await self.perform(command, by, key), type=HoldView)

    async def claim(self, ident: str, by: Agent = ANA) -> None:
        await self.perform(do.Claim(ident), by)

    async def away(self, by: Agent = ANA) -> None:
        await self.perform(do.Away(on=True), by)

    async def approve(self, ident: str, by: Agent = ANA) -> HoldView:
        return await self.decide(ident, "approve", by)

    async def reject(self, ident: str, by: Agent = ANA) -> HoldView:
        return await self.decide(ident, "reject", by)

    async def edit(self, ident: str, text: str, by: Agent = ANA) -> HoldView:
        return await self.decide(ident, "edit", by, text=text)

    def epoch(self, conv: str, tenant: str = "acme") -> int:
        """The epoch of a conversation in which a person speaks."""
        known = self._program.desk.speaker(tenant, conv)
        assert known is not None
        return known.epoch

    async def take_over(self, conv: str, by: Agent = ANA) -> int:
        """The epoch in which this person speaks."""
        view = msgspec.json.decode(await self.perform(do.TakeOver(conv), by))
        return int(view["epoch"])

    async def say(self, conv: str, epoch: int, text: str, by: Agent = ANA) -> None:
        await self.perform(do.Say(conv, epoch, text), by)

    async def hand_back(self, conv: str, epoch: int, note: str = "", by: Agent = ANA) -> None:
        await self.perform(do.HandBack(conv, epoch, note), by)
