"""Asks a model for log-probabilities because a check reads them, and not because a client did.

What the client did not ask for does not reach it: the numbers are taken out of every chunk, and
stay beside it for the checks. Knows no check and no gate.
"""

from asyncio import Future
from collections.abc import Iterable, Sequence

import orjson
from msgspec.structs import replace

from hitl_chat.core.fields import kind_of
from hitl_chat.ports import Check, Chunk, Model, ModelCall, Take


def with_logprobs(model: Model, checks: Iterable[Check]) -> Model:
    """The model, made to say how sure it is where one of these checks wants to know."""
    wanted = any(getattr(check, "reads_logprobs", False) for check in checks)
    return Sure(model) if wanted else model


class Sure:
    """`ports.Model`: another one, asked for log-probabilities behind the client's back."""

    def __init__(self, model: Model) -> None:
        self._model = model

    async def answer(self, call: ModelCall, take: Take) -> None:
        if call.body.get("logprobs"):
            return await self._model.answer(call, take)

        def without(batch: Sequence[Chunk]) -> Future[None] | None:
            return take([stripped(chunk) for chunk in batch])

        body = {**call.body, "logprobs": True}
        return await self._model.answer(replace(call, body=body), without)

    def called(self, name: str) -> str:
        return self._model.called(name)

    async def close(self) -> None:
        await self._model.close()


def stripped(chunk: Chunk) -> Chunk:
    """The chunk as it would have come had nobody asked."""
    texts = tuple((name, text) for name, text in chunk.texts if kind_of(name) != "logprobs")
    if not chunk.logprobs and len(texts) == len(chunk.texts):
        return chunk
    document = orjson.loads(chunk.raw)
    for choice in document["choices"]:
        choice["logprobs"] = None
    return replace(
        chunk, raw=orjson.dumps(document), texts=texts, plain=_is_plain(replace(chunk, texts=texts))
    )


def _is_plain(chunk: Chunk) -> bool:
    return (
        not (chunk.whole or chunk.finishes or chunk.tools or chunk.usage)
        and len(chunk.choices) == 1
        and [kind_of(name) for name, _ in chunk.texts] == ["content"]
    )
