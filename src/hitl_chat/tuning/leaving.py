"""How much of a draft leaves before a person looks: the gate's own answer, with no stream.

The model writes piece by piece, and checks answer at once. Pure but for the checks. Knows no file.
"""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence

from msgspec.structs import replace

from hitl_chat.core.effects import Effect, Release, RunChecks
from hitl_chat.core.events import Done, Event
from hitl_chat.core.fields import CONTENT
from hitl_chat.core.gate import begin, step
from hitl_chat.core.state import Waits
from hitl_chat.core.types import Field
from hitl_chat.ports import Asked, Check, Chunk
from hitl_chat.rules.facts import Compiled
from hitl_chat.runner.scanning import Scanning
from hitl_chat.runner.verdicts import judged
from hitl_chat.tuning.draft import PIECE
from hitl_chat.tuning.request import Given, ending, messages_of, texts_of
from hitl_chat.tuning.rows import Row
from hitl_chat.tuning.selecting import Looks


async def left(row: Row, compiled: Compiled, looks: Looks) -> str:
    """The text that a customer has read when the answer is held, blocked or over."""
    turn = _Turn(row, compiled, looks.checks)
    try:
        return await turn.left()
    finally:
        turn.shared.cancel()


class _Turn:
    def __init__(self, row: Row, compiled: Compiled, checks: Sequence[Check]) -> None:
        self.shared = Given(row)
        self._row = row
        self._gate, self._first = begin(compiled.policy, 0.0, Waits())
        self._sent = 0
        self._scanning = Scanning(compiled.scanner)
        self._checks = {check.name: check for check in checks}
        self._written: dict[Field, str] = {}
        self._asked = Asked(
            messages=messages_of(row), texts={}, model=row.model or "", shared=self.shared
        )

    async def left(self) -> str:
        for check in self._checks.values():
            check.begin(self._asked)
        await self._feed(await self._performed(self._first))
        for events in self._events():
            await self._feed(events)
            if self._gate.phase != "open":
                break
        return self._row.draft[: self._sent]

    def _events(self) -> Iterator[Sequence[Event]]:
        sizes: dict[Field, int] = {}
        for field, piece in _pieces(texts_of(self._row)):
            self._written[field] = self._written.get(field, "") + piece
            sizes[field] = len(self._written[field])
            yield self._scanning.read(Chunk(b"", ((field, piece),)), sizes)
        yield [*self._scanning.end(), Done(tuple(sorted(ending(self._row))))]

    async def _feed(self, events: Sequence[Event]) -> None:
        waiting = deque(events)
        while waiting:
            self._gate, effects = step(self._gate, waiting.popleft(), 0.0)
            waiting += await self._performed(effects)

    async def _performed(self, effects: Sequence[Effect]) -> Sequence[Event]:
        """What follows from them."""
        said: list[Event] = []
        for effect in effects:
            if isinstance(effect, Release) and effect.field == CONTENT:
                self._sent = effect.upto
            if isinstance(effect, RunChecks):
                said += await self._judged(effect)
        return said

    async def _judged(self, ask: RunChecks) -> Sequence[Event]:
        asked = replace(
            self._asked,
            texts=dict(self._written),
            field=ask.field,
            start=ask.start,
            upto=ask.upto,
            final=ask.final,
        )
        return [await judged(self._checks[name], asked) for name in sorted(ask.checks)]


def _pieces(texts: Mapping[Field, str]) -> Iterator[tuple[Field, str]]:
    for field, text in texts.items():
        for at in range(0, len(text), PIECE):
            yield field, text[at : at + PIECE]
