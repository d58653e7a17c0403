"""One streamed answer, from bytes to chunks: events, their decoding, and whether it is complete.

Pure. An answer is complete when every choice that spoke has a finish reason and the stream said
`[DONE]` or ended in order; anything less is a broken answer. Knows no transport and no clock.
"""

from collections.abc import Collection

import msgspec

from hitl_chat.errors import UpstreamError
from hitl_chat.models import decode, failures
from hitl_chat.models.sse import LONGEST, Events
from hitl_chat.ports import Chunk

DONE = b"[DONE]"
# JSON around a text is many times its size, above all with logprobs; still it has an end.
OVERHEAD = 64


class Tally:
    """Counts one streamed answer: how much was said, by which choices, and who has finished."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._written = 0
        self._open: set[int] = set()
        self._finished: set[int] = set()
        self._owed: tuple[str, ...] = ()

    @property
    def complete(self) -> bool:
        return bool(self._open) and self._open <= self._finished

    def add(self, chunk: Chunk) -> Chunk | None:
        """The chunk as it may go on, or nothing if nothing is left of it."""
        if not chunk.choices and not chunk.usage:
            # Named with the next, each once: what keeps the line open may come for ever.
            self._owed = tuple(dict.fromkeys((*self._owed, *chunk.stripped)))
            return None
        for _, text in chunk.texts:
            self._written += len(text)
        if self._written > self._limit:
            raise failures.too_long(self._limit)
        for index, _ in chunk.finishes:
            self._finished.add(index)
        self._open.update(chunk.choices)
        if self._owed:
            named = (*self._owed, *chunk.stripped)
            chunk, self._owed = msgspec.structs.replace(chunk, stripped=named), ()
        return chunk


class Stream:
    """Feed it until `done` or `failed`; what it returned before a failure is still good."""

    def __init__(
        self, allowed: Collection[str] = (), limit: int = 1 << 20, longest_event: int = LONGEST
    ) -> None:
        self.done = False
        self.failed: UpstreamError | None = None
        self._allowed = allowed
        self._most = limit * OVERHEAD
        self._received = 0
        self._events = Events(longest_event)
        self._tally = Tally(limit)

    def feed(self, data: bytes) -> list[Chunk]:
        self._received += len(data)
        events, fault = self._events.feed(data)
        return self._chunks(events, fault)

    def end(self) -> list[Chunk]:
        """The connection closed in order: complete only if the answer was."""
        events, fault = self._events.end()
        chunks = self._chunks(events, fault)
        if not self.done and not self.failed:
            self._finish("the connection closed before the end")
        return chunks

    def _chunks(self, events: list[bytes], fault: str) -> list[Chunk]:
        chunks: list[Chunk] = []
        try:
            for event in events:
                if event == DONE:
                    self._finish("[DONE] came before a finish reason")
                    return chunks
                if chunk := self._tally.add(decode.chunk(event, self._allowed)):
                    chunks.append(chunk)
            if fault:
                raise failures.malformed(fault)
            if self._received > self._most:
                raise failures.too_long(self._most)
        except UpstreamError as error:
            self.failed = error
        return chunks

    def _finish(self, otherwise: str) -> None:
        if self._tally.complete:
            self.done = True
        else:
            self.failed = failures.incomplete(otherwise)
