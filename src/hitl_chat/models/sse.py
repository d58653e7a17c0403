"""Server-sent events, read strictly: bytes as they come from a socket -> the data of each event.

Pure and incremental: however the bytes are cut, the events are the same, and the work is linear.
A line that is no field, or an event that is too long, fails closed. Knows nothing of JSON or chat.
"""

LONGEST = 1 << 20
BOM = b"\xef\xbb\xbf"
FIELDS = frozenset({b"data", b"event", b"id", b"retry"})


class Events:
    """One stream of events. After a fault nothing more may be fed."""

    __slots__ = ("_begun", "_held_cr", "_longest", "_parts", "_size")

    def __init__(self, longest: int = LONGEST) -> None:
        self._longest = longest
        self._begun = False
        self._held_cr = False  # a CR ended the last read: perhaps the first half of a CRLF
        self._parts: list[bytes] = []  # the event that is not complete yet
        self._size = 0

    def feed(self, data: bytes) -> tuple[list[bytes], str]:
        """The data of the events that are complete now, and the fault after them ("": none)."""
        if self._held_cr or b"\r" in data:
            data = self._with_line_feeds(data)
        parts = self._parts
        if not parts and self._begun and self._is_one_event(data):
            return [data[6:-2]], ""
        if parts:
            if b"\n\n" not in data and not (data[:1] == b"\n" and parts[-1].endswith(b"\n")):
                return self._wait(data)
            data = b"".join((*parts, data))
            parts.clear()
        if not self._begun:
            if len(data) < len(BOM) and BOM.startswith(data):
                return self._wait(data)
            self._begun = True
            data = data.removeprefix(BOM)
        *blocks, rest = data.split(b"\n\n")
        self._size = 0
        events, fault = self._read_all(blocks)
        return events, fault or self._wait(rest)[1]

    def end(self) -> tuple[list[bytes], str]:
        """No more bytes will come: a last event without its blank line is read all the same."""
        rest = b"".join(self._parts)
        return self._read_all([rest if self._begun else rest.removeprefix(BOM)])

    def _wait(self, data: bytes) -> tuple[list[bytes], str]:
        if data:
            self._parts.append(data)
            self._size += len(data)
        # One byte more than an event may have: the first half of the blank line after it.
        return [], self._too_long() if self._size > self._longest + 1 else ""

    def _with_line_feeds(self, data: bytes) -> bytes:
        if self._held_cr:
            data = b"\r" + data
        self._held_cr = data.endswith(b"\r")
        if self._held_cr:
            data = data[:-1]
        return data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")

    def _is_one_event(self, data: bytes) -> bool:
        """What nearly every read is: one event, whole, on one line."""
        return (
            data.count(b"\n") == 2
            and data.endswith(b"\n\n")
            and data.startswith(b"data: ")
            and 8 < len(data) <= self._longest
        )

    def _read_all(self, blocks: list[bytes]) -> tuple[list[bytes], str]:
        events: list[bytes] = []
        for block in blocks:
            if len(block) > self._longest:
                return events, self._too_long()
            if len(block) > 6 and block.startswith(b"data: ") and b"\n" not in block:
                events.append(block[6:])
            elif fault := _read(block, events):
                return events, fault
        return events, ""

    def _too_long(self) -> str:
        return f"an event longer than {self._longest} bytes"


def _read(block: bytes, events: list[bytes]) -> str:
    """The lines of one event, whatever their number and order; the fault in them, if any."""
    data: list[bytes] = []
    for line in block.split(b"\n"):
        name, _, value = line.partition(b":")
        if name not in FIELDS:
            if name:  # neither a comment nor blank
                return "a line that is no server-sent event"
        elif name == b"data":
            data.append(value.removeprefix(b" "))
    if any(data):
        events.append(b"\n".join(data))
    return ""
