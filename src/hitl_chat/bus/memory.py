"""The doorbell inside one process. Hints carry ids only and promise nothing: who hears one, looks.

Implements `ports.Bus`. A listener is called from the event loop, after `ring` has returned to it,
so that ringing never runs somebody else's code; a listener that fails is logged, others still hear.
"""

import asyncio
import logging
from collections.abc import Callable

from hitl_chat.errors import Unavailable

log = logging.getLogger(__name__)

Heard = Callable[[str, str], None]


class MemoryBus:
    """All rings of one turn of the loop are heard together, each (topic, ident) once."""

    def __init__(self) -> None:
        self._listeners: dict[object, Heard] = {}
        self._rung: dict[tuple[str, str], None] = {}
        self._closed = False

    async def ring(self, topic: str, ident: str) -> None:
        if self._closed:
            raise Unavailable("the bus is closed", code="bus_closed", retry_after=1)
        if not self._rung:
            asyncio.get_running_loop().call_soon(self._tell)
        self._rung[topic, ident] = None

    def _tell(self) -> None:
        rung, self._rung = self._rung, {}
        for topic, ident in rung:
            for heard in tuple(self._listeners.values()):
                try:
                    heard(topic, ident)
                except Exception:
                    log.exception("a listener of the bus failed on %r %r", topic, ident)

    def listen(self, heard: Heard) -> Callable[[], None]:
        """Hear every ring from now on, until the returned function is called."""
        key = object()
        self._listeners[key] = heard

        def stop() -> None:
            self._listeners.pop(key, None)

        return stop

    async def close(self) -> None:
        self._closed = True
        self._listeners.clear()
