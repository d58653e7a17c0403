"""The one thread that makes vectors, beside the event loop.

Texts wait in a bounded queue; what waits is taken at once, a few at a time. Overload: a text that
finds the queue full is refused, none is ever dropped. When the thread dies, all that wait are told
why, and the next text starts it anew; a model that could not be loaded is left alone for a moment.
"""

import asyncio
import logging
import sys
import time
from collections import deque
from collections.abc import Callable, Sequence
from threading import Condition, Thread
from typing import TYPE_CHECKING, NamedTuple

from hitl_chat.errors import HitlError, Unavailable
from hitl_chat.models.embeddings.loading import Encode

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Waited = asyncio.Future[npt.NDArray[np.float32]]

log = logging.getLogger(__name__)

# For so long this thread may keep the interpreter while the event loop wants it. With Python's
# usual 5 ms the loop's p99 lag doubles while vectors are made.
SWITCH = 0.0005
BATCH = 8
REST = 5.0


class Waiting(NamedTuple):
    text: str
    loop: asyncio.AbstractEventLoop
    future: "Waited"


class Worker:
    """`load` runs in the thread, at its start. `now` is a monotonic clock."""

    def __init__(
        self,
        load: Callable[[], Encode],
        *,
        waiting: int,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._load, self._most, self._now = load, waiting, now
        self._queue: deque[Waiting] = deque()
        self._hand: list[Waiting] = []
        self._changed = Condition()
        self._thread: Thread | None = None
        self._closed = False
        self._refusal: Unavailable | None = None
        self._until = 0.0

    def start(self) -> None:
        """Loads the model, if that has not been done, without waiting for it."""
        with self._changed:
            self._started()

    def ask(self, texts: Sequence[str]) -> "list[Waited]":
        """One future for each text, or `Unavailable`, and then none of them waits."""
        loop = asyncio.get_running_loop()
        with self._changed:
            self._started()
            if len(self._queue) + len(texts) > self._most:
                msg = (
                    f"{len(self._queue)} texts wait for their vectors, at most {self._most} may: "
                    "try again, or raise embeddings.waiting"
                )
                raise Unavailable(msg, code="embeddings_busy", retry_after=1.0)
            asked = [Waiting(text, loop, loop.create_future()) for text in texts]
            self._queue.extend(asked)
            self._changed.notify()
        return [one.future for one in asked]

    def close(self) -> None:
        """The thread ends after the batch it has in hand; whoever waits is told."""
        with self._changed:
            self._closed = True
            self._changed.notify()
            thread = self._thread
        if thread is not None:
            thread.join(REST)

    def _started(self) -> None:
        if self._closed:
            raise Unavailable("The server is stopping.", code="no_embeddings")
        if self._thread is not None:
            return
        if self._refusal is not None and self._now() < self._until:
            raise self._refusal
        self._thread = Thread(target=self._run, name="embeddings", daemon=True)
        self._thread.start()

    # --- in the thread ------------------------------------------------------------------------

    def _run(self) -> None:
        loaded = False
        sys.setswitchinterval(min(sys.getswitchinterval(), SWITCH))
        try:
            encode = self._load()
            loaded = True
            while self._take():
                vectors = encode([one.text for one in self._hand])
                for one, vector in zip(self._hand, vectors, strict=True):
                    _tell(one, vector)
        except BaseException as error:  # noqa: BLE001 - whatever ended it, who waits is told
            self._end(_refusal(error, loaded=loaded), rest=not loaded)
        else:
            self._end(Unavailable("The server is stopping.", code="no_embeddings"), rest=False)

    def _take(self) -> bool:
        """What is wanted next, into the hand; False when there will be no more."""
        with self._changed:
            self._hand = []
            while not self._hand:
                while not self._queue and not self._closed:
                    self._changed.wait()
                if self._closed:
                    return False
                taken = [self._queue.popleft() for _ in range(min(BATCH, len(self._queue)))]
                # Nobody waits any more for what was cancelled: its time was up.
                self._hand = [one for one in taken if not one.future.done()]
        return True

    def _end(self, why: Unavailable, *, rest: bool) -> None:
        with self._changed:
            left = [*self._hand, *self._queue]
            self._hand = []
            self._queue.clear()
            self._thread = None
            self._refusal, self._until = (why, self._now() + REST) if rest else (None, 0.0)
        if not self._closed:
            log.error("embeddings: %s", why.message)
        for one in left:
            _tell(one, why)


def _refusal(error: BaseException, *, loaded: bool) -> Unavailable:
    if isinstance(error, Unavailable):
        return error
    if isinstance(error, HitlError):
        return Unavailable(error.message, code="no_embeddings")
    if loaded:  # its words may quote a customer's
        msg = f"The embedding worker died ({type(error).__name__}); it starts anew when asked."
        return Unavailable(msg, code="embeddings_died")
    msg = f"The embedding model cannot be loaded ({type(error).__name__}: {error})."
    return Unavailable(msg, code="no_embeddings")


def _tell(one: Waiting, outcome: "npt.NDArray[np.float32] | Unavailable") -> None:
    def settle() -> None:
        if one.future.done():
            return
        if isinstance(outcome, Unavailable):
            one.future.set_exception(outcome)
        else:
            one.future.set_result(outcome)

    if not one.loop.is_closed():
        one.loop.call_soon_threadsafe(settle)
