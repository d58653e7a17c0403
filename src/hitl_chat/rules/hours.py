"""When the company is open: which days, from when to when, in its own time zone.

Wall-clock time counts, so hours are the same in summer and winter. Knows no clock: moments are
handed in.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from difflib import get_close_matches
from functools import cached_property
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    WithJsonSchema,
    model_validator,
)

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MIDNIGHT = 24 * 60
_TIME = r"([01]?[0-9]|2[0-4]):([0-5][0-9])"
_RANGE = rf"{_TIME} ?- ?{_TIME}"
_DAY = f"(?:{'|'.join(DAYS)})"
_DATE = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
_SPAN = re.compile(rf"({_DAY})(?: ?- ?({_DAY}))?")

Range = tuple[int, int]  # minutes of the day; the end of the day is 24:00, a lower end the next day


def days(written: str) -> tuple[int, ...]:
    """`mon-fri`, `sat` or `fri-mon` as days of the week from 0."""
    span = _SPAN.fullmatch(written)
    if not span:
        raise ValueError(f"{written!r} is no day: write e.g. mon-fri or sat")
    first, last = DAYS.index(span[1]), DAYS.index(span[2] or span[1])
    return tuple((first + more) % 7 for more in range((last - first) % 7 + 1))


def ranges(written: object) -> tuple[Range, ...]:
    """`9:00-17:30`, or a list of such."""
    return tuple(map(_range, written if isinstance(written, list) else [written]))


def _range(written: object) -> Range:
    match = re.fullmatch(_RANGE, written) if isinstance(written, str) else None
    if not match:
        raise ValueError(f"{written!r} is no time: write e.g. 9:00-17:30")
    begin, end = int(match[1]) * 60 + int(match[2]), int(match[3]) * 60 + int(match[4])
    if begin >= MIDNIGHT or end > MIDNIGHT:
        raise ValueError(f"{written!r}: a day ends at 24:00")
    if begin == end:
        raise ValueError(f"{written!r} takes no time: all day is 0:00-24:00")
    return begin, end


def day(written: object) -> date:
    try:
        if not isinstance(written, str) or not re.fullmatch(_DATE, written):
            raise ValueError
        return date.fromisoformat(written)
    except ValueError:
        raise ValueError(f"{written!r} is no day: write e.g. 2026-12-24") from None


def zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        known = available_timezones()
        close = get_close_matches(name, known, n=1, cutoff=0.6)
        hint = f', did you mean "{close[0]}"?' if close else ": write e.g. Europe/Berlin"
        raise ValueError(
            f'unknown time zone "{name}"{hint}'
            if known
            else "no time zones are installed on this machine: install the package tzdata"
        ) from None
    return name


def named(written: str) -> str:
    days(written)
    return written


_ONE = {"type": "string", "pattern": f"^{_RANGE}$"}
Days = Annotated[str, AfterValidator(named)]
Ranges = Annotated[
    tuple[Range, ...],
    BeforeValidator(ranges),
    Field(min_length=1, max_length=10),
    WithJsonSchema({"anyOf": [_ONE, {"type": "array", "minItems": 1, "items": _ONE}]}),
]
Day = Annotated[
    date,
    BeforeValidator(day),
    WithJsonSchema({"type": "string", "pattern": f"^{_DATE}$"}),
]


class Hours(BaseModel):
    """A rules file's `hours:`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    timezone: Annotated[str, Field(strict=True), AfterValidator(zone)] = Field(
        description="whose clock counts, e.g. Europe/Berlin"
    )
    open: dict[Days, Ranges] = Field(
        min_length=1, description="the hours of each day, e.g. mon-fri: 9:00-17:30"
    )
    closed: list[Day] = Field(
        default=[], max_length=1000, description="days without hours, e.g. 2026-12-24"
    )

    @model_validator(mode="after")
    def _each_day_once(self) -> "Hours":
        first: dict[int, str] = {}
        for written in self.open:
            for number in days(written):
                if number in first:
                    msg = f"{DAYS[number]} is in {first[number]!r} and in {written!r}: name it once"
                    raise ValueError(msg)
                first[number] = written
        return self

    @cached_property
    def _week(self) -> Mapping[int, tuple[Range, ...]]:
        return {number: times for written, times in self.open.items() for number in days(written)}

    def is_open(self, at: float) -> bool:
        """Whether somebody should be there at this moment, in seconds since 1970."""
        moment = datetime.fromtimestamp(at, ZoneInfo(self.timezone))
        today, minute = moment.date(), moment.hour * 60 + moment.minute
        if today in self.closed:
            return False
        now = any(begin <= minute < _until(begin, end) for begin, end in self._of(today))
        return now or any(
            end < begin and minute < end for begin, end in self._of(today - timedelta(days=1))
        )

    def _of(self, wanted: date) -> Iterator[Range]:
        """The ranges that begin on this day."""
        yield from () if wanted in self.closed else self._week.get(wanted.weekday(), ())


def _until(begin: int, end: int) -> int:
    return end if end > begin else MIDNIGHT


ALWAYS_CLOSED = Hours.model_construct(timezone="UTC", open={}, closed=[])
