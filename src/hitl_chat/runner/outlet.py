"""The draft of one turn: what the model wrote, and which of its chunks may be forwarded.

The gate speaks in offsets; the customer's client wants the model's own chunks. This keeps every
text of the draft once, and the chunks that have not left, in order per choice, so that a released
chunk is forwarded unchanged, and only one that a mark cuts in two is made anew. Knows no gate and
no wire.
"""

from collections import deque
from collections.abc import Mapping, Sequence
from itertools import chain

from hitl_chat.core.fields import CONTENT, choice_of, kind_of
from hitl_chat.core.types import Field, Value
from hitl_chat.ports import Chunk, Token


class Piece(Value, frozen=True):
    """A part of a chunk that a mark cut in two."""

    field: Field
    text: str


Out = Chunk | Piece


class Entry:
    """A chunk that waits; `ends` says how far each of its fields must be released before it may."""

    __slots__ = ("chunk", "cut", "ends")

    def __init__(self, chunk: Chunk, ends: tuple[tuple[Field, int], ...]) -> None:
        self.chunk = chunk
        self.ends = ends
        self.cut = -1  # how much of a plain chunk's text has left already; -1: none


class Outlet:
    __slots__ = (
        "_last",
        "_left",
        "_queues",
        "_stored",
        "_texts",
        "finishes",
        "first",
        "logprobs",
        "model",
        "released",
        "size",
        "tools",
        "total",
        "usage",
    )

    def __init__(self, stored: Mapping[Field, str] | None = None) -> None:
        """`stored`: a draft of which only the texts survived, not the chunks they came in."""
        self.size: dict[Field, int] = {}
        self.released: dict[Field, int] = {}
        self._left: dict[Field, int] = {}  # a chunk waits for all of its fields, released or not
        self.total = 0
        self.tools: dict[Field, tuple[str, str]] = {}
        self.finishes: dict[int, str] = {}
        self.usage: Mapping[str, object] | None = None
        self.logprobs: dict[Field, list[Token]] = {}
        self.model = ""
        self.first: Chunk | None = None
        self._stored = dict(sorted((stored or {}).items(), key=_name_first))
        self._texts: dict[Field, list[str]] = {f: [text] for f, text in self._stored.items()}
        self._queues: dict[int, deque[Entry]] = {}
        self._last: list[Chunk] = []

    # --- the model writes

    def push(self, chunk: Chunk) -> None:
        if self.first is None:
            self.first = chunk
        ends = tuple([self._grown(field, text) for field, text in chunk.texts])
        if not chunk.plain:
            self._note(chunk)
        for name, token in chunk.logprobs:
            self.logprobs.setdefault(name, []).append(token)
        if chunk.whole or not chunk.choices:
            self._last.append(chunk)
            return
        queue = self._queues.get(chunk.choices[0])
        if queue is None or len(chunk.choices) > 1:
            queue = self._joined(chunk.choices)
        queue.append(Entry(chunk, ends))

    def _joined(self, choices: Sequence[int]) -> deque[Entry]:
        """A chunk of several choices waits behind all of theirs, and what comes next behind it."""
        lines = {id(line): line for c in choices if (line := self._queues.get(c)) is not None}
        if len(lines) == 1 and self._queues.keys() >= set(choices):
            return lines.popitem()[1]
        joined = deque(chain.from_iterable(lines.values()))
        members = [choice for choice, line in self._queues.items() if id(line) in lines]
        self._queues |= dict.fromkeys((*members, *choices), joined)
        return joined

    def _grown(self, field: Field, text: str) -> tuple[Field, int]:
        known = self._texts.get(field)
        if known is None:
            known = self._texts[field] = []
        known.append(text)
        self.total += len(text)
        size = self.size[field] = self.size.get(field, 0) + len(text)
        return field, size

    def _note(self, chunk: Chunk) -> None:
        for field, ident, name in chunk.tools:
            self.tools[field] = (ident, name)
        self.finishes.update(chunk.finishes)
        self.usage = chunk.usage or self.usage
        self.model = self.model or chunk.model

    # --- the gate lets go

    def release(self, field: Field, upto: int) -> list[Out]:
        """What may leave now that `field` is released up to `upto`."""
        self.released[field] = upto
        if field in self._stored:
            self._left[field] = len(self._stored[field])
            return [Piece(field, self._stored.pop(field))]
        choice = choice_of(field) if field != CONTENT else 0
        queue = self._queues.get(choice)
        return self._drain(queue) if queue else []

    def _drain(self, queue: deque[Entry]) -> list[Out]:
        """Chunks without text (a role, a finish) leave with the next text, not before it.

        One that begins a tool call waits for the ruling, as all of the call does.
        """
        out: list[Out] = []
        silent = 0
        while len(queue) > silent:
            entry = queue[silent]
            if not entry.ends and not entry.chunk.tools:
                silent += 1
            elif entry.ends and self._may_leave(entry):
                out += self._pop(queue, silent + 1)
                silent = 0
            else:
                return out + self._cut(entry, queue, silent)
        return out

    def _may_leave(self, entry: Entry) -> bool:
        released = self.released
        if len(entry.ends) == 1:  # by far the most frequent
            field, end = entry.ends[0]
            return released.get(field, 0) >= end
        return all(released.get(field, 0) >= end for field, end in entry.ends)

    def _pop(self, queue: deque[Entry], count: int) -> list[Out]:
        out: list[Out] = []
        for _ in range(count):
            entry = queue.popleft()
            self._left.update(entry.ends)
            if entry.cut < 0:
                out.append(entry.chunk)
            elif rest := entry.chunk.texts[0][1][entry.cut :]:
                out.append(Piece(entry.ends[0][0], rest))
        return out

    def _cut(self, entry: Entry, queue: deque[Entry], silent: int) -> list[Out]:
        """The mark lies inside a plain chunk: its left part leaves now."""
        if not entry.chunk.plain:
            return []
        field, end = entry.ends[0]
        text = entry.chunk.texts[0][1]
        start = max(entry.cut, 0)
        stop = self.released.get(field, 0) - (end - len(text))
        if stop <= start:
            return []
        out = self._pop(queue, silent)
        entry.cut = stop
        self._left[field] = end - len(text) + stop
        return [*out, Piece(field, text[start:stop])]

    def rest(self) -> list[Out]:
        """The draft is released whole: everything that is left, the endings last."""
        out: list[Out] = []
        for queue in self._queues.values():
            out += self._pop(queue, len(queue))
        last, self._last = self._last, []
        self._left |= self.size
        return [*out, *last]

    # --- what people and checks read

    def text(self, field: Field) -> str:
        parts = self._texts.get(field)
        if parts is None:
            return ""
        if len(parts) > 1:
            parts[:] = ["".join(parts)]
        return parts[0]

    def texts(self) -> dict[Field, str]:
        return {field: self.text(field) for field in self._texts}

    def sent(self) -> dict[Field, str]:
        """What the customer has read of this draft, per field."""
        return {field: self.text(field)[:upto] for field, upto in self._left.items() if upto}

    def pending(self) -> dict[Field, str]:
        """What waits. Log-probabilities describe text that waits, and are shown to nobody."""
        return {
            field: rest
            for field in self._texts
            if kind_of(field) != "logprobs"
            and (rest := self.text(field)[self._left.get(field, 0) :])
        }

    def facts(self, asked_model: str) -> tuple[str, ...]:
        """How the answer ended, as the pseudo-checks that rules may ask about."""
        facts = ["ended:any", *sorted({f"ended:{reason}" for reason in self.finishes.values()})]
        if not any(self.size.values()):
            facts.append("ended:empty")
        if self.model and not self.model.startswith(asked_model.rpartition("/")[2]):
            facts.append("ended:model_mismatch")
        return tuple(facts)


def _name_first(item: tuple[Field, str]) -> tuple[bool, Field]:
    """A tool call's name goes out before its arguments."""
    return not item[0].endswith("/name"), item[0]
