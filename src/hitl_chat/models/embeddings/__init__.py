"""Embeddings: texts to vectors by the model an operator chose, away from the event loop.

`Embeddings` is the `ports.Embedder`. Nothing is looked for, imported or started before a vector
or the key is asked for. Which files are used is settled once: a process never has two keys.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from threading import Lock
from typing import TYPE_CHECKING

from hitl_chat.errors import Unavailable
from hitl_chat.models.embeddings import loading, resolve
from hitl_chat.models.embeddings.cache import Cache, digest
from hitl_chat.models.embeddings.loading import Encode
from hitl_chat.models.embeddings.resolve import Found, Options
from hitl_chat.models.embeddings.worker import BATCH, Worker

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Vector = npt.NDArray[np.float32]

# Far more than the 256 tokens that count; what is longer only costs time.
LONGEST = 16_384


class Embeddings:
    """`ports.Embedder`. `load` makes the function that the worker's thread calls."""

    def __init__(
        self,
        options: Options,
        load: Callable[[Found], Encode] = loading.load,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._options, self._make = options, load
        self._found: Found | None = None
        self._finding = Lock()
        self._cache = Cache(options.cache)
        self._worker = Worker(self._load, waiting=options.waiting, now=now)

    @property
    def key(self) -> str:
        return self.found().key

    def found(self) -> Found:
        """The model in use; raises `Unavailable` while there is none."""
        with self._finding:
            if self._found is None:
                self._found = resolve.find(self._options)
            return self._found

    def warm(self) -> None:
        """Start loading; whoever needs a vector meanwhile waits for it."""
        try:
            self._worker.start()
        except Unavailable:
            return  # whoever needs a vector is told

    async def ready(self) -> str:
        """Waits until vectors can be made, however long that takes; "" or why they cannot."""
        try:
            await asyncio.gather(*self._worker.ask(("ready",)))
        except Unavailable as problem:
            return problem.message
        return ""

    async def embed(self, texts: Sequence[str]) -> "Vector":
        """One row each. A call of many texts never has more than a few of them in the queue."""
        import numpy as np

        plain = [text[:LONGEST].encode("utf-8", "replace").decode() for text in texts]
        keys = [digest(text) for text in plain]
        rows = {key: vector for key in keys if (vector := self._cache.get(key)) is not None}
        missing = {key: text for key, text in zip(keys, plain, strict=True) if key not in rows}
        wanted = list(missing)
        for start in range(0, len(wanted), BATCH):
            part = wanted[start : start + BATCH]
            for key, vector in zip(part, await self._ask([missing[k] for k in part]), strict=True):
                rows[key] = vector
                self._cache.put(key, vector.copy())  # a row alone, not its whole batch
        if not keys:
            return np.zeros((0, 0), dtype=np.float32)
        return np.stack([rows[key] for key in keys])

    async def _ask(self, texts: Sequence[str]) -> "Sequence[Vector]":
        asked = asyncio.gather(*self._worker.ask(texts))
        try:
            async with asyncio.timeout(self._options.timeout):
                return await asked
        except TimeoutError:
            msg = (
                f"No vectors within {self._options.timeout:g} s: the machine is too busy, or "
                "embeddings.timeout too short."
            )
            raise Unavailable(msg, code="embeddings_late", retry_after=1.0) from None

    def close(self) -> None:
        self._worker.close()

    # --- in the worker's thread ---------------------------------------------------------------

    def _load(self) -> Encode:
        encode = self._make(self.found())

        def checked(texts: Sequence[str]) -> "Vector":
            vectors = encode(texts)
            if not abs((vectors * vectors).sum(-1) - 1).max() < 1e-3:  # NaN is not less
                raise Unavailable(
                    "The embedding model made vectors that are none.", code="embeddings_died"
                )
            return vectors

        return checked
