"""Reads one answer as it arrives: is every token there, once, in order, and nothing else?

Owns what an answer's text must look like. Knows nothing of connections.
"""

import re

from bench.load.figures import Totals
from bench.load.tokens import TOKEN, value

CONTENT = re.compile(rb'"content": ?"([^"]*)"')


class Reading:
    """One answer; ``sent_at`` is when its request was sent, in seconds of the monotonic clock."""

    __slots__ = ("_begun", "_found", "_in_order", "_rest", "_stray", "sent_at", "totals")

    def __init__(self, totals: Totals, sent_at: float) -> None:
        self.totals = totals
        self.sent_at = sent_at
        self._rest = b""
        self._begun = b""
        self._found = 0
        self._in_order = True
        self._stray = 0

    @property
    def right(self) -> bool:
        """Whether the text so far is what the model said, token for token."""
        whole = self.totals.expected in (0, self._found)
        return self._in_order and not self._stray and not self._begun and whole

    def events(self, raw: bytes, now: float) -> None:
        """More bytes of a stream, seen at ``now``."""
        raw = self._rest + raw
        cut = raw.rfind(b"\n") + 1
        self._rest = raw[cut:]
        begun = self._found
        stamps = self._take(b"".join(CONTENT.findall(raw, 0, cut)))
        if stamps:
            if not begun:
                self.totals.ttft.append(now - self.sent_at)
            now_us = int(now * 1e6)
            self.totals.hold.extend((now_us - value(stamp)) / 1e6 for stamp in stamps)
        elif not begun and b'"error"' in raw:
            self.totals.note(raw.decode("utf-8", "replace"))

    def whole(self, body: bytes) -> None:
        """The body of an answer that is not a stream."""
        content = CONTENT.search(body)
        self._take(content[1] if content else b"")

    def _take(self, text: bytes) -> list[bytes]:
        """Count the tokens that are whole now, and give their stamps."""
        text = self._begun + text
        found = TOKEN.findall(text)
        expected, length = self._found, 0
        for stop, number, stamp in found:
            if value(number) != expected:
                self._in_order = False
            expected += 1
            length += len(stop) + len(number) + len(stamp) + 2
        self._begun = b"" if length == len(text) else text[self._end_of_last(text) :]
        self._stray += len(text) - len(self._begun) - length
        self._found = expected
        self.totals.tokens += len(found)
        return [stamp for _, _, stamp in found]

    def _end_of_last(self, text: bytes) -> int:
        """Where the last whole token ends: a proxy may cut the text anywhere."""
        return max((match.end() for match in TOKEN.finditer(text)), default=0)
