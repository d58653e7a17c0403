"""The check `ambiguity`: does the model take the request to mean one thing?

Samples that ask back, or that speak of different things, read the request differently: then a
person should find out what the customer wants. A draft that asks back itself is fine. Shares its
samples with `consistency`; knows nothing of how they are drawn.
"""

import re
from itertools import combinations

from pydantic import BaseModel, Field

from hitl_chat.checks.comparing import Beside, Compared
from hitl_chat.checks.lexical import Sample, absent, either, keys, mean, sentences
from hitl_chat.checks.plain import Risk, stretches
from hitl_chat.checks.samples import Drawing
from hitl_chat.ports import Asked, Means

REASON = "ambiguous"

_QUESTION = re.compile(r"[?？؟][\"'”’)\]*_\s]*$")  # noqa: RUF001 (other scripts' question marks)
_OFFER = re.compile(r"\belse\b|\bnoch etwas\b|\bsonst\b|\bautre chose\b|\balgo más\b", re.I)


class Options(Drawing):
    """What `checks:` may say of an ambiguity check."""

    quorum: int = Field(default=2, ge=1, le=5, description="fewer samples cannot differ")


def asks(text: str) -> bool:
    """Whether a text asks more than it says; an offer of more help asks nothing."""
    said = [sentence for sentence in sentences(text) if not _OFFER.search(sentence)]
    asking = sum(_QUESTION.search(sentence) is not None for sentence in said)
    return 0 < len(said) <= 2 * asking


def apart(one: Sample, other: Sample, asked: frozenset[str]) -> float:
    """How far two answers speak of different things: what is missing from either in the other.

    The smaller share counts, so a short answer is not apart from a long one that contains it.
    """
    mine = [token for token in one.tokens if token.key not in asked]
    theirs = [token for token in other.tokens if token.key not in asked]
    if not mine or not theirs:
        return 0.0
    return min(absent(mine, keys(theirs)), absent(theirs, keys(mine)))


def score(compared: Compared) -> tuple[float, int, float]:
    """The risk; how many ask back; how far the answers among them are apart."""
    asking = [asks(text) for text in compared.texts]
    answers = [
        one for one, asks_back in zip(compared.samples, asking, strict=True) if not asks_back
    ]
    far = mean(
        apart(one, other, compared.asked)
        for one, other in combinations(answers, 2)
        if not (one.ignorant or other.ignorant)
    )
    return either((mean(map(float, asking)), far**2)), sum(asking), far


def look(asked: Asked, compared: Compared) -> Risk:
    if any(asks(stretch.text) for stretch in stretches(asked)):
        return Risk(detail="the answer asks back")
    risk, asking, far = score(compared)
    detail = (
        f"{REASON}: {asking} of {len(compared.texts)} samples ask back, answers {far:.2f} apart"
    )
    return Risk(round(risk, 4), (), detail)


def build(name: str, options: BaseModel, means: Means) -> Beside:
    return Beside(name, Options.model_validate(options, from_attributes=True), means, look)
