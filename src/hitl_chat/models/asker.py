"""Configured models as checks ask them: one question, one whole answer as text.

`ports.Asker`. Nothing that is said here reaches a customer. Knows no check.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from hitl_chat.core.fields import CONTENT
from hitl_chat.errors import UpstreamError
from hitl_chat.ports import Chunk, Model, ModelCall, Question, Reply


class ModelAsker:
    def __init__(self, models: Callable[[str], Model]) -> None:
        """`models`: the configured model of a name; raises where there is none."""
        self._models = models

    async def ask(self, question: Question) -> Reply:
        model = self._models(question.model)
        said: list[Chunk] = []

        def take(batch: Sequence[Chunk]) -> None:
            said.extend(batch)

        await model.answer(ModelCall(question.model, _body(question), stream=False), take)
        text = "".join(text for chunk in said for field, text in chunk.texts if field == CONTENT)
        if not text:
            raise UpstreamError("The model said nothing.", status=502, code="empty_answer")
        return Reply(text, sum(_tokens(chunk) for chunk in said))


def _body(question: Question) -> Mapping[str, Any]:
    body: dict[str, Any] = {
        "messages": list(question.messages),
        "temperature": question.temperature,
        "max_tokens": question.max_tokens,
    }
    if question.schema is not None:
        schema = {"name": "verdict", "strict": True, "schema": question.schema}
        body["response_format"] = {"type": "json_schema", "json_schema": schema}
    return body


def _tokens(chunk: Chunk) -> int:
    counted = (chunk.usage or {}).get("total_tokens", 0)
    return counted if isinstance(counted, int) else 0
