"""The check `consistency`: does the model say the same when it is asked again?

Samples are drawn while the draft streams; each segment is compared with them by its numbers, names
and words. What no sample supports is marked. Owns when which scorer speaks; knows neither how
samples are drawn nor how texts are compared.
"""

import asyncio
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from pydantic import BaseModel, Field

from hitl_chat.checks import lexical
from hitl_chat.checks.lexical import BACK, Sample, Weights, either, read
from hitl_chat.checks.lexical_evidence import Group, groups, told, unsupported
from hitl_chat.checks.lexical_weights import SHIPPED, load
from hitl_chat.checks.plain import MOST_SPANS, Risk, Stretch, stretches
from hitl_chat.checks.samples import Drawer, Drawing, Samples, last_words
from hitl_chat.checks.tokens import Token, tokens
from hitl_chat.core.events import CheckFailed, Verdict
from hitl_chat.core.segments import ends
from hitl_chat.core.types import Span
from hitl_chat.errors import HitlError
from hitl_chat.ports import Asked, Cost, Means

NAME = "consistency"
READ = "samples:read"
SLACK = 200  # characters: a text is not begun in the middle of a word that counts
LONG = 20_000  # characters that take long enough to be judged beside the event loop
SPARE = 1.0  # seconds beyond the samples' patience


class Options(Drawing):
    """What `checks:` may say of a consistency check."""

    trained: bool = Field(
        default=True, description="false: only the scorer that no labelled rows went into"
    )
    weights: str = Field(
        default="", description="a file of weights beside the rules; empty: the shipped ones"
    )


class Compared(NamedTuple):
    """The samples of a turn, read once."""

    samples: tuple[Sample, ...]
    asked: frozenset[str]  # the question's own words
    together: tuple[Group, ...]
    disagreement: float
    ignorance: float
    short: bool


def compare(samples: Samples, question: str) -> Compared:
    every = tuple(read(text) for text in samples.every if text.strip())
    asked = lexical.keys(tokens(question))
    return Compared(
        every,
        asked,
        tuple(groups(every, asked)),
        lexical.disagreement(every, asked),
        lexical.ignorance(every),
        lexical.are_short(every),
    )


def score(
    draft: Sequence[Token], start: int, upto: int, compared: Compared, weights: Weights | None
) -> float:
    """The risk of one segment. Where the answers are short, what the samples are counts too: they
    hold little to support anything with, but agree or do not."""
    if weights is None:
        segment = [token for token in draft if start <= token.start < upto]
        return lexical.untrained(segment, compared.asked, compared.samples)
    risk = lexical.trained(draft, start, upto, compared.samples, weights)
    if not compared.short:
        return risk
    half = lexical.HALF
    return either((risk, half * compared.disagreement, half * compared.ignorance))


def answer(draft: Sequence[Token], text: str, compared: Compared, weights: Weights | None) -> float:
    """The risk of a whole answer: of its riskiest segment, or of a short one as a whole."""
    risks = [
        score(draft, start, upto, compared, weights)
        for start, upto in pairwise((0, *ends(text), len(text)))
        if text[start:upto].strip()
    ]
    if compared.short:
        risks.append(lexical.untrained(draft, compared.asked, compared.samples))
    return max(risks, default=0.0)


def look(asked: Asked, compared: Compared, weights: Weights | None) -> Risk:
    """The riskiest of the fields, with the marks of all of them."""
    risks = [
        _look_at(stretch, compared, weights, final=asked.final)
        for stretch in stretches(asked)
        if stretch.part.strip()
    ]
    if not risks:
        return Risk(detail="no text to compare")
    worst = max(risks, key=lambda risk: risk.score)
    return worst._replace(spans=tuple(span for risk in risks for span in risk.spans))


def _look_at(stretch: Stretch, compared: Compared, weights: Weights | None, *, final: bool) -> Risk:
    draft = tokens(stretch.text, max(stretch.start - BACK - SLACK, 0), stretch.upto)
    segment = [token for token in draft if token.start >= stretch.start]
    if final:
        risk = answer(draft, stretch.text, compared, weights)
    else:
        risk = score(draft, stretch.start, stretch.upto, compared, weights)
    spans = tuple(
        Span(stretch.field, token.start, token.end, token.kind)
        for token in unsupported(segment, compared.samples)
    )
    own = [token for token in segment if token.key not in compared.asked]
    return Risk(round(risk, 4), spans, told(own, compared.samples, compared.together))


class Consistency:
    """`ports.Check`."""

    cost: Cost = "model"

    def __init__(self, name: str, drawer: Drawer, timeout: float, weights: Weights | None) -> None:
        self.name = name
        self.timeout = timeout
        self._drawer = drawer
        self._weights = weights

    def begin(self, asked: Asked) -> None:
        self._drawer.begin(asked)

    async def judge(self, asked: Asked) -> Verdict | CheckFailed:
        try:
            samples = await self._drawer.samples(asked)
        except HitlError as error:
            return CheckFailed(
                self.name, error.message, asked.field, asked.start, asked.upto, asked.final
            )

        async def make() -> Compared:
            return compare(samples, last_words(asked.messages))

        compared = await asked.shared.once(READ, make)
        if sum(map(len, asked.texts.values())) > LONG and asked.final:
            risk = await asyncio.to_thread(look, asked, compared, self._weights)
        else:
            risk = look(asked, compared, self._weights)
        calls, tokens = await self._drawer.bill(asked, samples)
        return Verdict(
            self.name,
            risk.score,
            asked.field,
            asked.start,
            asked.upto,
            asked.final,
            risk.spans[:MOST_SPANS],
            risk.detail,
            calls,
            tokens,
        )


def build(name: str, options: BaseModel, means: Means) -> Consistency:
    read_options = Options.model_validate(options, from_attributes=True)
    path = means.folder / read_options.weights if read_options.weights else SHIPPED
    weights = load(path) if read_options.trained else None
    drawer = Drawer(read_options, means)
    return Consistency(name, drawer, read_options.patience + SPARE, weights)
