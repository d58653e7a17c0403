"""A check that is one pure function of what it is asked: most shipped checks are.

Owns what checks have in common: what of a draft they read, how several signs make one score, how
that becomes a verdict, and what is worked out once for a turn. Knows no check and no algorithm.
"""

import re
from asyncio import to_thread
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Annotated, Generic, NamedTuple, TypeVar

from pydantic import BaseModel, ConfigDict
from pydantic import Field as Described

from hitl_chat.checks.transcript import text_of
from hitl_chat.core.events import CheckFailed, Verdict
from hitl_chat.core.evidence import NONE, Evidence
from hitl_chat.core.fields import kind_of
from hitl_chat.core.types import Field, Span
from hitl_chat.ports import Asked, Cost

T = TypeVar("T")

SPOKEN = frozenset({"content", "refusal", "audio"})  # what a customer reads or hears
CALLED = frozenset({"tool_calls", "function_call"})
TIMEOUT = 5.0
MOST_SPANS = 20
_JSON = re.compile(r"\s*(?:\{\s*[\"}]|\[\s*[\[{\"\]])")
LONG = 10_000  # characters; they take some ten milliseconds

Weight = Annotated[float, Described(ge=0, le=1, allow_inf_nan=False)]


class Settings(BaseModel):
    """What every check's options have in common."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: str = Described(default="", description="which check it is")


class Risk(NamedTuple):
    """What a check found: how risky, where, and why in words that quote nothing."""

    score: float = 0.0
    spans: tuple[Span, ...] = ()
    detail: str = ""
    evidence: Evidence = NONE


class Stretch(NamedTuple):
    """A part of one field that is to be judged, with all of the field so far."""

    field: Field
    text: str
    start: int
    upto: int

    @property
    def part(self) -> str:
        return self.text[self.start : self.upto]

    def span(self, start: int, end: int, kind: str) -> Span:
        """A span by places in `part`."""
        return Span(self.field, self.start + start, self.start + end, kind)


def stretches(asked: Asked, kinds: frozenset[str] = SPOKEN) -> Iterator[Stretch]:
    """What is to be judged of fields of these kinds."""
    fields = tuple(asked.texts) if asked.final else (asked.field,)
    for field in fields:
        if kind_of(field) in kinds:
            text = asked.texts.get(field, "")
            bounds = (0, len(text)) if asked.final else (asked.start, asked.upto)
            yield Stretch(field, text, *bounds)


def is_structured(text: str) -> bool:
    """Whether this is an answer in JSON, as its beginning tells; "[Note] See below" is none."""
    return _JSON.match(text) is not None


def either(scores: Iterable[float]) -> float:
    """Several signs of one thing: each makes it more likely, none takes away from another."""
    doubt = 1.0
    for score in scores:
        doubt *= 1.0 - score
    return round(1.0 - doubt, 4)


def told(kinds: Iterable[str]) -> str:
    """Codes as one short line, each once, in the order they came."""
    return ", ".join(dict.fromkeys(kinds))


class Plain(Generic[T]):
    """`ports.Check` by a pure function. `prepare` is run once for a turn, before the first look."""

    cost: Cost = "free"
    timeout = TIMEOUT

    def __init__(
        self,
        name: str,
        look: Callable[[Asked, T], Risk],
        prepare: Callable[[Asked], T],
        *,
        of_request: bool = False,
    ) -> None:
        self.name = name
        self.of_request = of_request
        self._look = look
        self._prepare = prepare

    def begin(self, asked: Asked) -> None:
        """Nothing takes long before there is a draft."""

    async def judge(self, asked: Asked) -> Verdict:
        async def make() -> T:
            said = sum(len(text_of(message)) for message in asked.messages)
            return await aside(said, partial(self._prepare, asked))

        known = await asked.shared.once(f"prepared:{self.name}", make)
        size = sum(map(len, asked.texts.values())) if asked.final else asked.upto - asked.start
        risk = await aside(size, partial(self._look, asked, known))
        return verdict(self.name, asked, risk)


def verdict(name: str, asked: Asked, risk: Risk, calls: int = 0, tokens: int = 0) -> Verdict:
    """What was found, as the verdict on what was asked."""
    return Verdict(
        name,
        risk.score,
        asked.field,
        asked.start,
        asked.upto,
        asked.final,
        risk.spans[:MOST_SPANS],
        risk.detail,
        calls,
        tokens,
        risk.evidence,
    )


def failed(name: str, asked: Asked, why: str) -> CheckFailed:
    """There is no verdict on what was asked."""
    return CheckFailed(name, why, asked.field, asked.start, asked.upto, asked.final)


async def aside(size: int, work: Callable[[], T]) -> T:
    """What is worked out; of a long text in a thread, so that other turns go on meanwhile."""
    return work() if size < LONG else await to_thread(work)


def of_draft(name: str, look: Callable[[Asked], Risk]) -> Plain[None]:
    """A check of the draft alone."""
    return Plain(name, lambda asked, _: look(asked), lambda _: None)


def of_request(name: str, look: Callable[[Asked], Risk]) -> Plain[Risk]:
    """A check of what was said before the draft: the same for all of it, so worked out once."""
    return Plain(name, lambda _, risk: risk, look, of_request=True)
