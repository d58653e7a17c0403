"""What the arguments of a tool call may be: bounds as an author writes them, and what breaks them.

Pure. Arguments are JSON; numbers in quotes are numbers, since models write both. Knows no tool.
"""

import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Annotated, Any, NamedTuple

import re2
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

DEEPEST = 32
Number = Annotated[float, Field(allow_inf_nan=False)]
_NUMBER = re.compile(r"\s*[-+]?\d{1,18}(?:\.\d{1,18})?\s*", re.ASCII)


class Argument(BaseModel):
    """Bounds of one argument; each that is given must hold. A list must hold them item by item."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    min: Number | None = Field(default=None, description="the least a number may be")
    max: Number | None = Field(default=None, description="the most a number may be")
    one_of: list[str | int | float | bool] | None = Field(
        default=None, min_length=1, max_length=1000, description="the values it may have"
    )
    pattern: str | None = Field(
        default=None, max_length=1000, description="the RE2 expression all of it must match"
    )
    required: Annotated[bool, Field(strict=True)] = Field(
        default=False, description="a call without it is refused"
    )

    @field_validator("pattern")
    @classmethod
    def _pattern_runs(cls, source: str | None) -> str | None:
        if source is not None:
            _expression(source)
        return source

    @model_validator(mode="after")
    def _some_number_fits(self) -> "Argument":
        if self.min is not None and self.max is not None and self.min > self.max:
            msg = f"min {self.min:g} is over max {self.max:g}: no number would fit"
            raise ValueError(msg)
        return self


class Complaint(NamedTuple):
    """A bound that does not hold, and where the argument stands in the JSON."""

    start: int
    end: int
    reason: str


def _expression(source: str) -> Any:  # noqa: ANN401 (google-re2 has no types)
    options = re2.Options()
    options.never_capture = True
    options.log_errors = False
    options.max_mem = 4 << 20
    try:
        return re2.compile(source, options)
    except re2.error as error:
        said = error.args[0] if error.args else error
        reason = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
        msg = f"{source!r} is no RE2 expression: {reason}; there is no look-around in RE2"
        raise ValueError(msg) from None


def parsed(written: str) -> Mapping[str, Any] | None:
    """The arguments, or None if no program could be sure what they say."""
    if not written.strip():
        return {}
    try:
        value = json.loads(written, object_pairs_hook=_once, parse_constant=_refused)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) and _depth(value) <= DEEPEST else None


def _once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    """A key given twice means one thing to us and may mean the other to the tool."""
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError("a key is given twice")
    return made


def _refused(constant: str) -> float:
    raise ValueError(f"{constant} is no number")


def _depth(value: object) -> int:
    below = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + max((_depth(one) for one in below if isinstance(one, dict | list)), default=0)


def complaints(
    bounds: Mapping[str, Argument], value: Mapping[str, Any], written: str, *, only: bool = False
) -> Iterator[Complaint]:
    """Everything that is wrong with these arguments."""
    for name, bound in bounds.items():
        found = list(filter(_says, _given(value, name)))
        if bound.required and not found:
            yield Complaint(0, len(written), f"missing:{name}")
        wrong = ((one, broken) for one in found if (broken := _broken(bound, one)))
        for one, broken in islice(wrong, 1):
            yield Complaint(*_place(written, name, one), f"{broken}:{name}")
    if only:
        known = {name.partition(".")[0] for name in bounds}
        for name in sorted(value.keys() - known):
            yield Complaint(*_place(written, name, value[name]), "not-described")


def _given(value: object, name: str) -> Iterator[Any]:
    """All that a tool may take for the value under a name, or a path of names: "a.b" beside "a"
    hides nothing. What is null is not there."""
    if isinstance(value, list):
        for item in value:
            yield from _given(item, name)
    elif isinstance(value, Mapping):
        if (found := value.get(name)) is not None:
            yield found
        head, dot, rest = name.partition(".")
        if dot:
            yield from _given(value.get(head), rest)


def _says(value: object) -> bool:
    """An empty list gives nothing."""
    return any(map(_says, value)) if isinstance(value, list) else True


def _broken(bound: Argument, value: object) -> str:
    """The first bound that does not hold, or ""."""
    if isinstance(value, list):
        return next((broken for one in value if (broken := _broken(bound, one))), "")
    if wrong := _out_of_range(bound, value):
        return wrong
    if bound.one_of is not None and not any(_same(value, one) for one in bound.one_of):
        return "not-one-of"
    if bound.pattern is not None:
        text = value if isinstance(value, str) else json.dumps(value)
        if _expression(bound.pattern).fullmatch(text) is None:
            return "not-the-pattern"
    return ""


def _out_of_range(bound: Argument, value: object) -> str:
    if bound.min is None and bound.max is None:
        return ""
    number = _number(value)
    if number is None:
        return "not-a-number"
    if bound.min is not None and number < bound.min:
        return "under-min"
    return "over-max" if bound.max is not None and number > bound.max else ""


def _same(value: object, one: object) -> bool:
    if isinstance(value, bool) or isinstance(one, bool):
        return value is one
    return value == one or (not isinstance(value, dict) and str(value) == str(one))


def _number(value: object) -> float | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        return float(value)
    if not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf
    return number if math.isfinite(number) else None


def _place(written: str, name: str, value: object) -> tuple[int, int]:
    """Where the value stands, as far as it can be told; all of it otherwise."""
    key = re.escape(json.dumps(name.rpartition(".")[2]))
    found = list(re.finditer(rf"{key}\s*:\s*", written))
    if len(found) != 1 or isinstance(value, list):
        return 0, len(written)
    try:
        _, end = json.JSONDecoder().raw_decode(written, found[0].end())
    except ValueError:
        return 0, len(written)
    return found[0].end(), end
