"""What the runner needs from the outside, as Protocols: models, checks, clock, bus, database.

Adapters implement these and never import each other; only `app.py` knows concrete classes.
"""

from asyncio import Future
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Protocol, TypeVar

from pydantic import BaseModel
from sqlalchemy import Connection

from hitl_chat.core.events import CheckFailed, Verdict
from hitl_chat.core.types import Field, Value
from hitl_chat.prompt_ports import Prompts

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

T = TypeVar("T")
Cost = Literal["free", "model"]
Token = tuple[int, float]  # how many characters, and how likely they were (log-probability)


class Clock(Protocol):
    """Wall time for records and deadlines, monotonic time for measuring. Seconds."""

    def now(self) -> float: ...

    def monotonic(self) -> float: ...


# --- models ---------------------------------------------------------------------------------


class ModelCall(Value, frozen=True):
    """One call of a model. `body` is the client's JSON, already reduced to allowed fields."""

    model: str
    body: Mapping[str, Any]
    stream: bool
    headers: Mapping[str, str] = {}


class Chunk(Value, frozen=True):
    """One chunk of a stream (or, `whole`, one complete answer), decoded, strange fields gone.
    `raw` is the chunk's JSON exactly as it may be forwarded.
    `texts` are the gated texts in it, in order; `tools` names the tool calls that begin in it."""

    raw: bytes
    texts: tuple[tuple[Field, str], ...] = ()
    finishes: tuple[tuple[int, str], ...] = ()
    tools: tuple[tuple[Field, str, str], ...] = ()  # ("0/tool_calls/0", id, name)
    choices: tuple[int, ...] = ()  # which choices it speaks of; () for a usage chunk
    usage: Mapping[str, Any] | None = None
    model: str = ""
    stripped: tuple[str, ...] = ()
    logprobs: tuple[tuple[Field, Token], ...] = ()  # of the tokens in `texts`
    whole: bool = False
    plain: bool = False  # nothing but one `content` text: may be cut in two


# Called with what came, as it comes. What it returns is awaited before more is taken.
Take = Callable[[Sequence[Chunk]], Future[None] | None]


class Enough(Exception):
    """Raised by who takes an answer and wants no more of it."""


class Model(Protocol):
    """A way to a language model. `answer` ends with the answer; cancelling it cancels the call.

    Chunks are pushed, not pulled: a task that is woken for every token costs more than all that
    is done with it. What `take` raises comes out of `answer`, which then cuts the call off.
    Raises `errors.UpstreamError`, whose message is fit for the client.
    """

    async def answer(self, call: ModelCall, take: Take) -> None: ...

    def called(self, name: str) -> str:
        """What the provider calls the model that the client calls `name`."""
        ...

    async def close(self) -> None: ...


# --- checks ---------------------------------------------------------------------------------


class Shared(Protocol):
    """What the checks of one turn share, such as samples: made once, dropped with the turn."""

    def once(self, key: str, make: Callable[[], Awaitable[T]]) -> Awaitable[T]: ...


class Alone:
    """Nothing is shared: everything is made anew for who asks."""

    def once(self, _key: str, make: Callable[[], Awaitable[T]]) -> Awaitable[T]:
        return make()


class Asked(Value, frozen=True):
    """What a check is asked to judge: with `final` all fields, else `start` to `upto` of `field`,
    without one the request, whose `messages` and `model` these are. `texts`: the draft so far."""

    messages: Sequence[Mapping[str, Any]]
    texts: Mapping[Field, str]
    field: Field = ""
    start: int = 0
    upto: int = 0
    final: bool = False
    model: str = ""
    shared: Shared = Alone()
    logprobs: Mapping[Field, Sequence[Token]] = {}


class Check(Protocol):
    """An asynchronous check: one object for one configured use, `name` stands in every verdict.
    One whose `cost` is a `model` is asked only while the rules that name it are undecided. One that
    is `of_request` never reads the draft: it is asked once, about no field, before text leaves."""

    name: str
    timeout: float
    cost: Cost

    def begin(self, asked: Asked) -> None:
        """The turn begins, with no draft yet: start here what takes long, in `asked.shared`."""

    async def judge(self, asked: Asked) -> Verdict | CheckFailed: ...


class Question(Value, frozen=True):
    """What a check asks a model. `model`: a configured name; `schema`: the JSON it must answer."""

    messages: Sequence[Mapping[str, Any]]
    model: str
    temperature: float = 1.0
    max_tokens: int = 512
    schema: Mapping[str, Any] | None = None


class Reply(Value, frozen=True):
    text: str
    tokens: int = 0  # that it took, if the model says


class Asker(Protocol):
    """Models as checks use them. Raises `errors.UpstreamError`; cancelling cancels upstream."""

    async def ask(self, question: Question) -> Reply: ...


class Embedder(Protocol):
    """Texts to vectors of length 1, one row each, away from the event loop.
    `key` names model, file digest and quantisation: vectors of different keys never meet.
    Raises `errors.Unavailable` while no model can be loaded, with what to do about it."""

    @property
    def key(self) -> str: ...

    async def embed(self, texts: Sequence[str]) -> "npt.NDArray[np.float32]": ...


class Means(Protocol):
    """What checks may use beside what they are asked. Each may be unavailable, and says so.
    `folder`: beside the rules file, where files that rules name lie."""

    @property
    def asker(self) -> Asker: ...

    @property
    def embedder(self) -> Embedder: ...

    @property
    def prompts(self) -> Prompts: ...

    @property
    def folder(self) -> Path: ...


class Scan(Protocol):
    """A synchronous check at work on one turn: fed text as it comes, never sees it again.
    `feed` returns how far this field is clear: left of it nothing is, or may become, a match.
    Matches are handed out by `found`, once each, in order of discovery. `end` says that no more
    text will come for any field; then everything unmatched is clear."""

    def feed(self, field: Field, text: str) -> int: ...

    def end(self) -> Mapping[Field, int]: ...

    def found(self) -> Sequence[Verdict]: ...


class Scanner(Protocol):
    """All synchronous checks a policy needs, compiled once; `start` begins one turn."""

    def start(self) -> Scan: ...


class Use(Value, frozen=True):
    """One use of a synchronous check by one rule; its verdicts are named `name`.
    `holds_back`: the rule may hold, so text that is or may become a match must not leave."""

    name: str
    kind: str
    options: BaseModel
    holds_back: bool = True


class Checks(Protocol):
    """The checks rules may name. `synchronous` and `asynchronous` map a kind to its options.
    Options are read from YAML by these pydantic models, so a check brings its own errors.
    `language` tells one of `languages`, or "" when the text does not say."""

    @property
    def synchronous(self) -> Mapping[str, type[BaseModel]]: ...

    @property
    def asynchronous(self) -> Mapping[str, type[BaseModel]]: ...

    def scanner(self, uses: Sequence[Use]) -> Scanner: ...

    def check(self, name: str, kind: str, options: BaseModel) -> Check: ...

    @property
    def languages(self) -> Collection[str]: ...

    def language(self, text: str) -> str: ...


# --- store and bus --------------------------------------------------------------------------


class Record(Protocol):
    """What `Database.later` takes: a value that knows how to write many of its kind at once.

    Batches are written kind by kind, in the order of `rank`. `admits`: it begins something whose
    end must be recordable too, so it is refused as soon as the disk fails; other records wait for
    the disk until the queue is full. `weight`: the bytes it keeps in memory while it waits.
    """

    rank: ClassVar[int]
    admits: ClassVar[bool]

    @property
    def weight(self) -> int: ...

    @classmethod
    def write_all(cls, conn: Connection, records: Sequence[Any]) -> None:
        """Write them, in order, set-based."""


class Database(Protocol):
    """Runs query functions. `write` answers after a durable COMMIT, to winners and losers alike;
    `behind`: it sees all records given to `later` before. `later` queues a record whose loss (at
    most 200 ms of them) a kill -9 may cause; it never waits, and raises `Unavailable` when full."""

    async def write(self, query: Callable[[Connection], T], *, behind: bool = False) -> T: ...

    async def read(self, query: Callable[[Connection], T]) -> T: ...

    def later(self, record: Record) -> None: ...

    async def close(self) -> None: ...


class Bus(Protocol):
    """A doorbell: may lose, double, reorder, delay and forge. Hints carry ids only."""

    async def ring(self, topic: str, ident: str) -> None: ...

    def listen(self, heard: Callable[[str, str], None]) -> Callable[[], None]: ...

    async def close(self) -> None: ...


Sleep = Callable[[float], Awaitable[None]]
