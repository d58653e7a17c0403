"""One HTTP response that follows a turn: when it commits, when it writes, its signs of life.

`StreamResponse` and `WholeResponse` build on it and are the runner's listeners. They buffer what
the turn gives them, in order; `flush` is the only place that writes to the customer's socket. Until
something must be shown they can still answer with a real HTTP error. Knows no gate and no rule.
"""

import asyncio
import types
from collections.abc import Callable, Coroutine, Generator, Mapping
from math import isfinite
from typing import TYPE_CHECKING, Any, Protocol

from msgspec.structs import replace

from hitl_chat.core.events import Decision
from hitl_chat.core.types import Value
from hitl_chat.errors import HitlError, Unavailable
from hitl_chat.runner.customer_news import AUTHORS, DECISIONS
from hitl_chat.runner.listener import Followed
from hitl_chat.server.errors import Send, respond
from hitl_chat.server.wire import chat

if TYPE_CHECKING:
    from hitl_chat.core.hold import Hold


class Flow(Protocol):
    """The transport's back-pressure, where the server tells us of it."""

    write_paused: bool

    def piece(self, body: bytes) -> bool:
        """Write a piece of a chunked body at once; False: that must go the long way."""
        ...

    async def drain(self) -> None: ...

    async def sent(self) -> None:
        """Until everything was handed to the kernel, or the connection is lost."""


JSON = (b"content-type", b"application/json")
NO_CACHE = ((b"cache-control", b"no-cache, no-transform"), (b"x-accel-buffering", b"no"))


class Pace(Value, frozen=True):
    """When a response commits and how it shows that it lives, in seconds."""

    commit_after: float = 5.0
    commit_whole: float = 45.0
    heartbeat: float = 10.0
    check_frame: float = 1.5
    read_timeout: float | None = None  # what the client says it will wait for a byte

    def for_client(self, headers: Mapping[str, str]) -> "Pace":
        """Clients made with OpenAI's generator say how long they wait for a byte."""
        try:
            patience = float(headers["x-stainless-read-timeout"])
        except (KeyError, ValueError):
            return self
        return replace(self, read_timeout=patience) if isfinite(patience) else self

    def beat(self) -> float:
        """A third of the client's patience, but neither a flood nor too late for proxies."""
        if self.read_timeout is None:
            return self.heartbeat
        return max(min(1.0, self.heartbeat), min(self.heartbeat, self.read_timeout / 3))

    def whole(self) -> float:
        if self.read_timeout is None:
            return self.commit_whole
        return max(min(1.0, self.commit_whole), min(self.commit_whole, self.read_timeout / 3))


class Shape(Value, frozen=True):
    """What the client asked for, as far as its answer's form goes."""

    envelope: Callable[[], chat.Envelope]
    headers: tuple[tuple[bytes, bytes], ...]
    choices: int = 1
    usage: bool = False
    structured: bool = False
    aware: bool = False
    beats: bool = True  # HTTP/1.0 cannot have them
    apology: str = ""
    notice: str = "A colleague is checking this answer."


class Response:
    """What streams and whole answers share: buffering, flushing, committing, the clock."""

    def __init__(
        self,
        send: Send,
        shape: Shape,
        pace: Pace,
        flow: Flow | None = None,
    ) -> None:
        self.gone = False
        self.failed = False  # an error or an apology was sent in the answer's place
        self.committed = False
        self.turn: Followed | None = None
        self.shape, self.pace = shape, pace
        self._send, self._flow = send, flow
        self._out: list[bytes] = []
        self._ended = False
        self._error: HitlError | None = None
        self._writing = asyncio.Lock()
        self._timer: asyncio.TimerHandle | None = None
        self._hold: Hold | None = None
        self._author = "ai"
        self._decision: Decision | None = None
        self._flushing: asyncio.Task[None] | None = None
        self._tick_every = pace.check_frame
        self._seq = 0
        self._loop = asyncio.get_running_loop()
        # Done once everything there is to say has been said; a future is a third of an event.
        self.closed: asyncio.Future[None] = self._loop.create_future()
        self._wrote_at = self._began = self._loop.time()

    # --- writing

    @property
    def complete(self) -> bool:
        """Whether the client has all that was said in the turn."""
        return self.closed.done() and not (self.gone or self.failed)

    @property
    def arrived(self) -> bool:
        return self.complete

    @property
    def dirty(self) -> bool:
        return not (self.gone or self.closed.done()) and bool(self._out or self._ended)

    def push(self) -> bool:
        """`flush`, without a task for as long as nothing has to be waited for."""
        if not self.dirty:
            return True
        short = self.committed and not self._ended and not self._writing.locked()
        if short and self._flow is not None and self._flow.piece(b"".join(self._out)):
            self._out = []
            self._wrote_at = self._loop.time()
            return True
        flushing = self.flush()
        try:
            awaited = flushing.send(None)
        except StopIteration:
            return True
        self._flushing = self._loop.create_task(_rest(flushing, awaited))
        return False

    async def flush(self) -> None:
        """Hand everything that is ready to the transport; whoever comes second waits."""
        async with self._writing:
            # A slow reader makes us wait before, never while, we write.
            if self._flow is not None and self._flow.write_paused:
                await self._flow.drain()
            if self.gone:
                self._out = []
            elif self._error is not None and not self.committed:
                await self._answer_error(self._error)
            elif self.dirty:
                await self._write()

    async def _write(self) -> None:
        if self.closed.done():
            return
        if not self.committed:
            await self._commit()
        data, self._out = b"".join(self._out), []
        ended = self._ended
        self._wrote_at = self._loop.time()
        await self._send({"type": "http.response.body", "body": data, "more_body": not ended})
        if ended:
            await self._all_sent()

    async def _all_sent(self) -> None:
        """A decided text is delivered when the kernel has taken it and nobody hung up by then."""
        if self._flow is not None and self._hold is not None:
            await self._flow.sent()
        self._close()

    async def _commit(self) -> None:
        self.committed = True
        headers = [*self.shape.headers, *NO_CACHE, *self._kind()]
        await self._send({"type": "http.response.start", "status": 200, "headers": headers})

    async def _answer_error(self, error: HitlError) -> None:
        self.committed = self.failed = True
        await respond(self._send, error, self.shape.headers)
        self._close()

    def _close(self) -> None:
        if not self.closed.done():
            self.closed.set_result(None)
        if self._timer:
            self._timer.cancel()

    def retire(self) -> None:
        """The server stops. What was committed goes on until it is cut; never a clean end."""
        if not self.committed and not self._ended:
            self._ended = True
            self._out = []
            msg = "The server is stopping: send the request again in a moment."
            self._error = Unavailable(msg, code="stopping", retry_after=1.0)
            self.flush_soon()

    def hang_up(self) -> None:
        """The client is gone."""
        if not self.closed.done():
            self.gone = True
            self._close()

    def _kind(self) -> tuple[tuple[bytes, bytes], ...]:
        """The headers that say what kind of body follows."""
        return (JSON,)

    # --- the clock

    def watch(self, turn: Followed) -> None:
        self.turn = turn
        pace = self.pace
        self._tick_every = min(pace.check_frame / 2, pace.beat(), pace.commit_after)
        self._timer = self._loop.call_later(self._tick_every, self._tick)

    def _tick(self) -> None:
        if self._ended or self.gone:
            return
        self._timer = self._loop.call_later(self._tick_every, self._tick)
        self._alive(self._loop.time())
        if self._out:
            self.flush_soon()

    def _alive(self, now: float) -> None:
        """Say that we live, if it is time to."""

    def flush_soon(self) -> None:
        self._flushing = self._loop.create_task(self.flush())

    def _hitl(self, state: str, **more: object) -> dict[str, Any]:
        self._seq += 1
        hold = {"hold_id": self._hold.id} if self._hold else {}
        return {"v": 1, "state": state, **hold, "seq": self._seq, **more}

    def _state(self) -> str:
        """What a client may know about why nothing comes."""
        if self.turn is None:
            return "waiting"
        if self.turn.gate.phase == "human":
            return "human"
        if self._hold is not None and self._decision is None:
            return "held"
        return "checking" if self._waits() else "waiting"

    def _waits(self) -> bool:
        """Whether the model has written something that has not been released."""
        turn = self.turn
        return turn is not None and turn.outlet.total > sum(turn.outlet.released.values())

    def _about_decision(self) -> dict[str, object]:
        made = self._decision
        if made is None:
            return {}
        told: dict[str, object] = {
            "decision": DECISIONS[made.action],
            "author": AUTHORS[made.action],
            "delivery_id": self._hold.turn if self._hold else "",
        }
        if self.shape.aware and made.display:
            told["reviewer"] = made.display
        return told

    def _why(self) -> dict[str, object]:
        """For keys that are told: which rules and checks objected."""
        if not self.shape.aware or self._hold is None:
            return {}
        named = ("rule", "check", "code", "score")
        return {"reasons": [{n: getattr(r, n) for n in named} for r in self._hold.reasons]}

    def held(self, hold: "Hold") -> None:
        self._hold, self._decision = hold, None

    def decided(self, decision: Decision) -> None:
        self._decision = decision

    def replays(self, hold: "Hold", decision: Decision) -> None:
        self._hold = hold
        self.decided(decision)
        self._author = AUTHORS[decision.action]


@types.coroutine
def _rest(begun: Coroutine[Any, Any, None], awaited: object) -> Generator[object, Any, None]:
    """What is left of a coroutine that was begun without a task, from what it awaits on."""
    yield awaited
    yield from begun
