"""Vectors by sentence-transformers: any model it can read. The only file that imports it.

Never reaches for the network, runs no code of a model's folder, and reads safetensors only.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from sentence_transformers import SentenceTransformer


def load(folder: Path) -> SentenceTransformer:
    return SentenceTransformer(
        str(folder),
        device="cpu",
        local_files_only=True,
        trust_remote_code=False,
        model_kwargs={"use_safetensors": True},
    )


class General:
    def __init__(self, folder: Path) -> None:
        self._model = load(folder)

    def __call__(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        vectors: npt.NDArray[np.float32] = self._model.encode(
            list(texts),
            normalize_embeddings=True,
            convert_to_numpy=True,
            show_progress_bar=False,
        )
        return vectors
