"""An application that is made when it is first needed, or when `begin` says so.

The answers of models are on the hot path and must be served at once; what people and scripts ask
for beside them needs a framework that takes a quarter of the whole start to import.
"""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

from hitl_chat.server.errors import App, Receive, Scope, Send

Life = Callable[[], AbstractAsyncContextManager[None]]


class Later:
    """`make` runs in a thread, once; `life` is what surrounds all requests, made or not."""

    def __init__(self, make: Callable[[], App], life: Life) -> None:
        self._make, self._life = make, life
        self._made: asyncio.Task[App] | None = None

    def begin(self) -> "asyncio.Task[App]":
        if self._made is None or (self._made.done() and self._failed(self._made)):
            self._made = asyncio.create_task(asyncio.to_thread(self._make))
        return self._made

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        app = await asyncio.shield(self.begin())
        await app(scope, receive, send)

    @staticmethod
    def _failed(made: "asyncio.Task[App]") -> bool:
        """Who asks next may have more luck."""
        return made.cancelled() or made.exception() is not None

    async def _live(self, receive: Receive, send: Send) -> None:
        """A start that fails is not answered: the server says so, with the words of the error."""
        await receive()
        async with self._life():
            await send({"type": "lifespan.startup.complete"})
            await receive()
        await send({"type": "lifespan.shutdown.complete"})
