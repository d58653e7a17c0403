"""A fake embedder: texts are near that share words. No model, the same vectors everywhere."""

from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

import numpy as np
import numpy.typing as npt

from hitl_chat.checks.contrast import read
from hitl_chat.checks.means import NOTHING
from hitl_chat.errors import Unavailable
from hitl_chat.ports import Asker
from hitl_chat.prompt_ports import Prompts

WIDTH = 256


def vector(text: str) -> npt.NDArray[np.float32]:
    """Each word adds a direction of its own, made of its digest."""
    total = np.zeros(WIDTH, dtype=np.float32)
    for word in sorted(read(text).words) or ["(no words)"]:
        bits = np.frombuffer(sha256(word.encode()).digest(), dtype=np.uint8)
        total += np.unpackbits(bits).astype(np.float32) * 2 - 1
    length = float(np.linalg.norm(total))
    return total / length if length else np.eye(1, WIDTH, dtype=np.float32)[0]


class Wording:
    """`ports.Embedder`. `out`: why it cannot be used. `asked`: every text it was ever given."""

    def __init__(self, key: str = "wording") -> None:
        self.key = key
        self.out = ""
        self.asked: list[str] = []

    async def embed(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        if self.out:
            raise Unavailable(self.out, code="no_embeddings")
        self.asked += texts
        return np.array([vector(text) for text in texts], dtype=np.float32).reshape(-1, WIDTH)


class Means:
    """`ports.Means`: this embedder and this folder, nothing else."""

    asker: Asker = NOTHING
    prompts: Prompts = NOTHING

    def __init__(self, folder: Path, embedder: Wording | None = None) -> None:
        self.folder = folder
        self.embedder = embedder or Wording()
