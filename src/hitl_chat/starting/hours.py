"""Hours as people say them, for `hours:` of a rules file: Mon-Fri 9-17, Sat 10-14 Europe/Berlin.

Pure. What cannot be read stays a text for customers.
"""

import re
from collections.abc import Iterator, Mapping
from zoneinfo import available_timezones

from pydantic import ValidationError

from hitl_chat.core.types import Value
from hitl_chat.rules.hours import DAYS, Hours

ANYWHERE = "UTC"
DASH = "\N{EN DASH}"
_DAY = "([a-z]{2,9})"
_TIME = r"(\d{1,2})(?::(\d\d))?"
_PART = re.compile(rf"{_DAY}(?: ?- ?{_DAY})? {_TIME} ?- ?{_TIME}", re.IGNORECASE)


class Opening(Value, frozen=True):
    """`said` where somebody named the time zone."""

    timezone: str
    said: bool
    open: Mapping[str, tuple[str, ...]]


def opening(text: str) -> Opening | None:
    """None where the text cannot be read as days and times."""
    rest, _, zone = text.replace(DASH, "-").rpartition(" ")
    said = zone in available_timezones()
    days: dict[str, tuple[str, ...]] = {}
    try:
        for day, times in _parts(rest if said else f"{rest} {zone}"):
            days[day] = (*days.get(day, ()), times)
        found = Opening(zone if said else ANYWHERE, said, days)
        Hours.model_validate({"timezone": found.timezone, "open": _written(found)})
    except (ValueError, ValidationError):
        return None
    return found


def _written(found: Opening) -> dict[str, list[str]]:
    return {day: list(times) for day, times in found.open.items()}


def _parts(text: str) -> Iterator[tuple[str, str]]:
    for part in re.split(r"[,;]", text):
        found = _PART.fullmatch(part.strip())
        if not found:
            raise ValueError(f"{part!r} is no day with times")
        first, last, *times = found.groups()
        begin, end = (f"{int(times[at])}:{times[at + 1] or '00'}" for at in (0, 2))
        span = _day(first) if last is None else f"{_day(first)}-{_day(last)}"
        yield span, f"{begin}-{end}"


def _day(name: str) -> str:
    """By the beginning of its English name."""
    full = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    for short, whole in zip(DAYS, full, strict=True):
        if whole.startswith(name.lower()):
            return short
    raise ValueError(f"{name!r} is no day")
