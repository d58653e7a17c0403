"""Vectors by onnxruntime, from an export of ours: the only file that imports it.

One text at a time: with int8 the numbers of one text would change with those it is batched with.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnxruntime
from tokenizers import Tokenizer

IDS, OUTPUT = "ids", "vectors"


class Onnx:
    """Built from the file's bytes, so that what was checked is what is used."""

    def __init__(self, content: bytes, tokens: Path, longest: int) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(
            content, options, providers=["CPUExecutionProvider"]
        )
        self._tokens = Tokenizer.from_file(str(tokens))
        self._tokens.enable_truncation(longest)
        self._tokens.no_padding()

    def __call__(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        return np.concatenate([self._one(text) for text in texts])

    def _one(self, text: str) -> npt.NDArray[np.float32]:
        ids = np.array([self._tokens.encode(text).ids], dtype=np.int64)
        (vectors,) = self._session.run([OUTPUT], {IDS: ids})
        found: npt.NDArray[np.float32] = vectors
        return found


def to_int8(source: Path, target: Path) -> None:
    """Per channel: with one scale per matrix the vectors drift too far."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    quantize_dynamic(source, target, per_channel=True, weight_type=QuantType.QInt8)
