"""What waits to be read by one console: bounded, so that a sleeping one costs little and is let go.

Whoever puts never waits. Knows no frame and no socket.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable


class Outgoing:
    """`too_slow` is set once more waits than may; from then on everything is dropped."""

    def __init__(self, send: Callable[[str], Awaitable[None]], frames: int, size: int) -> None:
        self._send, self._frames, self._size = send, frames, size
        self._queued: deque[str] = deque()
        self._waits = 0  # bytes, those being sent included
        self._wake = asyncio.Event()
        self.too_slow = asyncio.Event()

    def put(self, frame: str) -> None:
        """Queue a frame. However large, it may go if little enough waits before it; and what comes
        while it is sent has room, too: it is the beginning that everything else follows."""
        if self.too_slow.is_set():
            return
        if self._waits >= self._size or len(self._queued) >= self._frames:
            self._queued.clear()
            self.too_slow.set()
            return
        self._queued.append(frame)
        self._waits += self._weight(frame)
        self._wake.set()

    async def write(self) -> None:
        """Send what comes, in order, for ever."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._queued:
                frame = self._queued.popleft()
                await self._send(frame)
                self._waits -= self._weight(frame)

    def _weight(self, frame: str) -> int:
        size = len(frame) if frame.isascii() else len(frame.encode())
        return min(size, self._size // 2)
