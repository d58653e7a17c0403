"""How far other answers support a segment, by its numbers, names and words alone.

Pure: no model, no embedding, no language but the handful of phrases for "I do not know". Owns the
features of the trained scorer, whose weights it is handed, and the scorer that needs none.
"""

import math
import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from itertools import combinations, permutations
from typing import NamedTuple

from hitl_chat.checks.tokens import Kind, Token, tokens

KINDS: tuple[Kind, ...] = ("number", "name", "word")
FEATURES = (
    "number_absent",
    "name_absent",
    "word_absent",
    "has_number",
    "has_name",
    "so_far_absent",
    "new_absent",
    "number_astray",
    "number_contradicted",
    "samples_agree",
)
BACK = 6000  # characters in front of a segment that still bear on it
SMOOTH = 1  # one absent word of one is not the certainty that five of five are
SOFT = 8  # so much unsupported weight is half a sign
HALF = 0.5  # one sign alone, however strong, makes no more than half a risk
SHORT = 40  # content tokens: answers up to there are about one thing
UNDECIDED = 0.3  # how far samples without any number "agree" on theirs
_SENTENCE = re.compile(r"(?<=[.!?…。！？])\s*(?=\S)|\n+")  # noqa: RUF001
_IGNORANT = re.compile(
    r"\bas an ai\b|\bi[’']?m sorry\b|\bincomplete\b|\bunclear\b|\bunknown\b"  # noqa: RUF001
    r"|\bi (?:do not|don[’']?t|cannot|can[’']?t) (?:have|know|find|provide|determine|answer)\b"  # noqa: RUF001
    r"|\b(?:is|are|was|were) not (?:provided|specified|available|mentioned|given|clear|known)\b"
    r"|\bcannot be (?:answered|determined)\b|\bno information\b|\bnot enough information\b",
    re.IGNORECASE,
)


class Place(NamedTuple):
    """One sentence of a sample: which numbers it holds, and what they are about."""

    numbers: frozenset[str]
    about: frozenset[str]


class Sample(NamedTuple):
    """One answer, read once."""

    tokens: tuple[Token, ...]
    keys: frozenset[str]
    numbers: frozenset[str]
    places: tuple[Place, ...]
    ignorant: bool  # it says that it does not know


class Weights(NamedTuple):
    """A logistic over `FEATURES`, in their order."""

    bias: float
    weights: tuple[float, ...]


def read(answer: str) -> Sample:
    found = tuple(tokens(answer))
    return Sample(
        found,
        keys(found),
        keys(token for token in found if token.kind == "number"),
        tuple(_place(tokens(sentence)) for sentence in sentences(answer)),
        does_not_know(answer),
    )


def does_not_know(answer: str) -> bool:
    return _IGNORANT.search(answer) is not None


def sentences(text: str) -> list[str]:
    return [sentence for sentence in _SENTENCE.split(text) if sentence.strip()]


def keys(found: Iterable[Token]) -> frozenset[str]:
    return frozenset(token.key for token in found)


def _place(sentence: Sequence[Token]) -> Place:
    numbers = keys(token for token in sentence if token.kind == "number")
    return Place(numbers, keys(token for token in sentence if token.kind != "number"))


def absent(found: Sequence[Token], said: frozenset[str]) -> float:
    """The weighted share of these tokens that is not among what was said."""
    whole = sum(token.weight for token in found)
    missing = sum(token.weight for token in found if token.key not in said)
    return missing / (whole + SMOOTH)


def features(
    draft: Sequence[Token], start: int, upto: int, samples: Sequence[Sample]
) -> list[float]:
    """What the trained scorer sees of one segment, in the order of `FEATURES`.

    It looks at what was written up to the segment's end and at nothing behind it, so that a
    segment gets the same score in a stream as in a stored draft.
    """
    first, begin, end = (bisect_left(draft, at, key=_start) for at in (start - BACK, start, upto))
    segment, so_far = draft[begin:end], draft[first:end]
    before = keys(draft[first:begin])
    by_kind = {kind: [token for token in segment if token.kind == kind] for kind in KINDS}
    new = [token for token in segment if token.key not in before]
    said = [sample.keys for sample in samples]
    return [
        *(mean(absent(by_kind[kind], each) for each in said) for kind in KINDS),
        float(bool(by_kind["number"])),
        float(bool(by_kind["name"])),
        mean(absent(so_far, each) for each in said),
        mean(absent(new, each) for each in said),
        mean(_astray(segment, sample.places) for sample in samples),
        mean(_contradicted(segment, sample.places) for sample in samples),
        _agreement(samples),
    ]


def _start(token: Token) -> int:
    return token.start


def _astray(segment: Sequence[Token], places: Sequence[Place]) -> float:
    """How far the numbers are from standing, in a sample, among words they stand among here."""
    about = keys(token for token in segment if token.kind != "number")
    return mean(
        1.0 - max((_shared(about, at.about) for at in places if token.key in at.numbers), default=0)
        for token in segment
        if token.kind == "number"
    )


def _contradicted(segment: Sequence[Token], places: Sequence[Place]) -> float:
    """How far a sample says other numbers where it speaks of the same."""
    about = keys(token for token in segment if token.kind != "number")
    numbers = [token.key for token in segment if token.kind == "number"]
    return max(
        (
            _shared(about, at.about) * mean(float(each not in at.numbers) for each in numbers)
            for at in places
            if at.numbers
        ),
        default=0.0,
    )


def _shared(about: frozenset[str], other: frozenset[str]) -> float:
    return len(about & other) / len(about) if about else 1.0


def _agreement(samples: Sequence[Sample]) -> float:
    """How far the samples name the same numbers: where they do, the model knows the matter."""
    pairs = [
        len(one.numbers & other.numbers) / len(one.numbers | other.numbers)
        for one, other in combinations(samples, 2)
        if one.numbers or other.numbers
    ]
    return mean(pairs) if pairs else UNDECIDED


def disagreement(samples: Sequence[Sample], asked: frozenset[str]) -> float:
    """How much of each sample no other says; the question's own words prove nothing."""
    theirs = [_beside(sample.tokens, asked) for sample in samples]
    return mean(absent(one, keys(other)) for one, other in permutations(theirs, 2))


def ignorance(samples: Sequence[Sample]) -> float:
    """The share of samples that say they do not know."""
    return mean(float(sample.ignorant) for sample in samples)


def untrained(draft: Sequence[Token], asked: frozenset[str], samples: Sequence[Sample]) -> float:
    """The risk of a whole, short answer from four signs, none of them fitted.

    What the samples do not support; what they say and the answer does not; how little they agree
    with each other; how many of them do not know.
    """
    own, said = _beside(draft, asked), keys(draft)
    missing = mean(
        sum(token.weight for token in own if token.key not in sample.keys) for sample in samples
    )
    unsaid = mean(absent(_beside(sample.tokens, asked), said) for sample in samples)
    return either(
        HALF * sign
        for sign in (
            missing / (missing + SOFT),
            unsaid,
            disagreement(samples, asked),
            ignorance(samples),
        )
    )


def trained(
    draft: Sequence[Token], start: int, upto: int, samples: Sequence[Sample], weights: Weights
) -> float:
    """The risk of one segment, as learned from labelled ones."""
    total = weights.bias + math.fsum(
        weight * value
        for weight, value in zip(
            weights.weights, features(draft, start, upto, samples), strict=True
        )
    )
    return 0.5 + 0.5 * math.tanh(total / 2)  # the logistic, without an exp() to overflow


def are_short(samples: Sequence[Sample]) -> bool:
    return mean(len(sample.tokens) for sample in samples) <= SHORT


def _beside(found: Iterable[Token], asked: frozenset[str]) -> list[Token]:
    return [token for token in found if token.key not in asked]


def either(signs: Iterable[float]) -> float:
    """Each sign makes it more likely, none takes away from another."""
    return 1.0 - math.prod(1.0 - sign for sign in signs)


def mean(values: Iterable[float]) -> float:
    """The mean, or 0 of nothing."""
    every = tuple(values)
    return math.fsum(every) / len(every) if every else 0.0
