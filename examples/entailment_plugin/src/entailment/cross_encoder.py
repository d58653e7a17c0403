"""A cross-encoder for inference, from a local folder: how likely one text contradicts another.

The only file that imports onnxruntime. Knows no check and no samples.
"""

import json
from hashlib import sha256
from math import exp, isfinite
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from hitl_chat.errors import Unavailable

LONGEST = 512
FILES = ("model.onnx", "onnx/model.onnx")


class CrossEncoder:
    """Raises `Unavailable` with what is wrong with the folder."""

    def __init__(self, folder: Path) -> None:
        file = next((folder / name for name in FILES if (folder / name).is_file()), None)
        if file is None:
            raise unusable(folder, f"it has no {FILES[0]!r}")
        try:
            labels = json.loads((folder / "config.json").read_bytes())["id2label"]
            self._tokens = Tokenizer.from_file(str(folder / "tokenizer.json"))
            content = file.read_bytes()
            self._session = onnxruntime.InferenceSession(
                content, _options(), providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # noqa: BLE001 (the libraries raise what they like)
            raise unusable(folder, f"{type(error).__name__}: {error}") from None
        self._entails = label(labels, "entail", folder)
        self._contradicts = label(labels, "contra", folder)
        self._tokens.enable_truncation(LONGEST)
        self._tokens.no_padding()
        self._inputs = {each.name for each in self._session.get_inputs()}
        self.version = sha256(content).hexdigest()[:12]

    def contradicts(self, premise: str, hypothesis: str) -> float:
        """From 0 to 1; what is neutral counts for neither side."""
        read = self._tokens.encode(premise, hypothesis)
        given = {
            "input_ids": read.ids,
            "attention_mask": read.attention_mask,
            "token_type_ids": read.type_ids,
        }
        fed = {
            name: np.array([row], dtype=np.int64)
            for name, row in given.items()
            if name in self._inputs
        }
        logits = self._session.run(None, fed)[0][0]
        return share(float(logits[self._contradicts]), float(logits[self._entails]))


def share(contradicts: float, entails: float) -> float:
    apart = entails - contradicts
    if not isfinite(apart):
        msg = "the cross-encoder's answer is no number"
        raise ValueError(msg)
    return 1.0 / (1.0 + exp(min(apart, 700.0)))


def label(labels: dict[str, Any], begins: str, folder: Path) -> int:
    found = [int(at) for at, name in labels.items() if str(name).lower().startswith(begins)]
    if len(found) != 1:
        raise unusable(folder, f"no single label in its config.json begins with {begins!r}")
    return found[0]


def unusable(folder: Path, why: str) -> Unavailable:
    msg = (
        f"The cross-encoder {str(folder)!r} cannot be used ({why}): name a folder with "
        "config.json, tokenizer.json and model.onnx under `encoder`, relative to the rules file."
    )
    return Unavailable(msg, code="no_encoder")


def _options() -> onnxruntime.SessionOptions:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return options
