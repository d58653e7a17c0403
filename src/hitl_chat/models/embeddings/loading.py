"""From files that were found to a function that makes vectors; its kind decides on the library.

Each library is imported here and now, not before. The bytes that are loaded are looked at again:
a file that was exchanged since it was found is refused.
"""

from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import TYPE_CHECKING

from hitl_chat.models.embeddings.resolve import Found, compare, longest, read_json

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

Encode = Callable[[Sequence[str]], "npt.NDArray[np.float32]"]


def load(found: Found) -> Encode:
    content = found.file.read_bytes()
    compare(found.file, found.sha256, sha256(content).hexdigest())
    tokens, most = found.folder / "tokenizer.json", longest(found.folder)
    match found.kind:
        case "light":
            from hitl_chat.models.embeddings.minilm import MiniLM

            about = read_json(found.folder / "config.json")
            heads, epsilon = about["num_attention_heads"], about["layer_norm_eps"]
            return MiniLM(content, tokens, most, heads, epsilon)
        case "onnx":
            from hitl_chat.models.embeddings.onnx import Onnx

            return Onnx(content, tokens, most)
        case "sentence_transformers":
            from hitl_chat.models.embeddings.sentence_transformers import General

            return General(found.folder)
