"""What may be written of the risk: what makes it, and the budget that moves its threshold.

Every key has its description here. What does not fit together, though each key is right, is in
`risking.py`.
"""

from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from hitl_chat.rules.strict import Strict, Word, number

LARGEST = 1e6
Finite = Annotated[float, Field(allow_inf_nan=False, ge=-LARGEST, le=LARGEST)]
Positive = Annotated[float, Field(allow_inf_nan=False, ge=0, le=LARGEST)]


def from_to(band: object) -> object:
    """`[0.2, 0.8]`, the lower end first."""
    if isinstance(band, list) and len(band) == 2:
        low, high = map(number, band)
        if 0 <= low <= high <= 1:
            return (float(low), float(high))
    raise ValueError(f"{band!r} is no band of risks: write two numbers of 0..1, like [0.2, 0.8]")


def above_zero(band: tuple[float, float]) -> tuple[float, float]:
    if band[0] > 0:
        return band
    raise ValueError("a threshold of 0 holds every answer: begin above it, e.g. at 0.1")


def weight(value: object) -> float:
    """What a check says against an answer never speaks for it."""
    if (found := number(value)) < 0:
        raise ValueError(
            f"{found!r}: no check may lower the risk, else what one objects to buys safety from "
            "the others: write 0 or more"
        )
    return found


def silence(value: object) -> float:
    if (found := number(value)) < 0:
        raise ValueError(
            f"{found!r}: a check that says nothing is no sign of safety: write 0 or more, and "
            "make `bias` lower instead"
        )
    return found


Bias = Annotated[Finite, BeforeValidator(number)]
Weight = Annotated[Positive, BeforeValidator(weight)]
Silence = Annotated[Positive, BeforeValidator(silence)]
Share = Annotated[float, Field(ge=0, le=1), BeforeValidator(number)]
Band = Annotated[tuple[float, float], BeforeValidator(from_to)]


class Risk(Strict):
    """One risk from several checks: a logistic of their weighted scores."""

    weights: dict[Word, Weight] = Field(
        min_length=1, max_length=100, description="what each check's score counts"
    )
    missing: dict[Word, Silence] = Field(
        default={}, description="what counts instead if a check says nothing in the end"
    )
    bias: Bias = Field(default=0.0, description="what counts before any check speaks")
    ask_between: Band = Field(
        default=(0.0, 1.0),
        description="checks that cost something are asked while the risk without them lies here",
    )


class Budget(Strict):
    """How many holds there may be: the threshold of `risk: budget` follows what was held."""

    share: Share | None = Field(default=None, description="of all answers; or instead of it:")
    holds_per_hour: Annotated[float, Field(gt=0, le=LARGEST), BeforeValidator(number)] | None = (
        Field(default=None, description="how many people can decide")
    )
    between: Annotated[Band, AfterValidator(above_zero)] = Field(
        description="the lowest and the highest threshold, such as [0.4, 0.8]"
    )

    @model_validator(mode="after")
    def _one_measure(self) -> "Budget":
        if (self.share is None) is (self.holds_per_hour is None):
            raise ValueError("a budget is a `share` or `holds_per_hour`: write one of them")
        return self
