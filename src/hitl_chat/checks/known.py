"""A library at work: its texts as vectors, and what of it a draft is like.

Follows the library as it changes: only new texts are embedded, and whoever asks sees one version
or the next, never half of one. Must not know files, rules or verdicts.
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from hitl_chat.checks import contrast
from hitl_chat.checks.contrast import Contrast, Likeness, Text, Weights
from hitl_chat.checks.library import EMPTY, Entry, Library
from hitl_chat.core.evidence import KnownAnswer
from hitl_chat.errors import Unavailable
from hitl_chat.ports import Embedder

if TYPE_CHECKING:
    from hitl_chat.checks.vectors import Vector, Vectors

AT_ONCE = 16  # texts for the embedder, which serves drafts in between
SLICE = 500
MOST_TOLD = 3

# An answer this near to a bad one, in so many words, is looked at whatever was asked.
NEAR, SHARED = 0.9, 0.6


class Side(NamedTuple):
    """The answers to one question: the known-bad, or the known-good."""

    ids: tuple[str, ...]
    texts: tuple[str, ...]
    read: tuple[Text, ...]


class Asks(NamedTuple):
    """A question that the library answers."""

    read: Text
    bad: Side
    good: Side


class Found(NamedTuple):
    """How risky a draft is, and which known answers say so, the most alike first."""

    score: float = 0.0
    seen: Contrast = Contrast()
    bad: tuple[Likeness, ...] = ()
    good: tuple[Likeness, ...] = ()


class Change(NamedTuple):
    """How to become another library. Of the shelves: what comes, and what goes."""

    version: str
    asks: Mapping[str, Asks]
    wrong: Mapping[str, tuple[str, ...]]
    added: Sequence[Sequence[str]]
    removed: Sequence[Sequence[str]]


class Known:
    """Without vectors until `hold` was called: numpy is there when an embedder is."""

    def __init__(self, embedder: Embedder) -> None:
        self.version = EMPTY.version
        self._embedder = embedder
        self._key = ""  # of the vectors in use
        self._next = ""  # of those that are made
        self._questions: Vectors
        self._bad: Vectors
        self._good: Vectors
        self._made: dict[str, Vector] = {}  # vectors of texts that are on their way in
        self._asks: Mapping[str, Asks] = {}
        self._wrong: Mapping[str, tuple[str, ...]] = {}  # the questions of each bad answer
        self._entries: Mapping[str, Entry] = {}

    def answers(self, found: "Found") -> tuple[KnownAnswer, ...]:
        """The bad answers a draft is like, as they stand in the library, with what was right."""
        right = (self._entries.get(one.id) for one in found.good)
        good = next((entry.good for entry in right if entry), "")
        known = ((one, self._entries.get(one.id)) for one in found.bad)
        return tuple(_answer(one, entry, good) for one, entry in known if entry)

    async def hold(self, library: Library) -> None:
        """Makes it the library. What was embedded stays, also when this is broken off."""
        key = self._embedder.key
        if self._next != key:  # vectors of two models never meet
            self._forget()
            self._next = key
        change = await asyncio.to_thread(self._change, library)  # much to look through
        await self._make(change.added)
        for vectors, added in zip(self._shelves, change.added, strict=True):
            for some in _slices(added, SLICE):
                for text in some:
                    vectors.add(text, self._made[text])
                await asyncio.sleep(0)  # others get their turn
        self._asks, self._wrong, self.version = change.asks, change.wrong, change.version
        self._entries = library.entries
        self._key = key
        for vectors, removed in zip(self._shelves, change.removed, strict=True):
            for text in removed:
                vectors.remove(text)
        self._made.clear()
        await self._fit()

    @property
    def usable(self) -> bool:
        """Whether there is a library, in vectors of the model that is in use."""
        return bool(self._key) and self._key == self._embedder.key

    async def embed(self, texts: Sequence[str]) -> list["Vector"]:
        """Vectors that can be compared with those that are held."""
        return await self._embed(texts, self._key)

    def asked(self, vectors: Sequence["Vector"], gate: float, count: int) -> list[str]:
        """The questions of the library that were asked, in one of these ways of asking."""
        near: dict[str, float] = {}
        for vector in vectors:
            for question, cosine in self._questions.near(vector, count):
                if cosine >= gate and question in self._asks:
                    near[question] = max(cosine, near.get(question, cosine))
        return sorted(near, key=lambda question: (-near[question], question))[:count]

    def answered(self, draft: Text, vector: "Vector", count: int) -> list[str]:
        """The questions to which the draft is a known-bad answer, nearly word for word."""
        if len(draft.words) < contrast.LONG:
            return []
        near = (text for text, cosine in self._bad.near(vector, count) if cosine >= NEAR)
        wrong = (text for text in near if _shared(draft, contrast.read(text)) >= SHARED)
        return sorted({question for text in wrong for question in self._wrong.get(text, ())})

    def look(
        self, draft: Text, vector: "Vector", asked: Text, questions: Iterable[str], weights: Weights
    ) -> Found:
        """What the known answers to these questions say of the draft."""
        bad: list[Likeness] = []
        good: list[Likeness] = []
        for question in questions:
            its = self._asks[question]
            bad += self._alike(draft, vector, question, its.bad, self._bad)
            good += self._alike(draft, vector, question, its.good, self._good)
        empty = contrast.says_nothing(draft, asked)
        return Found(
            contrast.score(weights, bad, good, empty=empty),
            contrast.contrast(bad, good, empty=empty),
            tuple(contrast.nearest(bad, MOST_TOLD)),
            tuple(contrast.nearest(good)),
        )

    def _alike(
        self, draft: Text, vector: "Vector", question: str, side: Side, among: "Vectors"
    ) -> list[Likeness]:
        if not side.ids:
            return []
        from hitl_chat.checks.vectors import beside, cosines

        rows = beside([vector, *(among[text] for text in side.texts)], self._questions[question])
        each = cosines(rows[1:], rows[0]).tolist()
        read = self._asks[question].read
        return [
            contrast.likeness(ident, min(1.0, cosine), draft, known, read)
            for ident, cosine, known in zip(side.ids, each, side.read, strict=True)
        ]

    @property
    def _shelves(self) -> tuple["Vectors", "Vectors", "Vectors"]:
        return self._questions, self._bad, self._good

    def _forget(self) -> None:
        from hitl_chat.checks.vectors import Exact

        self._questions, self._bad, self._good = Exact(), Exact(), Exact()
        self._asks, self._wrong, self.version = {}, {}, EMPTY.version
        self._entries = {}
        self._made.clear()
        self._key = ""

    def _change(self, library: Library) -> "Change":
        texts = _texts(library.entries.values())
        both = tuple(zip(self._shelves, texts, strict=True))
        asks = _asks(library)
        return Change(
            library.version,
            asks,
            _wrong(asks),
            [sorted(text for text in wanted if text not in held) for held, wanted in both],
            [[text for text in held if text not in wanted] for held, wanted in both],
        )

    async def _make(self, added: Iterable[Sequence[str]]) -> None:
        missing = {text for texts in added for text in texts if text not in self._made}
        for some in _slices(sorted(missing), AT_ONCE):
            made = await self._embed(some, self._next)
            self._made.update(zip(some, made, strict=True))

    async def _embed(self, texts: Sequence[str], key: str) -> list["Vector"]:
        rows = await self._embedder.embed(texts)
        if self._embedder.key != key:
            raise Unavailable("The embedding model changed: ask again.", code="model_changed")
        return list(rows)

    async def _fit(self) -> None:
        from hitl_chat.checks.vectors import fit

        self._questions = await asyncio.to_thread(fit, self._questions)
        self._bad = await asyncio.to_thread(fit, self._bad)


def _answer(one: Likeness, entry: Entry, good: str) -> KnownAnswer:
    return KnownAnswer(
        entry.id,
        entry.question,
        entry.bad,
        entry.good or good,
        round(one.matched, 3),
        entry.by,
        entry.at,
        entry.why,
        entry.decision,
    )


def _texts(entries: Iterable[Entry]) -> tuple[set[str], set[str], set[str]]:
    every = tuple(entries)
    return (
        {one.question for one in every},
        {one.bad for one in every if one.bad},
        {one.good for one in every if one.good},
    )


def _asks(library: Library) -> dict[str, Asks]:
    """What is known of each question, read once."""
    by_question: defaultdict[str, list[Entry]] = defaultdict(list)
    for _, entry in sorted(library.entries.items()):
        by_question[entry.question].append(entry)
    return {
        question: Asks(
            contrast.read(question),
            _side((one.id, one.bad) for one in entries),
            _side((one.id, one.good) for one in entries),
        )
        for question, entries in by_question.items()
    }


def _side(answers: Iterable[tuple[str, str]]) -> Side:
    given = [(ident, text) for ident, text in answers if text]
    return Side(
        tuple(ident for ident, _ in given),
        tuple(text for _, text in given),
        tuple(contrast.read(text) for _, text in given),
    )


def _wrong(asks: Mapping[str, Asks]) -> dict[str, tuple[str, ...]]:
    questions: defaultdict[str, list[str]] = defaultdict(list)
    for question, its in asks.items():
        for text in its.bad.texts:
            questions[text].append(question)
    return {text: tuple(dict.fromkeys(its)) for text, its in questions.items()}


def _shared(one: Text, other: Text) -> float:
    return len(one.words & other.words) / max(1, len(one.words | other.words))


def _slices(texts: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    return (texts[at : at + size] for at in range(0, len(texts), size))
