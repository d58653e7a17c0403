"""The check `logprobs`: the model itself was not sure of its words.

The score is what the mean probability of the least likely few tokens in a row leaves to 1. The
server asks the model for the numbers where a rule uses this check; a model that sends none has
not been judged.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate
from math import exp
from typing import Annotated, NamedTuple

from pydantic import BaseModel, Field

from hitl_chat.checks.plain import (
    TIMEOUT,
    Risk,
    Settings,
    Stretch,
    failed,
    stretches,
    verdict,
)
from hitl_chat.core.events import CheckFailed, Verdict
from hitl_chat.core.types import Span
from hitl_chat.ports import Asked, Cost, Means, Token

WHY = "the model sent no log-probabilities: ask one that does, or do without this check"


class Options(Settings):
    """What `checks:` may say of it."""

    window: Annotated[int, Field(strict=True, ge=1, le=100)] = Field(
        default=5, description="how many tokens in a row are taken together"
    )


class Window(NamedTuple):
    """Tokens in a row: how likely they were in the mean, and where they stand."""

    likely: float
    start: int
    end: int


class LogProbs:
    """`ports.Check`."""

    cost: Cost = "free"
    timeout = TIMEOUT
    reads_logprobs = True  # the runner asks the model for them

    def __init__(self, name: str, options: Options) -> None:
        self.name = name
        self._window = options.window

    def begin(self, asked: Asked) -> None:
        """Nothing takes long before there is a draft."""

    async def judge(self, asked: Asked) -> Verdict | CheckFailed:
        found: list[tuple[Window, Stretch]] = []
        for stretch in stretches(asked, frozenset({"content", "refusal"})):
            window = least_likely(self._window, stretch, asked.logprobs)
            if window:
                found.append((window, stretch))
            elif stretch.part.strip():
                return failed(self.name, asked, WHY)
        if not found:
            return verdict(self.name, asked, Risk(detail="no words to judge"))
        window, stretch = min(found, key=lambda one: one[0].likely)
        span = Span(stretch.field, window.start, min(window.end, len(stretch.text)), "unsure")
        spans = (span,) if span.start < span.end else ()
        told = f"least likely {self._window} tokens: {window.likely:.2f} in the mean"
        return verdict(self.name, asked, Risk(round(1.0 - window.likely, 4), spans, told))


def least_likely(
    size: int, stretch: Stretch, logprobs: Mapping[str, Sequence[Token]]
) -> Window | None:
    """Of the tokens that stand in this stretch; None if none is known, or not all of them are."""
    tokens = logprobs.get(stretch.field, ())
    ends = list(accumulate(length for length, _ in tokens))
    if not ends or ends[-1] < len(stretch.text[: stretch.upto].rstrip()):
        return None
    inside = [
        (end - length, end, exp(min(logprob, 0.0)))  # more than certain is a provider's mistake
        for end, (length, logprob) in zip(ends, tokens, strict=False)
        if end > stretch.start and end - length < stretch.upto
    ]
    return min(_windows(size, inside), key=lambda one: one.likely, default=None)


def _windows(size: int, tokens: Sequence[tuple[int, int, float]]) -> Iterator[Window]:
    """Every run of so many tokens; a shorter text is one run."""
    size = min(size, len(tokens))
    for last in range(size, len(tokens) + 1 if size else 0):
        run = tokens[last - size : last]
        yield Window(sum(likely for *_, likely in run) / size, run[0][0], run[-1][1])


def build(name: str, options: BaseModel, _means: Means) -> LogProbs:
    return LogProbs(name, Options.model_validate(options, from_attributes=True))
