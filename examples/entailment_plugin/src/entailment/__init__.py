"""The check `entailment`: asked again, does the model say the opposite?

A cross-encoder reads each sentence against each sample, in a thread of its own. Owns what is read
and how that becomes one score; knows neither how samples are drawn nor what the model is.
"""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING, Protocol

from pydantic import BaseModel, Field

from hitl_chat.checks.plain import Risk, Stretch, failed, stretches, verdict
from hitl_chat.checks.registry import Asynchronous
from hitl_chat.checks.samples import Drawer, Drawing
from hitl_chat.core.events import CheckFailed, Verdict
from hitl_chat.core.segments import ends
from hitl_chat.errors import HitlError
from hitl_chat.ports import Asked, Cost, Means

if TYPE_CHECKING:
    from hitl_chat.core.types import Span

NAME = "entailment"
MARKED = 0.5
SPARE = 20.0  # seconds beyond the samples' patience: the first look loads the model


class Options(Drawing):
    """What `checks:` may say of it; how samples are drawn, as in `consistency`."""

    encoder: str = Field(
        default="nli", min_length=1, description="a folder with a cross-encoder, beside the rules"
    )
    sentences: int = Field(
        default=12, ge=1, le=100, description="so many sentences of a text are read at most"
    )


class Reads(Protocol):
    @property
    def version(self) -> str: ...

    def contradicts(self, premise: str, hypothesis: str) -> float: ...


def look(reads: Reads, parts: Sequence[Stretch], samples: Sequence[str], most: int) -> Risk:
    """The sentence that is contradicted most, with the marks of all that are."""
    every = [(stretch, start, end) for stretch in parts for start, end in _sentences(stretch.part)]
    scores: list[float] = []
    spans: list[Span] = []
    for stretch, start, end in every[:most]:
        sentence = stretch.part[start:end].strip()
        scores.append(fmean(reads.contradicts(said, sentence) for said in samples))
        if scores[-1] >= MARKED:
            spans.append(stretch.span(start, end, NAME))
    told = f"{len(spans)} of {len(scores)} sentences contradicted by {len(samples)} samples"
    left = f", {len(every) - most} not read" if len(every) > most else ""
    return Risk(
        round(max(scores, default=0.0), 4), tuple(spans), f"{told}{left}; encoder {reads.version}"
    )


def _sentences(text: str) -> list[tuple[int, int]]:
    cuts = dict.fromkeys((0, *ends(text), len(text)))
    return [(start, end) for start, end in pairwise(cuts) if text[start:end].strip()]


def load(folder: Path) -> Reads:
    """Imports what it needs here and now, not when rules are checked."""
    from entailment.cross_encoder import CrossEncoder

    return CrossEncoder(folder)


class Entailment:
    """`hitl_chat.ports.Check`."""

    cost: Cost = "model"

    def __init__(
        self, name: str, options: Options, means: Means, load: Callable[[Path], Reads] = load
    ) -> None:
        self.name = name
        self.timeout = options.patience + SPARE
        self._options = options
        self._drawer = Drawer(options, means)
        self._folder = means.folder / options.encoder
        self._load = load
        self._reads: Reads | None = None
        self._thread = ThreadPoolExecutor(1, "entailment")

    def begin(self, asked: Asked) -> None:
        self._drawer.begin(asked)

    async def judge(self, asked: Asked) -> Verdict | CheckFailed:
        loop = asyncio.get_running_loop()
        try:
            samples = await self._drawer.samples(asked)
            said = tuple(text for text in samples.every if text.strip())
            risk = await loop.run_in_executor(self._thread, self._look, asked, said)
        except HitlError as error:
            return failed(self.name, asked, error.message)
        return verdict(self.name, asked, risk, *await self._drawer.bill(asked, samples))

    def _look(self, asked: Asked, samples: Sequence[str]) -> Risk:
        if self._reads is None:
            self._reads = self._load(self._folder)
        return look(self._reads, list(stretches(asked)), samples, self._options.sentences)


def build(name: str, options: BaseModel, means: Means) -> Entailment:
    return Entailment(name, Options.model_validate(options, from_attributes=True), means)


CHECK = Asynchronous(NAME, Options, build)
