"""Consoles over a real socket, on a real desk; `Tab` does what the protocol's document asks."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from hitl_chat.core.types import Value
from hitl_chat.errors import Unauthorized
from hitl_chat.runner.orders import Agent
from hitl_chat.runner.overview import Overview
from hitl_chat.server.connection import Limits
from hitl_chat.server.console import PATH, console
from hitl_chat.server.rest import rest
from hitl_chat.server.sessions import Session
from tests.enrolled import enrol
from tests.runner.desk_world import World, world
from tests.server.running import Running, serving

PATIENCE = 10.0
Frame = dict[str, Any]


class Signed(Value, frozen=True):
    id: str
    tenant: str
    name: str
    role: str
    has_password: bool = False
    skills: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    capacity: int = 0


class FakeSessions:
    """Tickets by name: "ana-…" is Ana's. Anybody can be signed out, or given another role."""

    def __init__(self, people: Sequence[Agent]) -> None:
        self.people = {
            each.person.id: Signed(
                each.person.id,
                each.tenant,
                each.person.display,
                "supervisor" if each.person.supervisor else "agent",
            )
            for each in people
        }
        self.trouble: Exception | None = None
        self._used: set[str] = set()

    async def by_ticket(self, secret: str) -> Session:
        if secret in self._used:
            msg = "This ticket was used."
            raise Unauthorized(msg)
        self._used.add(secret)
        return self._session(secret.partition("-")[0])

    async def still(self, session: Session) -> Session:
        return self._session(session.digest)

    acts = still

    def _session(self, ident: str) -> Session:
        if self.trouble is not None:
            raise self.trouble
        if ident not in self.people:
            msg = "You are not signed in."
            raise Unauthorized(msg)
        return Session(self.people[ident], ident, "csrf")


class Tab:
    """One console: what it has seen is in `holds`, `talks`, `cards` and `seqs`."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.feed = ""
        self.seqs: dict[str, int] = {}
        self.holds: dict[str, Any] = {}
        self.talks: dict[str, Any] = {}
        self.speaks: dict[str, Any] = {}
        self.cards: dict[str, Any] = {}
        self.people: list[Any] = []
        self.frames: list[Frame] = []
        self.seen: list[tuple[str, int]] = []  # positions, in order

    async def send(self, frame: Frame) -> None:
        await self.socket.send(json.dumps(frame))

    async def next(self) -> Frame:
        async with asyncio.timeout(PATIENCE):
            frame: Frame = json.loads(await self.socket.recv())
        self.frames.append(frame)
        self.take(frame)
        return frame

    async def until(self, kind: str, **wanted: Any) -> Frame:
        """The next frame of this kind that says this."""
        while True:
            frame = await self.next()
            if frame["type"] == kind and wanted.items() <= frame.items():
                return frame

    async def command(self, ident: str, do: str, **about: Any) -> Frame:
        await self.send({"type": "cmd", "id": ident, "cmd": {"do": do, **about}})
        return await self.until("result", id=ident)

    async def closed(self) -> int:
        """The code by which the server ended it."""
        try:
            while True:
                await self.next()
        except ConnectionClosed as gone:
            return gone.rcvd.code if gone.rcvd else 1006

    # --- what a console makes of it ----------------------------------------------------------

    def take(self, frame: Frame) -> None:
        if frame["type"] == "welcome":
            self.feed = frame["feed"]
        elif frame["type"] == "people":
            self.people = frame["people"]
        elif frame["type"] in ("news", "recovered"):
            self.follow_on(frame)
        elif "stream" in frame:
            self.begin_again(frame)

    def follow_on(self, frame: Frame) -> None:
        for news in frame.get("news", [frame]):
            assert news["seq"] > self.seqs[news["stream"]]
            self.news(news)
        self.seqs[frame["stream"]] = frame["seq"]

    def begin_again(self, frame: Frame) -> None:
        stream = frame["stream"]
        match frame["type"]:
            case "queue_reset":
                self.seqs["queue"] = frame["seq"]
                self.holds = {hold["id"]: hold for hold in frame["queue"]["holds"]}
                self.people = frame["queue"]["people"]
            case "talk_reset":
                self.seqs[stream] = frame["seq"]
                self.talks[stream] = {said["id"]: said for said in frame["talk"]["messages"]}
                self.speaks[stream] = frame["talk"]["conversation"]
            case "card_reset":
                card = frame["card"]
                self.cards[stream] = {**card, "pending": dict(card["pending"])}
            case "grown":
                pending = self.cards[stream]["pending"]
                for name, more in frame["more"].items():
                    pending[name] = pending.get(name, "") + more
            case _:
                pass

    def news(self, frame: Frame) -> None:
        self.seqs[frame["stream"]] = frame["seq"]
        self.seen.append((frame["stream"], frame["seq"]))
        if (hold := frame["hold"]) is not None:
            self.holds[hold["id"]] = hold
        if frame["conversation"] is not None:
            self.speaks[frame["stream"]] = frame["conversation"]
        for said in frame["messages"]:
            self.talks.setdefault(frame["stream"], {})[said["id"]] = said

    @property
    def waiting(self) -> dict[str, Any]:
        """What the page shows as the queue."""
        over = ("decided", "cancelled")
        return {ident: hold for ident, hold in self.holds.items() if hold["state"] not in over}


class Consoles:
    """A server with a desk behind it."""

    def __init__(self, here: World, running: Running, sessions: FakeSessions) -> None:
        self.here, self.running, self.sessions = here, running, sessions
        self.port = running.port
        self._tickets = count()

    @asynccontextmanager
    async def socket(self, **options: Any) -> AsyncIterator[Tab]:
        url = f"ws://127.0.0.1:{self.port}{PATH}"
        async with connect(url, ping_interval=None, **options) as socket:
            yield Tab(socket)

    @asynccontextmanager
    async def tab(
        self,
        who: str = "ana",
        streams: dict[str, int | None] | None = None,
        feed: str = "",
        **hello: Any,
    ) -> AsyncIterator[Tab]:
        async with self.socket() as tab:
            await self.hello(tab, who, streams, feed, **hello)
            yield tab

    async def hello(
        self,
        tab: Tab,
        who: str = "ana",
        streams: dict[str, int | None] | None = None,
        feed: str = "",
        **hello: Any,
    ) -> Frame:
        wanted: dict[str, int | None] = {"queue": None} if streams is None else streams
        tab.seqs |= {name: seq for name, seq in wanted.items() if seq is not None}
        ticket = f"{who}-{next(self._tickets)}"
        frame = {"type": "hello", "ver": 1, "ticket": ticket, "streams": wanted, "feed": feed}
        await tab.send({**frame, **hello})
        return await tab.until("welcome")


@asynccontextmanager
async def consoles(
    path: Path, people: Sequence[Agent], limits: Limits | None = None, **options: Any
) -> AsyncIterator[Consoles]:
    async with world(path, online=(), **options) as here:
        await here.db.write(lambda conn: enrol(conn, *people))
        sessions = FakeSessions(people)
        overview = Overview(here.desk)
        router = console(here.desk, here.agents, overview, sessions, limits=limits)
        async with serving({}, rest([router])) as running:
            found = Consoles(here, running, sessions)
            yield found
            assert running.faults == []
