"""The check `shouting`: how much of an answer is written in capitals."""

import re
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from hitl_chat.checks.registry import Asynchronous
from hitl_chat.core.events import CheckFailed, Verdict
from hitl_chat.core.fields import CONTENT
from hitl_chat.core.types import Span
from hitl_chat.ports import Asked, Cost, Means

NAME = "shouting"
LOUD = re.compile(r"\b[A-Z]{2,}\b")


class Options(BaseModel):
    """What `checks:` may say of it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: str = NAME
    words: Annotated[int, Field(strict=True, ge=1)] = Field(
        default=4, description="so many loud words are a score of 1"
    )


class Shouting:
    """`hitl_chat.ports.Check`."""

    cost: Cost = "free"
    timeout = 1.0

    def __init__(self, name: str, options: Options) -> None:
        self.name = name
        self._options = options

    def begin(self, asked: Asked) -> None:
        """Nothing has to be prepared."""

    async def judge(self, asked: Asked) -> Verdict | CheckFailed:
        field = CONTENT if asked.final else asked.field
        text = asked.texts.get(field, "")
        start, upto = (0, len(text)) if asked.final else (asked.start, asked.upto)
        loud = [Span(field, *found.span(), NAME) for found in LOUD.finditer(text, start, upto)]
        score = min(1.0, len(loud) / self._options.words)
        about = (asked.field, asked.start, asked.upto, asked.final)
        return Verdict(self.name, score, *about, tuple(loud), f"{len(loud)} loud words")


def build(name: str, options: BaseModel, _means: Means) -> Shouting:
    return Shouting(name, Options.model_validate(options, from_attributes=True))


CHECK = Asynchronous(NAME, Options, build)
