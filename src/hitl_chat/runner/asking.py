"""One call of the model for a turn: hands on what comes until it ends, breaks or is not wanted.

Knows no gate and no draft. Stopping it cuts the model off, except from within what it calls: there
the answer ends by itself as soon as that returns.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress

from hitl_chat.errors import HitlError, Unavailable, UpstreamError
from hitl_chat.ports import Chunk, Enough, Model, ModelCall, Take

log = logging.getLogger(__name__)


class Asking:
    def __init__(
        self,
        model: Model,
        call: Callable[[], ModelCall],
        take: Take,
        over: Callable[[HitlError | None], None],
    ) -> None:
        """`over` is told how it ended, unless it was stopped: None is a whole answer."""
        self._model, self._call, self._take, self._over = model, call, take, over
        self._wanted = True
        self._inside = False
        self._task = asyncio.create_task(self._run())

    def stop(self) -> None:
        self._wanted = False
        if not self._inside:
            self._task.cancel()

    async def _run(self) -> None:
        try:
            with suppress(Enough):
                await self._model.answer(self._call(), self._took)
            self._say(None)
        except UpstreamError as error:
            self._say(error)
        except Exception:
            log.exception("an answer broke off in a way nobody expected")
            msg = "The answer broke off: send the request again."
            self._say(Unavailable(msg, code="internal_error"))

    def _say(self, error: HitlError | None) -> None:
        if self._wanted:
            self._inside = True
            self._over(error)

    def _took(self, batch: Sequence[Chunk]) -> asyncio.Future[None] | None:
        if not self._wanted:
            raise Enough
        self._inside = True
        try:
            wait = self._take(batch)
        finally:
            self._inside = False
        if not self._wanted:
            raise Enough
        return wait
