"""What a turn needs of a response that follows it, and of whoever counts what happens."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from hitl_chat.core.effects import Effect
from hitl_chat.core.events import Decision, Event
from hitl_chat.core.hold import Hold
from hitl_chat.core.types import Author, Field
from hitl_chat.errors import HitlError
from hitl_chat.ports import Chunk

if TYPE_CHECKING:
    from hitl_chat.runner.turn import Turn


class Listener(Protocol):
    """One response that follows the turn. Everything but `flush` only buffers."""

    @property
    def dirty(self) -> bool:
        """Whether something waits to be written."""
        ...

    def forward(self, chunk: Chunk) -> None:
        """One of the model's own chunks, unchanged."""

    def write(self, field: Field, text: str, author: Author, message_id: str = "") -> None:
        """Text that is not a chunk of the model's."""

    def correct(self, appended: str, text: str) -> None:
        """Withdraw what was sent: `appended` for everyone, `text` for who can replace it."""

    def held(self, hold: Hold) -> None: ...

    def decided(self, decision: Decision) -> None: ...

    def replays(self, hold: Hold, decision: Decision) -> None:
        """What follows was decided before this response joined."""

    def state(self, state: str, **facts: object) -> None:
        """Something to show that is no text: human, ai, ..."""

    def finish(self, turn: "Turn", ending: str, error: HitlError | None) -> None: ...

    async def flush(self) -> None: ...

    def retire(self) -> None:
        """The server stops: if nothing was answered yet, say so while that is possible."""


class Seen(Protocol):
    """Who counts what happens."""

    def event(self, event: Event) -> None: ...

    def effects(self, effects: Sequence[Effect]) -> None: ...
