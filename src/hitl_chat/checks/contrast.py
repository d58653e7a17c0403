"""How much more a draft is like known-bad answers than like known-good ones.

Pure arithmetic over how alike texts are. All that bad answers contribute can only raise the score
and all that good ones contribute can only lower it, so adding a known-bad answer never makes
anything look safer. Must not know vectors, libraries or files.
"""

import re
from collections.abc import Iterable, Sequence
from math import tanh
from typing import NamedTuple

from hitl_chat.core.types import Value

OPPOSED = 0.4  # what it costs to say the opposite, or another number
EVEN = 0.5  # as likely bad as not
UNDECIDED = 0.49
LONG = 4  # words: with fewer, the same answer may answer another question

# Python's `re` is safe here: the pattern is ours, linear, and never a user's.
_WORD = re.compile(r"\d+(?:[.,]\d+)+|[^\W_]+(?:'[^\W_]+)?")

# Words that carry no answer. The order and the rest of the grammar is the model's to understand.
_GRAMMAR = """a an the
is are was were be been being to of in on at for and or it its that this these
those you your i my me we our he she they them their his her with as by from will would can could do
does did has have had if there what which who when where how why s t"""
_NEGATING = """no not never none nothing nobody nowhere neither nor non without cannot cant dont
doesnt isnt false incorrect untrue myth misconception fictional nicht kein keine keinen keiner
keinem nie niemals nichts ohne pas jamais aucun aucune sans nunca ningún ninguna ninguno senza não
sem niet geen nooit zonder"""
# What is said with a denying word and denies nothing, in the words of `_WORD`.
_DENYING_NOTHING = """no questions asked|no strings attached|no ifs|no buts|no matter|no problem
no worries|no doubt|no question about it|no wonder|no later than|no sooner than|no less than
no more than|not only|not just|not least|not to mention|whether or not|or not|why not
without (?:a |any )?(?:doubt|question|hesitation|problems?|hassle|fuss|further ado)
nothing to worry about|never fear|never mind|kein problem|keine (?:frage|sorge)|nicht nur
nicht zuletzt|ohne (?:wenn und aber|weiteres|zweifel|frage|probleme)|pas de (?:problème|souci)
sans (?:aucun )?(?:doute|problème|condition|hésiter|hésitation)|non seulement|pas seulement
sin (?:duda|dudas|problema|problemas|compromiso|preguntas)|no (?:solo|sólo|solamente)
nessun problema|senza (?:dubbio|problemi)|non solo|sem (?:dúvida|problema|problemas)|não só
geen (?:probleem|zorgen)|zonder (?:twijfel|probleem|problemen)|niet alleen"""
_HAVING_NO_ANSWER = """no not comment know sure sorry idea say tell answer question understand think
don't i'm it's i've"""
_EMPTY = frozenset(_GRAMMAR.split())
_NEGATIONS = frozenset(_NEGATING.split())
_IDIOM = re.compile(rf"\b(?:{'|'.join(_DENYING_NOTHING.splitlines())})\b")
_UNSAYING = frozenset(_HAVING_NO_ANSWER.split())


class Text(NamedTuple):
    """A text, read once. `words`: those that carry something."""

    words: frozenset[str]
    numbers: frozenset[str]
    negated: bool
    said: tuple[str, ...]


class Likeness(NamedTuple):
    """How like a draft is to one known answer, their question left out of both."""

    id: str
    meaning: float  # cosine
    words: float  # Jaccard
    opposed: bool = False
    same: bool = False  # word for word

    @property
    def matched(self) -> float:
        """What `meaning` is worth, since the opposite of an answer is very like it."""
        return max(0.0, self.meaning - OPPOSED * self.opposed)

    @property
    def matched_words(self) -> float:
        return max(0.0, self.words - OPPOSED * self.opposed)


class Contrast(NamedTuple):
    """What is weighed."""

    bad_meaning: float = 0.0
    bad_words: float = 0.0
    good_meaning: float = 0.0
    good_words: float = 0.0
    says_nothing: float = 0.0


class Weights(Value, frozen=True, forbid_unknown_fields=True):
    """What each part of a contrast is worth, as a logistic. `bad_*` >= 0, the others <= 0."""

    intercept: float
    bad_meaning: float
    bad_words: float
    good_meaning: float
    good_words: float
    says_nothing: float

    def __post_init__(self) -> None:
        for name in Contrast._fields:
            worth = getattr(self, name)
            if (worth if name.startswith("bad") else -worth) < 0:
                msg = f"the weight {name!r} is {worth!r}: bad answers raise, all else lowers"
                raise ValueError(msg)

    def score(self, contrast: Contrast) -> float:
        worth = (getattr(self, name) for name in Contrast._fields)
        total = sum(w * value for w, value in zip(worth, contrast, strict=True))
        return 0.5 + 0.5 * tanh((self.intercept + total) / 2)


# Trained on nothing: all four likenesses count the same, and there must be some to speak of.
UNTRAINED = Weights(-1.0, 4.0, 4.0, -4.0, -4.0, -2.0)


def read(text: str) -> Text:
    said = tuple(_WORD.findall(text.lower().replace("’", "'")))  # noqa: RUF001 (typographic)
    words = frozenset(said) - _EMPTY
    numbers = frozenset(word for word in words if word[0].isdigit())
    return Text(words, numbers, denies(said), said)


def denies(said: Sequence[str]) -> bool:
    """Whether these words deny something: "no questions asked" promises, and denies nothing."""
    left = _IDIOM.sub(" ", " ".join(said)).split()
    return any(word in _NEGATIONS or word.endswith("n't") for word in left)


def likeness(ident: str, meaning: float, draft: Text, known: Text, question: Text) -> Likeness:
    mine, its = draft.words - question.words, known.words - question.words
    either = mine | its
    words = len(mine & its) / len(either) if either else 0.0
    return Likeness(ident, meaning, words, opposed(draft, known), _same(draft, known))


def _same(one: Text, other: Text) -> bool:
    return len(one.said) >= LONG and one.said == other.said


def opposed(one: Text, other: Text) -> bool:
    """One denies and the other does not, or both name numbers, and not the same ones."""
    numbers = one.numbers and other.numbers and one.numbers != other.numbers
    return one.negated != other.negated or bool(numbers)


def says_nothing(draft: Text, question: Text) -> bool:
    """It repeats the question, or has no answer: neither bad nor good."""
    rest = draft.words - question.words
    return not rest or (rest <= _UNSAYING and not rest <= _NEGATIONS)


def contrast(bad: Sequence[Likeness], good: Sequence[Likeness], *, empty: bool) -> Contrast:
    return Contrast(
        _most(one.matched for one in bad),
        _most(one.matched_words for one in bad),
        _most(one.matched for one in good),
        _most(one.words for one in good),
        float(empty),
    )


def score(
    weights: Weights, bad: Sequence[Likeness], good: Sequence[Likeness], *, empty: bool
) -> float:
    """0 without any bad answer; at most `UNDECIDED` when a cosine is all there is."""
    if not bad:
        return 0.0
    seen = contrast(bad, good, empty=empty)
    risk = weights.score(seen)
    if any(one.same for one in bad) and not any(one.same for one in good):
        return max(risk, 1.0 - (1.0 - risk) / 10)  # the same words again
    if not good and not seen.bad_words:
        return min(risk, UNDECIDED)
    return risk


def nearest(known: Iterable[Likeness], count: int = 1) -> list[Likeness]:
    """Those a person should look at, the most alike first."""
    ranked = sorted(known, key=lambda one: (-one.same, -one.matched - one.matched_words, one.id))
    return ranked[:count]


def _most(values: Iterable[float]) -> float:
    return max(values, default=0.0)
