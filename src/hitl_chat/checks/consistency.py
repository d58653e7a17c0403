"""The check `consistency`: does the model say the same when it is asked again?

Samples are drawn while the draft streams; each segment is compared with them by its numbers, names
and words. What no sample supports is marked. Owns when which scorer speaks; knows neither how
samples are drawn nor how texts are compared.
"""

from collections.abc import Sequence
from functools import partial
from itertools import pairwise

from pydantic import BaseModel, Field

from hitl_chat.checks import lexical
from hitl_chat.checks.comparing import Beside, Compared
from hitl_chat.checks.lexical import BACK, Weights, either
from hitl_chat.checks.lexical_evidence import told, unsupported
from hitl_chat.checks.lexical_weights import SHIPPED, load
from hitl_chat.checks.plain import Risk, Stretch, stretches
from hitl_chat.checks.samples import Drawing
from hitl_chat.checks.tokens import Token, tokens
from hitl_chat.core.segments import ends
from hitl_chat.core.types import Span
from hitl_chat.ports import Asked, Means

SLACK = 200  # characters: a text is not begun in the middle of a word that counts


class Options(Drawing):
    """What `checks:` may say of a consistency check."""

    trained: bool = Field(
        default=True, description="false: only the scorer that no labelled rows went into"
    )
    weights: str = Field(
        default="", description="a file of weights beside the rules; empty: the shipped ones"
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


def build(name: str, options: BaseModel, means: Means) -> Beside:
    options = Options.model_validate(options, from_attributes=True)
    path = means.folder / options.weights if options.weights else SHIPPED
    weights = load(path) if options.trained else None
    return Beside(name, options, means, partial(look, weights=weights))
