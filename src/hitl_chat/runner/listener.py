"""What a turn needs of a response that follows it, and of whoever counts what happens."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from hitl_chat.core.effects import Effect, Send
from hitl_chat.core.events import CheckFailed, Decision, Event, Spared, Verdict
from hitl_chat.core.hold import Hold
from hitl_chat.core.state import Gate
from hitl_chat.core.types import Author, Field
from hitl_chat.errors import HitlError
from hitl_chat.ports import Chunk
from hitl_chat.runner.checking import Judged
from hitl_chat.runner.facts import TurnFacts
from hitl_chat.runner.outlet import Outlet
from hitl_chat.runner.voices import Turn as Heard


class Followed(Heard, Protocol):
    """A running turn, as far as a response or a keeper needs to know it."""

    facts: TurnFacts
    gate: Gate
    outlet: Outlet
    verdicts: list[Judged]

    @property
    def written(self) -> list[Send]: ...

    def transcript(self) -> dict[Field, str]: ...

    def shown(self, hold: Hold) -> None: ...


class Listener(Protocol):
    """One response that follows the turn. Everything but `push` and `flush` only buffers."""

    @property
    def arrived(self) -> bool:
        """Whether a client who is there has all it was given."""
        ...

    @property
    def dirty(self) -> bool:
        """Whether something waits to be written."""
        ...

    def forward(self, chunk: Chunk) -> None:
        """One of the model's own chunks, unchanged."""

    def write(self, field: Field, text: str, author: Author, message_id: str = "") -> None:
        """Text that is not a chunk of the model's."""

    def correct(self, appended: str, text: str, author: Author) -> None:
        """Withdraw what was sent: `appended` for everyone, `text` for who can replace it."""

    def held(self, hold: Hold) -> None: ...

    def decided(self, decision: Decision) -> None: ...

    def replays(self, hold: Hold, decision: Decision) -> None:
        """What follows was decided before this response joined."""

    def state(self, state: str, **facts: object) -> None:
        """Something to show that is no text: human, ai, ..."""

    def finish(self, turn: Followed, ending: str, error: HitlError | None) -> None: ...

    def push(self) -> bool:
        """Write what waits, if that needs no waiting; whether nothing waits any more."""
        ...

    async def flush(self) -> None: ...

    def retire(self) -> None:
        """The server stops: if nothing was answered yet, say so while that is possible."""


class Seen(Protocol):
    """Who counts what happens."""

    def event(self, event: Event) -> None: ...

    def effects(self, effects: Sequence[Effect]) -> None: ...

    def stripped(self, model: str, fields: Sequence[str]) -> None:
        """The model's words had fields that nobody knows; they went no further."""

    def judged(self, said: Verdict | CheckFailed | Spared, ms: float | None) -> None:
        """An asynchronous check spoke, after so many milliseconds."""

    def audited(self) -> None:
        """A released answer was marked for somebody to look at."""

    def ended(self, seconds: Mapping[str, float]) -> None:
        """A turn is over: how long what took."""
