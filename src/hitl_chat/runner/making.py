"""What the checks of one turn share: each thing made once, by a task that ends with the turn.

`ports.Shared`. A check that stops waiting, because its time is over, takes it from no other.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

T = TypeVar("T")


class Making:
    def __init__(self) -> None:
        self._made: dict[str, asyncio.Future[Any]] = {}

    def once(self, key: str, make: Callable[[], Awaitable[T]]) -> Awaitable[T]:
        made: asyncio.Future[T] | None = self._made.get(key)
        if made is None:
            made = self._made[key] = asyncio.ensure_future(make())
            made.add_done_callback(_looked_at)
        return asyncio.shield(made)

    def cancel(self) -> None:
        for made in self._made.values():
            made.cancel()


def _looked_at(made: "asyncio.Future[Any]") -> None:
    """Who waits for it is told; where nobody does any more, there is nobody to warn."""
    if not made.cancelled():
        made.exception()
