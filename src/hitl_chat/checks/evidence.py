"""What the sources of an answer say, and whether it supports a claim.

Pure. A number is supported by the same number in the same unit, or without one; a day by a date
that falls on it; a value by a range it lies in. Knows no check and no message.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

from hitl_chat.checks import calendar_words
from hitl_chat.checks.calendar_words import Day, Weekday
from hitl_chat.checks.claims import Claim, claims, spans_between
from hitl_chat.checks.ends import PIECE, pieces
from hitl_chat.checks.numerals import plain
from hitl_chat.checks.units import PERCENT, TEMPERATURE

MOST_COMBINED = 40  # of one dimension; among more, some two always make the sum
_WORD = re.compile(r"[^\W_]+")
_NOT_CODE = re.compile(r"[^0-9a-z]")
_NEVER_ADDED = ("", PERCENT, TEMPERATURE)
_ROUNDING = {TEMPERATURE: 0.6}

Range = tuple[float, float]


@dataclass(frozen=True)
class Evidence:
    """All that some sources say, by kind."""

    measured: dict[str, list[Range]] = field(default_factory=dict)  # by dimension, in its base
    bare: set[float] = field(default_factory=set)  # every number as it is written
    plain: set[float] = field(default_factory=set)  # those without a unit
    days: list[Day] = field(default_factory=list)
    weekdays: set[int] = field(default_factory=set)
    minutes: set[int] = field(default_factory=set)
    words: set[str] = field(default_factory=set)
    letters: str = ""  # everything, only letters and digits, for codes and telephone numbers
    text: str = ""


@lru_cache(maxsize=64)
def of_instructions(text: str) -> Evidence:
    """The operator's own words, which are the same in every turn."""
    return of(text)


def of(text: str) -> Evidence:
    return _of(text) if len(text) <= PIECE else joined(map(_of, pieces(text)))


def _of(text: str) -> Evidence:
    lower = text.lower()
    made = Evidence(
        words={plain(word) for word in _WORD.findall(text)},
        letters=_NOT_CODE.sub("", lower),
        text=lower,
    )
    found = claims(text)
    for claim in found:
        _add(made, claim)
    for one, other in pairwise(found):
        if "number" != one.kind == other.kind and spans_between(text, one, other):
            _add_range(made, one, other)
    named = [Weekday(c.start, c.end, int(str(c.values[0]))) for c in found if c.kind == "weekday"]
    made.weekdays.update(calendar_words.with_ranges(text, named))
    return made


def joined(parts: Iterable[Evidence]) -> Evidence:
    made = Evidence()
    letters, text = [], []
    for part in parts:
        for dimension, ranges in part.measured.items():
            made.measured.setdefault(dimension, []).extend(ranges)
        made.bare.update(part.bare)
        made.plain.update(part.plain)
        made.days.extend(part.days)
        made.weekdays.update(part.weekdays)
        made.minutes.update(part.minutes)
        made.words.update(part.words)
        letters.append(part.letters)
        text.append(part.text)
    return Evidence(
        made.measured, made.bare, made.plain, made.days, made.weekdays, made.minutes, made.words,
        "|".join(letters), "\n".join(text),
    )  # fmt: skip


def _numbers(claim: Claim) -> list[float]:
    return [value for value in claim.values if isinstance(value, float)]


def _based(claim: Claim) -> list[float]:
    return [(value - claim.unit.shift) * claim.unit.factor for value in _numbers(claim)]


def _add(made: Evidence, claim: Claim) -> None:
    if claim.kind == "date":
        days = [day for day in claim.values if isinstance(day, tuple)]
        made.days.extend(days)
        on = (calendar_words.weekday_of(day) for day in days)
        made.weekdays.update(day for day in on if day is not None)
    elif claim.kind == "time":
        made.minutes.update(m for m in claim.values if isinstance(m, int))
    elif claim.unit.dimension:
        ranges = made.measured.setdefault(claim.unit.dimension, [])
        ranges += [(value, value) for value in _based(claim)]
        made.bare.update(_numbers(claim))
    else:
        made.bare.update(_numbers(claim))
        made.plain.update(_numbers(claim))


def _add_range(made: Evidence, one: Claim, other: Claim) -> None:
    if one.kind in ("date", "time", "weekday"):
        return
    low, high = min(_based(one), default=0.0), max(_based(other), default=0.0)
    if low < high:
        made.measured[one.unit.dimension].append((low, high))


# --- whether it supports a claim -----------------------------------------------------------------


def supports(known: Evidence, claim: Claim) -> bool:
    match claim.kind:
        case "date":
            return any(
                calendar_words.same(day, other)
                for day in claim.values
                if isinstance(day, tuple)
                for other in known.days
            )
        case "weekday":
            return not known.weekdays.isdisjoint(claim.values)
        case "time":
            return not known.minutes.isdisjoint(claim.values)
        case "email":
            return any(_is_said(known.text, str(value)) for value in claim.values)
        case "link":
            return any(_is_linked(known.text, str(value)) for value in claim.values)
        case "code" | "phone":
            return any(str(value) in known.letters for value in claim.values)
        case "name":
            return known.words.issuperset(map(str, claim.values))
        case _:
            return _measures(known, claim)


def _is_said(text: str, email: str) -> bool:
    """The address itself, or its whole domain: "@shop.example", with nothing in front of it."""
    domain = re.escape(email[email.rfind("@") :])
    return email in text or bool(re.search(rf"(?<![\w.%+-]){domain}(?![\w-]|\.\w)", text))


def _is_linked(text: str, link: str) -> bool:
    """The address, or what lies below it; not one that only ends, or goes on, with its letters."""
    around = rf"(?<![\w-]){re.escape(link)}(?![\w-]|\.\w)"
    return link in text and bool(re.search(around, text))


def speaks_of(known: Evidence, kind: str) -> bool:
    """Whether there is anything of this kind at all: a day is named by its date too."""
    if kind == "time":
        return bool(known.minutes)
    return bool(known.days or known.weekdays)


def _measures(known: Evidence, claim: Claim) -> bool:
    if not claim.unit.dimension:
        return not known.bare.isdisjoint(claim.values)
    if not known.plain.isdisjoint(claim.values):
        return True
    if claim.unit.dimension == PERCENT and any(v / 100 in known.plain for v in _numbers(claim)):
        return True
    ranges = known.measured.get(claim.unit.dimension, ())
    return any(_within(value, r, claim.unit.dimension) for value in _based(claim) for r in ranges)


def _within(value: float, known: Range, dimension: str) -> bool:
    rounding = max(_ROUNDING.get(dimension, 0.0), 1e-9 * abs(value))
    return known[0] - rounding <= value <= known[1] + rounding


def derives(known: Evidence, claim: Claim) -> bool:
    """Whether it is the sum or the difference of two that are known: 30 days less 12."""
    points = sorted(
        {low for low, high in known.measured.get(claim.unit.dimension, ()) if low == high}
    )
    if claim.unit.dimension in _NEVER_ADDED or len(points) > MOST_COMBINED:
        return False
    wanted = _based(claim)
    return any(
        _close(one + other, value) or _close(abs(one - other), value)
        for at, one in enumerate(points)
        for other in points[at + 1 :]
        for value in wanted
    )


def _close(one: float, other: float) -> bool:
    return abs(one - other) <= 1e-9 * max(1.0, abs(other))
