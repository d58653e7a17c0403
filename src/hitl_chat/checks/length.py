"""The check `length`: the answer is longer, or shorter, than a good one would be.

Counts words (in scripts without spaces, every letter is one). That an answer is too short is known
only when it is whole: rules that care need `strictness: answer`.
"""

import re
from functools import partial
from typing import Annotated

from pydantic import BaseModel, Field, model_validator

from hitl_chat.checks.plain import Plain, Risk, Settings, of_draft, stretches
from hitl_chat.core.types import Span
from hitl_chat.ports import Asked, Means

LEAST, MOST = 0, 400

Words = Annotated[int, Field(strict=True, ge=0, le=1_000_000)]

# Thai to Khmer, Japanese and Chinese are written without spaces.
_SPACELESS = "\u0e00-\u0fff\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff"
_WORD = re.compile(rf"[{_SPACELESS}]|[^\W{_SPACELESS}]+(?:['’.,:-][^\W{_SPACELESS}]+)*")  # noqa: RUF001


class Options(Settings):
    """What `checks:` may say of a length check."""

    least: Words = Field(default=LEAST, description="fewer words than this are too few")
    most: Words = Field(default=MOST, description="more words than this are too many")

    @model_validator(mode="after")
    def _some_length_is_right(self) -> "Options":
        if self.least > self.most:
            msg = f"least {self.least} is over most {self.most}: no answer could be right"
            raise ValueError(msg)
        return self


def words(text: str) -> int:
    return sum(1 for _ in _WORD.finditer(text))


def look(options: Options, asked: Asked) -> Risk:
    """1 when too long or too short. The mark is what is too much."""
    for stretch in stretches(asked):
        text = stretch.text[: stretch.upto]
        count = words(text)
        if count > options.most:
            over = next(m for at, m in enumerate(_WORD.finditer(text)) if at == options.most)
            span = Span(stretch.field, over.start(), len(text), "too-long")
            return Risk(1.0, (span,), f"too long: over {options.most} words")
        if asked.final and 0 < count < options.least and not _calls(asked):
            span = stretch.span(0, len(text), "too-short")
            return Risk(1.0, (span,), f"too short: {count} words, {options.least} wanted")
    return Risk()


def _calls(asked: Asked) -> bool:
    """An answer that calls a tool may say nothing beside."""
    return any("_call" in field for field in asked.texts)


def build(name: str, options: BaseModel, _means: Means) -> Plain[None]:
    return of_draft(name, partial(look, Options.model_validate(options, from_attributes=True)))
