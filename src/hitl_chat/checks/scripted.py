"""The shipped fake of an asynchronous check: scores by a table of words, as slowly as it is told.

For tests, demos and trying out rules: no model, no network. Nothing about its scores is judged.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Annotated, Literal

from msgspec.structs import replace
from pydantic import BaseModel, Field

from hitl_chat.checks.plain import Risk, Settings, failed, verdict
from hitl_chat.checks.transcript import customers
from hitl_chat.core.events import CheckFailed, Verdict
from hitl_chat.core.types import Field as FieldName
from hitl_chat.core.types import Span
from hitl_chat.ports import Asked, Cost, Means

Score = Annotated[float, Field(strict=True, ge=0, le=1, allow_inf_nan=False)]
Sleep = Callable[[float], Awaitable[None]]


class Options(Settings):
    """What `checks:` may say of a scripted check."""

    scores: dict[str, Score] = Field(default={}, description="the score of a text with this word")
    reads: Literal["draft", "customer"] = Field(
        default="draft", description="`customer`: the customer's last words, once, before a draft"
    )
    otherwise: Score = Field(default=0.0, description="the score of any other text")
    delay: Annotated[float, Field(ge=0, le=60)] = Field(default=0.0, description="seconds it takes")
    costs: bool = Field(default=False, strict=True, description="asked only while it is needed")
    timeout: Annotated[float, Field(gt=0, le=600)] = Field(default=5.0, description="most seconds")
    fails: Literal["", "raises", "refuses", "nan", "hangs"] = Field(
        default="", description="how it breaks, to see what a rule's on_error does"
    )


class Scripted:
    """`ports.Check`. The highest score of the words in what it is asked about."""

    def __init__(self, name: str, options: Options, sleep: Sleep = asyncio.sleep) -> None:
        self.name = name
        self.timeout = options.timeout
        self.cost: Cost = "model" if options.costs else "free"
        self.of_request = options.reads == "customer"
        self._options = options
        self._sleep = sleep

    def begin(self, asked: Asked) -> None:
        """Nothing takes long before there is a draft."""

    async def judge(self, asked: Asked) -> Verdict | CheckFailed:
        await self._sleep(self._options.delay)
        if self._options.fails:
            return await self._break(asked)
        if self.of_request:
            texts = {"": customers(asked.messages)}
            score, _ = self._read("", replace(asked, texts=texts, final=True))
            return verdict(self.name, asked, Risk(score, (), "scripted"))
        fields = tuple(asked.texts) if asked.final else (asked.field,)
        scored = [self._read(field, asked) for field in fields]
        score, span = max(scored, key=lambda one: one[0], default=(self._options.otherwise, None))
        return verdict(self.name, asked, Risk(score, (span,) if span else (), "scripted"))

    def _read(self, field: FieldName, asked: Asked) -> tuple[float, Span | None]:
        text = asked.texts.get(field, "")
        start, upto = (0, len(text)) if asked.final else (asked.start, asked.upto)
        best: tuple[float, Span | None] = (self._options.otherwise, None)
        for word, score in self._options.scores.items():
            place = text.lower().find(word.lower(), start, upto)
            if place >= 0 and score > best[0]:
                best = (score, Span(field, place, place + len(word), "scripted"))
        return best

    async def _break(self, asked: Asked) -> Verdict | CheckFailed:
        match self._options.fails:
            case "raises":
                raise RuntimeError("a scripted failure")
            case "hangs":
                await asyncio.Event().wait()
            case "nan":
                return verdict(self.name, asked, Risk(float("nan")))
            case _:
                pass
        return failed(self.name, asked, "a scripted refusal")


def build(name: str, options: BaseModel, _means: Means) -> Scripted:
    return Scripted(name, Options.model_validate(options, from_attributes=True))
