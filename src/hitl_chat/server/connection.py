"""One console's connection, from its hello to its close.

Owns what a connection may do to us: how much it says, how large, whether it is alive and reads, and
that the session behind every command still stands. What commands do is the desk's.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Coroutine
from contextlib import suppress
from typing import Any, Protocol, assert_never

import msgspec
from starlette.websockets import WebSocket, WebSocketDisconnect

from hitl_chat.core.command import Person
from hitl_chat.core.roles import may
from hitl_chat.core.staffing import Able
from hitl_chat.core.types import Value
from hitl_chat.errors import HitlError, Unauthorized
from hitl_chat.runner.agents import Agents, takes_over
from hitl_chat.runner.desk import Desk
from hitl_chat.runner.orders import Agent
from hitl_chat.runner.overview import Overview
from hitl_chat.runner.views import PersonView
from hitl_chat.server import messages as frames
from hitl_chat.server.fanout import Fanout
from hitl_chat.server.following import Streams
from hitl_chat.server.outgoing import Outgoing
from hitl_chat.server.sessions import Session, able

REASON = 120  # bytes of a reason that fit into a close frame
FAREWELL = 1.0  # seconds a close frame may take to be written


class Limits(Value, frozen=True):
    """Seconds, frames a second, bytes."""

    hello: float = 10.0
    ping: float = 20.0
    check: float = 1.5  # how often it is seen whether the session still stands
    rate: float = 20.0
    frame: int = 64 * 1024
    queued_bytes: int = 1024 * 1024
    queued_frames: int = 1000
    streams: int = 100
    consoles: int = 20  # of one person


class Sessions(Protocol):
    """What is needed of `sessions.Sessions`."""

    async def by_ticket(self, secret: str) -> Session: ...

    async def still(self, session: Session) -> Session: ...

    async def acts(self, session: Session) -> Session: ...


class Parts(Value, frozen=True):
    """What all connections share."""

    desk: Desk
    agents: Agents
    overview: Overview
    fanout: Fanout
    sessions: Sessions
    limits: Limits
    consoles: Counter[str]  # by person, how many are open


class Closing(Exception):
    """The connection ends, with this code and for this reason."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code, self.reason = code, reason


async def first_of(*work: Coroutine[Any, Any, None]) -> None:
    """Run all until one ends; its exception is ours."""
    tasks = [asyncio.create_task(each) for each in work]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)


class Connection:
    def __init__(self, parts: Parts, socket: WebSocket) -> None:
        self._parts, self._socket = parts, socket
        limits = parts.limits
        self._out = Outgoing(socket.send_text, limits.queued_frames, limits.queued_bytes)
        self._clock = parts.desk.clock
        self._heard_at = self._clock.monotonic()
        self._allowance = limits.rate
        self._unconfirmed = asyncio.Event()
        self._session: Session
        self._streams: Streams

    async def run(self) -> None:
        try:
            hello = await self._hello()
            agent = await self._enter(hello)
            try:
                work = (self._out.write(), self._too_slow(), self._pulse(), self._read(hello))
                await first_of(*work, self._asked_again())
            finally:
                self._parts.consoles.subtract((agent.person.id,))
                if not self._parts.consoles[agent.person.id]:
                    del self._parts.consoles[agent.person.id]
                self._streams.close()
                self._parts.desk.people.leave(self, agent.person.id)
        except Closing as closing:
            await self._close(closing)
        except WebSocketDisconnect:
            return

    async def _close(self, closing: Closing) -> None:
        reason = closing.reason.encode()[:REASON].decode(errors="ignore")
        with suppress(TimeoutError, RuntimeError, WebSocketDisconnect):
            async with asyncio.timeout(FAREWELL):
                await self._socket.close(closing.code, reason)

    # --- beginning ---------------------------------------------------------------------------

    async def _hello(self) -> frames.Hello:
        try:
            async with asyncio.timeout(self._parts.limits.hello):
                first = await self._receive()
        except TimeoutError:
            raise Closing(frames.BAD_FRAME, "say hello first") from None
        if not isinstance(first, frames.Hello):
            raise Closing(frames.BAD_FRAME, "the first frame is hello")
        if first.ver != frames.VERSION:
            raise Closing(frames.BAD_FRAME, f"this server speaks version {frames.VERSION}: reload")
        return first

    async def _enter(self, hello: frames.Hello) -> Agent:
        ticket = self._parts.sessions.by_ticket(hello.ticket)
        self._session = await self._let_in(ticket, frames.BAD_TICKET)
        agent, parts = self._agent(), self._parts
        person = agent.person
        if parts.consoles[person.id] >= parts.limits.consoles:
            raise Closing(frames.CROWDED, f"at most {parts.limits.consoles} consoles at once")
        self._streams = Streams(
            parts.fanout, parts.overview, agent.tenant, person.id, self._out.put
        )
        if may(person.role, "decide"):  # whoever only reads is no help to a customer
            parts.desk.people.enter(self, person, agent.tenant, agent.able or Able())
        if hello.away:
            parts.desk.people.set_away(person.id, away=True)
        me = PersonView(person.id, person.name, hello.away, person.supervisor)
        now, epoch = self._clock.now(), parts.overview.epoch
        self._put(frames.Welcome(frames.VERSION, now, epoch, me, agent.undo))
        parts.consoles[person.id] += 1
        return agent

    def _agent(self) -> Agent:
        """Who commands, as their session says now."""
        who = self._session.person
        if not may(who.role, "read"):
            raise Closing(frames.NOT_ALLOWED, f"the role {who.role} does not work at the console")
        person = Person(who.id, who.name, who.role)
        return Agent(person, who.tenant, self._parts.desk.waits.undo_console, able(who))

    async def _still(self, *, acts: bool = False) -> Agent:
        before = self._session.person.role
        sessions = self._parts.sessions
        still = sessions.acts(self._session) if acts else sessions.still(self._session)
        self._session = await self._let_in(still, frames.SIGNED_OUT)
        agent = self._agent()
        if agent.person.role != before:
            raise Closing(frames.RESTART, "your role has changed")
        self._parts.desk.people.learn(agent.person.id, agent.able or Able())
        return agent

    @staticmethod
    async def _let_in(asked: Awaitable[Session], otherwise: int) -> Session:
        try:
            return await asked
        except Unauthorized as error:
            raise Closing(otherwise, error.message) from None
        except HitlError as error:  # nobody can say who this is now: come again
            raise Closing(frames.RESTART, error.message) from None

    # --- reading -----------------------------------------------------------------------------

    async def _read(self, hello: frames.Hello) -> None:
        known = hello.feed == self._parts.overview.epoch
        for name, seq in hello.streams.items():
            await self._follow(name, seq if known else None)
        while True:
            await self._take(await self._receive())

    async def _receive(self) -> frames.AnyInbound:
        message = await self._socket.receive()
        if message["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(message.get("code", 1000))
        text = message.get("text")
        self._meter()
        if text is None:
            raise Closing(frames.BAD_FRAME, "frames are text")
        if len(text.encode()) > self._parts.limits.frame:
            raise Closing(frames.TOO_LARGE, f"at most {self._parts.limits.frame} bytes a frame")
        try:
            return frames.decode(text)
        except (msgspec.MsgspecError, UnicodeEncodeError, RecursionError) as error:
            raise Closing(frames.BAD_FRAME, str(error)) from None

    def _meter(self) -> None:
        """A bucket that holds one second's frames."""
        now, rate = self._clock.monotonic(), self._parts.limits.rate
        self._allowance = min(rate, self._allowance + (now - self._heard_at) * rate)
        self._heard_at = now
        if self._allowance < 1:
            raise Closing(frames.BAD_FRAME, f"at most {rate:g} frames a second")
        self._allowance -= 1

    async def _take(self, frame: frames.AnyInbound) -> None:
        match frame:
            case frames.Cmd():
                await self._command(frame)
            case frames.Follow(stream, seq):
                await self._still()
                await self._follow(stream, seq)
            case frames.Unfollow(stream):
                self._streams.unfollow(stream)
            case frames.Ack(stream, seq):
                if not self._streams.acknowledged(stream, seq):
                    raise Closing(frames.BAD_FRAME, f"seq {seq} of {stream} was never sent")
            case frames.Pong():
                pass
            case frames.Hello():
                raise Closing(frames.BAD_FRAME, "hello is said once")
            case _:
                assert_never(frame)

    async def _follow(self, stream: str, seq: int | None) -> None:
        if len(self._streams) >= self._parts.limits.streams:
            raise Closing(frames.BAD_FRAME, f"at most {self._parts.limits.streams} streams")
        try:
            await self._streams.follow(stream, seq)
        except HitlError as error:  # the store cannot be read: come again
            raise Closing(frames.RESTART, error.message) from None

    async def _command(self, frame: frames.Cmd) -> None:
        """In order; but what confirms a takeover, which may wait for a slow reader, keeps the next
        command from nothing."""
        agent = await self._still(acts=True)
        try:
            answer = await self._parts.agents.carry_out(agent, frame.cmd, frame.id)
        except HitlError as error:
            told = frames.ErrorView(error.code, error.message, error.details)
            self._put(frames.Result(frame.id, ok=False, error=told))
            return
        if takes_over(frame.cmd):
            self._parts.desk.tasks.spawn(self._confirm(agent, frame, answer))
        else:
            self._put(frames.Result(frame.id, ok=True, body=msgspec.Raw(answer)))

    async def _confirm(self, agent: Agent, frame: frames.Cmd, answer: bytes) -> None:
        try:
            await self._parts.agents.confirmed(agent, frame.cmd, answer)
        except BaseException:  # whatever it was, nobody waits for ever: the console asks again
            self._unconfirmed.set()
            raise
        self._put(frames.Result(frame.id, ok=True, body=msgspec.Raw(answer)))

    async def _asked_again(self) -> None:
        await self._unconfirmed.wait()
        raise Closing(frames.RESTART, "a takeover could not be confirmed: it is asked for again")

    # --- writing -----------------------------------------------------------------------------

    def _put(self, frame: frames.AnyOutbound) -> None:
        self._out.put(frames.encode(frame))

    async def _too_slow(self) -> None:
        await self._out.too_slow.wait()
        raise Closing(frames.SLOW, "too much waits to be read: reconnect")

    async def _pulse(self) -> None:
        """Sees that the session stands, and that somebody is there."""
        limits = self._parts.limits
        pinged = self._clock.monotonic()
        while True:
            await asyncio.sleep(limits.check)
            await self._still()
            now = self._clock.monotonic()
            if now - self._heard_at > 2 * limits.ping + limits.check:
                raise Closing(frames.SILENT, "no answer to two pings")
            if now - pinged >= limits.ping:
                pinged = now
                self._put(frames.Ping(self._clock.now()))
