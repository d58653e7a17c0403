"""The check `known_bad`: the answer is one that somebody has found bad before.

Compares with what is known of the same question: more like the bad answers than like the good
ones is risky; being near a bad answer is not enough. Follows its library while serving. Must not
know who writes that.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Annotated, NamedTuple

from pydantic import BaseModel
from pydantic import Field as Described

from hitl_chat.checks import contrast, contrast_weights
from hitl_chat.checks.ends import shortened
from hitl_chat.checks.following import Following
from hitl_chat.checks.known import Found, Known
from hitl_chat.checks.library import LONGEST as LONGEST_ANSWER
from hitl_chat.checks.library import load
from hitl_chat.checks.plain import (
    CALLED,
    SPOKEN,
    Risk,
    Settings,
    Stretch,
    failed,
    stretches,
    verdict,
)
from hitl_chat.checks.transcript import CUSTOMER, Message, customers, said_by
from hitl_chat.core.events import CheckFailed, Verdict
from hitl_chat.core.evidence import Evidence
from hitl_chat.core.segments import LONGEST, ends
from hitl_chat.core.types import Span
from hitl_chat.errors import HitlError
from hitl_chat.ports import Asked, Cost, Means

NAME = "known_bad"
RECENT = 8  # messages
MOST_ASKED = 6  # sentences of the customer's that are taken for a question of their own
MOST_PARTS = 24  # of one text; in a longer one several sentences are one part
WINDOW = 2 * LONGEST  # so that no text is looked at again and again


class Options(Settings):
    """What `checks:` may say of a known-bad check."""

    library: Annotated[tuple[str, ...], Described(min_length=1)] = Described(
        default=("known_bad.jsonl",), description="files of known answers, beside the rules file"
    )
    gate: Annotated[float, Described(ge=0, le=1, allow_inf_nan=False)] = Described(
        default=0.7, description="how like the customer's question a known one must be (cosine)"
    )
    weights: str = Described(
        default=contrast_weights.SHIPPED,
        description="`shipped`, `none` (nothing trained), or a file of weights",
    )
    top_k: Annotated[int, Described(ge=1, le=100)] = Described(
        default=8, description="how many known questions one answer is compared with at most"
    )
    timeout: Annotated[float, Described(gt=0, le=600)] = Described(
        default=5.0, description="seconds it may take; then it has failed"
    )


class Part(NamedTuple):
    """A stretch, or one sentence of it, by places in the stretch."""

    stretch: Stretch
    start: int
    end: int

    @property
    def text(self) -> str:
        return self.stretch.part[self.start : self.end].strip()

    def span(self) -> Span:
        return self.stretch.span(self.start, self.end, NAME)


class KnownBad:
    """`ports.Check`."""

    cost: Cost = "free"

    def __init__(self, name: str, options: Options, means: Means) -> None:
        self.name = name
        self.timeout = options.timeout
        self._options = options
        self._means = means
        known = Known(means.embedder)
        self._following = Following(options.library, means, known, known.hold, load)
        self._weights: contrast.Weights | None = None

    def begin(self, asked: Asked) -> None:
        """The library is read, if it has changed, while the model begins to write."""
        self._following.begin()

    async def prepare(self) -> None:
        """Returns once the library is in use as its files are now; raises what is wrong."""
        await self._following.caught_up()

    def unreadable(self) -> str:
        """What is wrong with its files; "" if nothing is."""
        return self._following.unreadable()

    async def judge(self, asked: Asked) -> Verdict | CheckFailed:
        try:
            return verdict(self.name, asked, await self._judged(asked))
        except HitlError as error:
            return failed(self.name, asked, error.message)

    # --- what it is like ----------------------------------------------------------------------

    async def _judged(self, asked: Asked) -> Risk:
        if self._weights is None:
            self._weights = contrast_weights.weights(self._options.weights, self._means.folder)
        known = await self._following.current()
        questions, parts = asks(asked.messages), list(_parts(asked))
        if not parts:
            return Risk(detail=f"no answer; {self._following.version}")
        vectors = await known.embed([*questions, *(part.text for part in parts)])
        gate, count = self._options.gate, self._options.top_k
        asked_for = known.asked(vectors[: len(questions)], gate, count)
        said = contrast.read(" ".join(questions[:1]))
        best, where = Found(), parts[0]
        for part, vector in zip(parts, vectors[len(questions) :], strict=True):
            draft = contrast.read(part.text)
            about = dict.fromkeys([*asked_for, *known.answered(draft, vector, count)])
            found = known.look(draft, vector, said, about, self._weights)
            if not best.bad or found.score > best.score:
                best, where = found, part
        spans = (where.span(),) if best.score >= contrast.EVEN else ()
        detail = f"{_told(best)}; {self._following.version}"
        return Risk(best.score, spans, detail, Evidence(known=known.answers(best)))


def asks(messages: Sequence[Message]) -> list[str]:
    """Ways to read what the customer asks: the last words, with earlier ones, a sentence alone."""
    last = shortened(customers(messages).strip(), LONGEST_ANSWER)
    every = shortened("\n".join(said_by(messages[-RECENT:], CUSTOMER)).strip(), LONGEST_ANSWER)
    sentences = [last[start:end].strip() for start, end in pairwise(cuts(last))]
    sentences.sort(key=lambda sentence: not sentence.endswith("?"))
    alone = [one for one in sentences if len(contrast.read(one).words) >= contrast.LONG - 1]
    return [text for text in dict.fromkeys((last, every, *alone[:MOST_ASKED])) if text]


def _parts(asked: Asked) -> Iterator[Part]:
    """Each stretch as a whole and, where it has several, each of its sentences."""
    for stretch in stretches(asked, SPOKEN | CALLED):
        sentences = cuts(stretch.part)
        places = [(0, min(len(stretch.part), LONGEST_ANSWER))]
        if len(sentences) > 2:
            places += pairwise(sentences)
        parts = (Part(stretch, start, end) for start, end in places)
        yield from (part for part in parts if part.text)


def cuts(text: str) -> list[int]:
    """Where the parts of a text begin, and its end."""
    places = [0]
    while found := ends(text[places[-1] : places[-1] + WINDOW]):
        places += [places[-1] + end for end in found]
    if places[-1] < len(text):
        places.append(len(text))
    return places if len(places) <= MOST_PARTS else _packed(places)


def _packed(cuts: Sequence[int]) -> list[int]:
    """Fewer parts, none longer than a model reads: a very long text takes too long, and fails."""
    kept = [0]
    for before, cut in pairwise(cuts):
        if cut - kept[-1] > LONGEST and before > kept[-1]:
            kept.append(before)
    return [*kept, cuts[-1]]


def _told(found: Found) -> str:
    """Which known answers it is like; never what they say."""
    if not found.bad:
        return "no known-bad answer to this question"
    ids = ", ".join(f"{one.id} ({one.matched:.2f})" for one in found.bad)
    if not found.good:
        return f"near known-bad {ids}, no good answer is known"
    good = found.good[0].matched
    if found.score >= contrast.EVEN and found.bad[0].matched > good:
        return f"resembles known-bad {ids} more than any good answer ({good:.2f})"
    return f"near known-bad {ids}, nearest good answer {good:.2f}"


def build(name: str, options: BaseModel, means: Means) -> KnownBad:
    return KnownBad(name, Options.model_validate(options, from_attributes=True), means)
