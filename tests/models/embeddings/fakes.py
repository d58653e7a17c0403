"""A made-up model: a vector for each text, slow or broken on demand, and a clock of its own."""

import threading
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from hitl_chat.models.embeddings.loading import Encode
from hitl_chat.models.embeddings.resolve import Found


class Clock:
    def __init__(self) -> None:
        self.time = 0.0

    def __call__(self) -> float:
        return self.time


class Scripted:
    """What loads it gets an encoder; `seen` are its batches, `threads` where they were made."""

    def __init__(self) -> None:
        self.loads = 0
        self.seen: list[list[str]] = []
        self.threads: set[str] = set()
        self.free = threading.Event()  # cleared: it is computing
        self.free.set()
        self.busy = threading.Event()  # it has begun to
        self.breaks: BaseException | None = None
        self.refuses: Exception | None = None
        self.returns: npt.NDArray[np.float32] | None = None

    def __call__(self, _found: Found) -> Encode:
        self.loads += 1
        if self.refuses:
            raise self.refuses
        return self.encode

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        self.threads.add(threading.current_thread().name)
        self.seen.append(list(texts))
        self.busy.set()
        self.free.wait()
        if self.breaks:
            broken, self.breaks = self.breaks, None
            raise broken
        if self.returns is not None:
            return self.returns
        return np.stack([vector(text) for text in texts])


def vector(text: str) -> npt.NDArray[np.float32]:
    """Of length 1, the same for the same text."""
    made = np.zeros(8, dtype=np.float32)
    made[sum(text.encode()) % 8] = 1
    return made
