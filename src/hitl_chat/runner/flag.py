"""Whether something has happened, to wait for.

What asyncio.Event is, without the empty deque that costs each of thousands of open streams 0.7 KiB.
"""

import asyncio


class Flag:
    __slots__ = ("_up", "_waiting")

    def __init__(self) -> None:
        self._up = False
        self._waiting: list[asyncio.Future[None]] = []

    def is_set(self) -> bool:
        return self._up

    def set(self) -> None:
        self._up = True
        for each in self._waiting:
            if not each.done():
                each.set_result(None)

    def clear(self) -> None:
        self._up = False

    async def wait(self) -> bool:
        if not self._up:
            told = asyncio.get_running_loop().create_future()
            self._waiting.append(told)
            try:
                await told
            finally:
                self._waiting.remove(told)
        return True
