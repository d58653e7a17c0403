"""Vectors by sentence-transformers: any model it can read. The only file that imports it.

Never reaches for the network, runs no code of a model's folder, and reads safetensors only.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from sentence_transformers import SentenceTransformer


class General:
    def __init__(self, folder: Path) -> None:
        # Its threads wait for each other longer than they compute, and for the event loop.
        torch.set_num_threads(1)
        self._model = SentenceTransformer(
            str(folder),
            device="cpu",
            local_files_only=True,
            trust_remote_code=False,
            model_kwargs={"use_safetensors": True},
        )

    @property
    def encoder(self) -> torch.nn.Module:
        """Tokens to states, before pooling: what an export is made of."""
        encoder: torch.nn.Module = self._model[0].auto_model
        return encoder

    def __call__(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        vectors: npt.NDArray[np.float32] = self._model.encode(
            list(texts),
            normalize_embeddings=True,
            convert_to_numpy=True,
            show_progress_bar=False,
        )
        return vectors
