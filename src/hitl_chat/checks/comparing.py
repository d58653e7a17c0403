"""A check of a draft beside samples: what else the model says when it is asked the same.

Owns what these checks have in common: the samples of a turn are read once, and paid for once.
Knows neither how samples are drawn nor what is made of them.
"""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from hitl_chat.checks import lexical
from hitl_chat.checks.ends import shortened
from hitl_chat.checks.lexical import Sample, read
from hitl_chat.checks.lexical_evidence import Group, groups
from hitl_chat.checks.plain import Risk, aside, failed, verdict
from hitl_chat.checks.sample_groups import clusters
from hitl_chat.checks.samples import Drawer, Drawing, Samples
from hitl_chat.checks.tokens import tokens
from hitl_chat.checks.transcript import customers
from hitl_chat.core.events import CheckFailed, Verdict
from hitl_chat.core.evidence import NONE, Evidence
from hitl_chat.errors import HitlError
from hitl_chat.ports import Asked, Cost, Means

READ = "samples:read"
MOST_READ = 50_000  # characters of the question, whose own words support nothing
SPARE = 1.0  # seconds beyond the samples' patience


class Compared(NamedTuple):
    """The samples of a turn, read once."""

    texts: tuple[str, ...]
    samples: tuple[Sample, ...]
    asked: frozenset[str]  # the question's own words
    together: tuple[Group, ...]
    disagreement: float
    ignorance: float
    short: bool
    shown: Evidence = NONE


def compare(samples: Samples, question: str) -> Compared:
    texts = tuple(text for text in samples.every if text.strip())
    every = tuple(read(text) for text in texts)
    asked = lexical.keys(tokens(question))
    together = tuple(groups(every, asked))
    plain = sum(bool(text.strip()) for text in samples.answers)
    return Compared(
        texts,
        every,
        asked,
        together,
        lexical.disagreement(every, asked),
        lexical.ignorance(every),
        lexical.are_short(every),
        Evidence(clusters=clusters(texts, every, together, asked, plain)),
    )


class Beside:
    """`ports.Check` by a pure function of what is asked and the samples of its turn."""

    cost: Cost = "model"

    def __init__(
        self, name: str, options: Drawing, means: Means, look: Callable[[Asked, Compared], Risk]
    ) -> None:
        self.name = name
        self.timeout = options.patience + SPARE
        self._drawer = Drawer(options, means)
        self._look = look

    def begin(self, asked: Asked) -> None:
        self._drawer.begin(asked)

    async def judge(self, asked: Asked) -> Verdict | CheckFailed:
        try:
            samples = await self._drawer.samples(asked)
        except HitlError as error:
            return failed(self.name, asked, error.message)

        async def make() -> Compared:
            question = shortened(customers(asked.messages), MOST_READ)
            return await aside(len(question), partial(compare, samples, question))

        compared = await asked.shared.once(READ, make)
        size = sum(map(len, asked.texts.values())) if asked.final else 0
        risk = await aside(size, partial(self._look, asked, compared))
        risk = risk._replace(evidence=compared.shown)
        return verdict(self.name, asked, risk, *await self._drawer.bill(asked, samples))
