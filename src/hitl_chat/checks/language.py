"""The check `language`: the answer is in another language than the customer's, or than is allowed.

Owns what counts as another one; `tongue.py` tells languages. Too little text to tell is no risk,
and is said so.
"""

from functools import partial
from typing import Annotated

from pydantic import BaseModel, Field, field_validator

from hitl_chat.checks.plain import Plain, Risk, Settings, is_structured, stretches
from hitl_chat.checks.tongue import LANGUAGES, Told, tell
from hitl_chat.checks.transcript import CUSTOMER, customers, said_by
from hitl_chat.ports import Asked, Means

LATEST = 600  # characters of the draft that decide; a quote further up does not

# Told apart by few words, and understood by each other's readers.
_KIN = ({"da", "no", "sv"}, {"ru", "uk", "bg"}, {"ar", "fa"}, {"cs", "pl"}, {"es", "pt"})


class Options(Settings):
    """What `checks:` may say of it."""

    allow: list[str] = Field(
        default=[], description="the languages answers may be in, e.g. [en, de]; none: any"
    )
    as_customer: Annotated[bool, Field(strict=True)] = Field(
        default=True, description="the answer's language should be the customer's"
    )

    @field_validator("allow")
    @classmethod
    def _languages_are_known(cls, allow: list[str]) -> list[str]:
        for code in allow:
            if code not in LANGUAGES:
                known = ", ".join(sorted(LANGUAGES))
                msg = f"{code!r} is no language this check tells: use some of {known}"
                raise ValueError(msg)
        return allow


def prepare(asked: Asked) -> Told | None:
    """The customer's language; of a short message, that of the conversation."""
    return tell(customers(asked.messages)) or tell("\n".join(said_by(asked.messages, CUSTOMER)))


def look(options: Options, asked: Asked, customer: Told | None) -> Risk:
    worst = Risk(0.0, (), "nothing to judge")
    for stretch in stretches(asked):
        before = stretch.text[max(0, stretch.upto - LATEST) : stretch.upto]
        if is_structured(stretch.text):
            continue  # a structured answer: its keys are nobody's language
        risk = _judged(options, tell(stretch.part) or tell(before), customer)
        if risk.score:
            risk = risk._replace(spans=(stretch.span(0, len(stretch.part), "language"),))
        worst = max(worst, risk, key=lambda one: (one.score, one.detail != "nothing to judge"))
    return worst


def _judged(options: Options, said: Told | None, customer: Told | None) -> Risk:
    if said is None:
        return Risk(detail="too short to tell its language")
    if options.allow and said.language not in options.allow:
        return Risk(said.sure, detail=f"{said.language}, not one of {', '.join(options.allow)}")
    if not options.as_customer:
        return Risk(detail=said.language)
    if customer is None:
        return Risk(detail=f"{said.language}; the customer's language cannot be told")
    if said.language == customer.language or _kin(said.language, customer.language):
        return Risk(detail=said.language)
    if options.allow and customer.language not in options.allow:
        return Risk(detail=f"{said.language}, since {customer.language} is not offered")
    sure = round(said.sure * customer.sure, 2)
    return Risk(sure, detail=f"{said.language}, the customer writes {customer.language}")


def _kin(one: str, other: str) -> bool:
    return any({one, other} <= kin for kin in _KIN)


def build(name: str, options: BaseModel, _means: Means) -> Plain[Told | None]:
    its = Options.model_validate(options, from_attributes=True)
    return Plain(name, partial(look, its), prepare)
