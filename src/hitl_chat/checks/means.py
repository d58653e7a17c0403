"""What checks may use when nobody handed them anything: nothing, and they say so.

For looking at rules without a server. A check that needs a model then fails, which its rules take
for what it is: no verdict.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from hitl_chat.errors import Unavailable
from hitl_chat.ports import Question, Reply
from hitl_chat.prompt_ports import Prompt, Prompts

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt


class Nothing:
    """`ports.Means`, and each of them."""

    key = ""
    folder = Path()

    @property
    def asker(self) -> "Nothing":
        return self

    @property
    def embedder(self) -> "Nothing":
        return self

    @property
    def prompts(self) -> Prompts:
        return self

    async def ask(self, question: Question) -> Reply:
        raise Unavailable(f"No model {question.model!r} can be asked here.", code="no_model")

    async def embed(self, texts: Sequence[str]) -> "npt.NDArray[np.float32]":
        msg = f"No embedding model for {len(texts)} texts: run `hitl-chat models`."
        raise Unavailable(msg, code="no_embeddings")

    async def render(self, name: str, **_inputs: str) -> str:
        raise Unavailable(f"No prompt {name!r} can be rendered here.", code="no_prompts")

    def version(self, _name: str) -> str:
        return ""

    def take(self, name: str) -> Prompt:
        raise Unavailable(f"No prompt {name!r} can be read here.", code="no_prompts")


NOTHING = Nothing()
