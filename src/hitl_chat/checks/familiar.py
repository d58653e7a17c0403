"""Recorded traffic at work: questions as vectors, and how far another one is from them.

A question is as far as its farthest part: all of it, or a sentence of it alone, so that what is
strange is not covered by what is not. A changed record is made ready whole before it is used; only
new texts are embedded. Must not know files, rules or verdicts.
"""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from hashlib import sha256
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from hitl_chat.checks.farness import Scale, distance, scale
from hitl_chat.checks.known import AT_ONCE
from hitl_chat.checks.known_bad import cuts
from hitl_chat.checks.traffic import EMPTY, Traffic
from hitl_chat.errors import ConfigError, Unavailable
from hitl_chat.ports import Embedder

if TYPE_CHECKING:
    from hitl_chat.checks.vectors import Vector, Vectors

MEASURED = 500  # questions, whose distances from the others are the scale

Parts = Mapping[str, tuple[str, ...]]


class Far(NamedTuple):
    apart: float
    by: Scale


class _Ready(NamedTuple):
    """One version, in vectors of one model."""

    vectors: "Vectors"
    by: Scale
    key: str


class Familiar:
    """`minimum`: with fewer recorded questions nothing can be said of another one."""

    def __init__(self, embedder: Embedder, minimum: int, nearest: int) -> None:
        self.version = EMPTY.version
        self._embedder = embedder
        self._minimum = minimum
        self._nearest = nearest
        self._ready: _Ready | None = None
        self._rows: dict[str, Vector] = {}
        self._key = ""  # of the rows

    @property
    def usable(self) -> bool:
        return self._ready is not None and self._ready.key == self._embedder.key

    async def hold(self, traffic: Traffic) -> None:
        """Makes it what is recorded. What was embedded stays, also when this is broken off."""
        if len(traffic.questions) < self._minimum:
            msg = (
                f"{len(traffic.questions)} different recorded questions are too few to tell what "
                f"is far from them: {self._minimum} are needed; record more, or lower `minimum`"
            )
            raise ConfigError(msg)
        parts = await asyncio.to_thread(_all_parts, traffic)
        wanted = sorted({text for its in parts.values() for text in its})
        await self._embed_missing(wanted)
        self._rows = {text: self._rows[text] for text in wanted}
        ready = await asyncio.to_thread(_made, self._rows, parts, self._nearest, self._key)
        self._ready, self.version = ready, traffic.version

    async def far(self, question: str) -> Far:
        """How far a question is from those that are recorded."""
        ready = self._ready
        if ready is None:
            raise Unavailable("No recorded traffic is ready yet: ask again.", code="not_ready")
        vectors = await self._embed(parts_of(question), ready.key)
        near = (ready.vectors.near(vector, self._nearest) for vector in vectors)
        return Far(max(distance([cosine for _, cosine in found]) for found in near), ready.by)

    async def _embed_missing(self, wanted: Sequence[str]) -> None:
        key = self._embedder.key
        if self._key != key:  # vectors of two models never meet
            self._rows, self._key = {}, key
        missing = [text for text in wanted if text not in self._rows]
        for at in range(0, len(missing), AT_ONCE):
            some = missing[at : at + AT_ONCE]
            self._rows.update(zip(some, await self._embed(some, key), strict=True))

    async def _embed(self, texts: Sequence[str], key: str) -> list["Vector"]:
        rows = await self._embedder.embed(texts)
        if self._embedder.key != key:
            raise Unavailable("The embedding model changed: ask again.", code="model_changed")
        return list(rows)


def parts_of(question: str) -> tuple[str, ...]:
    """All of it, and each sentence; of a very long one, some sentences together."""
    whole = question.strip()
    sentences = (whole[start:end].strip() for start, end in pairwise(cuts(whole)))
    return tuple(text for text in dict.fromkeys((whole, *sentences)) if text)


def _all_parts(traffic: Traffic) -> Parts:
    return {question: parts_of(question) for question in sorted(traffic.questions)}


def _made(rows: Mapping[str, "Vector"], parts: Parts, nearest: int, key: str) -> _Ready:
    from hitl_chat.checks.vectors import Exact, fit

    exact = Exact()
    for text, row in rows.items():
        exact.add(text, row)
    vectors = fit(exact)
    return _Ready(vectors, scale(_left_out(vectors, parts, nearest)), key)


def _left_out(vectors: "Vectors", parts: Parts, nearest: int) -> list[float]:
    """How far recorded questions are from the others: each as if it had not been recorded.

    Of many, some: those with the lowest digests, so that neither order nor wording chooses.
    """
    recorded = Counter(text for its in parts.values() for text in its)
    chosen = sorted(
        parts, key=lambda question: sha256(question.encode("utf-8", "replace")).digest()
    )
    found = []
    for question in chosen[:MEASURED]:
        own = {text for text in parts[question] if recorded[text] == 1}
        each = (vectors.near(vectors[text], nearest + len(own)) for text in parts[question])
        others = ([cosine for text, cosine in near if text not in own] for near in each)
        found.append(max(distance(cosines[:nearest]) for cosines in others))
    return found
