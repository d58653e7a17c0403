"""The synchronous checks at work on one draft, told as events for the gate."""

from collections.abc import Mapping

from hitl_chat.core.events import Delta, Event, Scanned
from hitl_chat.core.types import Field
from hitl_chat.ports import Chunk, Scanner


class Scanning:
    def __init__(self, scanner: Scanner | None) -> None:
        self._scan = scanner.start() if scanner else None

    def read(self, chunk: Chunk, size: Mapping[Field, int]) -> list[Event]:
        """What this chunk brought: text, how far it is clear, and what was found in it."""
        scan = self._scan
        if scan is None:
            return [Delta(field, text, size[field]) for field, text in chunk.texts]
        events: list[Event] = []
        for field, text in chunk.texts:
            mark = scan.feed(field, text)
            events.append(Delta(field, text, mark))
            if found := scan.found():
                events += found
                events.append(Scanned(field, mark))
        return events

    def end(self) -> list[Event]:
        """No more text comes: what was found is told before anything becomes clear."""
        if self._scan is None:
            return []
        marks = self._scan.end()
        return [*self._scan.found(), *(Scanned(field, mark) for field, mark in marks.items())]
