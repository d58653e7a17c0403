"""The check `grounding`: what the answer claims that nothing it could know from supports.

Sources are the request's instructions and documents, tool results, and the customer's words. Owns
how bad each kind of unsupported claim is. Reads tool arguments and structured answers too.
"""

from functools import partial
from typing import TYPE_CHECKING, Annotated, Literal, NamedTuple, get_args

from pydantic import BaseModel, Field, ValidationInfo, field_validator

from hitl_chat.checks import evidence, passages
from hitl_chat.checks.claims import Claim, claims
from hitl_chat.checks.contacts import contacts_of
from hitl_chat.checks.ends import Ends, within
from hitl_chat.checks.evidence import Evidence
from hitl_chat.checks.plain import (
    CALLED,
    SPOKEN,
    Plain,
    Risk,
    Settings,
    Stretch,
    either,
    is_structured,
    stretches,
    told,
)
from hitl_chat.checks.transcript import CUSTOMER, INSTRUCTIONS, RESULTS, said_by, since_customer
from hitl_chat.core.evidence import Evidence as AgentsEvidence
from hitl_chat.core.evidence import Passage
from hitl_chat.core.fields import kind_of
from hitl_chat.ports import Asked, Means

if TYPE_CHECKING:
    from hitl_chat.core.types import Span


Kind = Literal[
    "amount", "percent", "temperature", "duration", "measure", "number", "date", "weekday", "time",
    "link", "email", "phone", "code", "name",
]  # fmt: skip
WEIGHTS: dict[str, float] = {
    "amount": 0.9, "percent": 0.85, "temperature": 0.85, "duration": 0.85, "measure": 0.75,
    "number": 0.6, "date": 0.8, "weekday": 0.75, "time": 0.75, "link": 0.85, "email": 0.95,
    "phone": 0.95, "code": 0.85, "name": 0.4,
}  # fmt: skip
SMALL, SMALL_WEIGHT = 10, 0.25  # "the 3 pegs" is counted, not looked up
VALUE_WEIGHT = 0.85  # a number that a program will act on
DERIVED = 0.3  # part of its weight: the sum or difference of two numbers that are known
# Of when something happens, what was just looked up speaks before any document: a parcel does not
# arrive on a Tuesday because the shop is open on Tuesdays.
LOOKED_UP_FIRST, ELSEWHERE = frozenset({"date", "weekday", "time"}), 0.7
TOOL, TOLD = "a tool's result", "the instructions"
# Characters that are read of one text, and of all: of the customer's, and of tools' results.
ONE_MESSAGE, ALL_MESSAGES = 50_000, 200_000
ONE_RESULT, ALL_RESULTS = 400_000, 1_000_000
MOST_COMPARED = 5  # claims of one text that are looked up for a person
LIGHT = 0.5  # signs lighter than this count once for each kind, however many there are


class Options(Settings):
    """What `checks:` may say of it."""

    kinds: list[Kind] = Field(
        default=list(get_args(Kind)), min_length=1, description="the kinds of claims to look up"
    )
    allow: list[Annotated[str, Field(strict=True, min_length=1)]] = Field(
        default=[],
        validate_default=True,
        description="texts that support a claim always: own links, numbers, hours",
    )
    earlier_answers: Annotated[bool, Field(strict=True)] = Field(
        default=False, description="whether the assistant's earlier answers are a source too"
    )
    without_sources: Literal["judge", "pass"] = Field(
        default="judge",
        description="what becomes of answers where there are neither instructions nor tool results",
    )

    @field_validator("allow")
    @classmethod
    def _with_contacts(cls, allow: list[str], info: ValidationInfo) -> list[str]:
        return [*allow, *contacts_of(info)]


class Known(NamedTuple):
    """What there is to know from; `fresh` is what tools said to the customer's last words."""

    evidence: Evidence
    fresh: Evidence
    has_sources: bool
    sources: passages.Sources


def prepare(options: Options, asked: Asked) -> Known:
    instructions = list(said_by(asked.messages, INSTRUCTIONS))
    results = list(said_by(asked.messages, RESULTS))
    said = list(said_by(asked.messages, CUSTOMER))
    if options.earlier_answers:
        said += said_by(asked.messages, frozenset({"assistant"}))
    newest = list(dict.fromkeys(results[::-1]))
    found = within(newest, ONE_RESULT, ALL_RESULTS)
    read = {text: _of(some) for text, some in zip(newest, found, strict=True)}
    heard = map(_of, within(said[::-1], ONE_MESSAGE, ALL_MESSAGES))
    stated = map(evidence.of_instructions, (*instructions, *options.allow))
    known = evidence.joined([*stated, *read.values(), *heard])
    fresh = [read[text] for text in said_by(since_customer(asked.messages), RESULTS)]
    given = [*((TOOL, text) for text in results), *((TOLD, text) for text in instructions)]
    return Known(known, evidence.joined(fresh), bool(given), passages.Sources(given))


def _of(some: Ends) -> Evidence:
    """What nobody read supports nothing."""
    return evidence.joined(map(evidence.of, some.parts))


def look(options: Options, asked: Asked, known: Known) -> Risk:
    if options.without_sources == "pass" and not known.has_sources:
        return Risk(detail="the request has no documents")
    spans: list[Span] = []
    weights: list[tuple[str, float]] = []
    near: list[Passage | None] = []
    for stretch in stretches(asked, SPOKEN | CALLED):
        if stretch.field.endswith("/name"):
            continue
        for claim in claims(stretch.part):
            weight = _weight(claim, known, is_value=_is_structured(stretch))
            if weight and claim.kind in options.kinds:
                spans.append(stretch.span(claim.start, claim.end, claim.kind))
                weights.append((claim.kind, weight))
                if len(near) < MOST_COMPARED:
                    near.append(_nearest(stretch.part, claim, known))
    kinds = told(f"unsupported {kind}" for kind, _ in weights)
    detail = kinds if known.has_sources or not kinds else f"{kinds} (the request has no documents)"
    shown = AgentsEvidence(passages=passages.first(near))
    return Risk(_together(weights), tuple(spans), detail, shown)


def _nearest(part: str, claim: Claim, known: Known) -> Passage | None:
    sentence = passages.around(part, claim.start, claim.end)
    return known.sources.nearest(sentence, part[claim.start : claim.end])


def _is_structured(stretch: Stretch) -> bool:
    return kind_of(stretch.field) in CALLED or is_structured(stretch.text)


def _together(weights: list[tuple[str, float]]) -> float:
    light = {kind: weight for kind, weight in sorted(weights) if weight < LIGHT}
    return either([*light.values(), *(weight for _, weight in weights if weight >= LIGHT)])


def _weight(claim: Claim, known: Known, *, is_value: bool) -> float:
    """How bad it is that nothing supports this claim; 0 when something does."""
    if claim.weak:
        return 0.0
    weight = WEIGHTS[claim.kind]
    if evidence.supports(known.evidence, claim):
        elsewhere = (
            claim.kind in LOOKED_UP_FIRST
            and evidence.speaks_of(known.fresh, claim.kind)
            and not evidence.supports(known.fresh, claim)
        )
        return round(weight * ELSEWHERE, 4) if elsewhere else 0.0
    if claim.kind == "number":
        weight = _of_number(claim, weight, is_value=is_value)
    return round(weight * DERIVED, 4) if evidence.derives(known.evidence, claim) else weight


def _of_number(claim: Claim, weight: float, *, is_value: bool) -> float:
    if is_value:
        return VALUE_WEIGHT
    small = all(isinstance(value, float) and abs(value) <= SMALL for value in claim.values)
    return SMALL_WEIGHT if small else weight


def build(name: str, options: BaseModel, _means: Means) -> Plain[Known]:
    its = Options.model_validate(options, from_attributes=True)
    return Plain(name, partial(look, its), partial(prepare, its))
