"""Days and times as people write them: dates, weekdays and times of the day, in four languages.

Pure. A form that two countries read differently has both meanings. Knows no claim.
"""

import itertools
import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import NamedTuple

from hitl_chat.checks.numerals import plain

_MONTHS = (
    "january jan januar janner janvier enero ene", "february feb februar fevrier febrero",
    "march mar marz mars marzo", "april apr avril avr abril abr", "may mai mayo",
    "june jun juni juin junio", "july jul juli juillet julio", "august aug aout agosto ago",
    "september sep sept septembre septiembre", "october oct oktober okt octobre octubre",
    "november nov novembre noviembre", "december dec dezember dez decembre diciembre dic",
)  # fmt: skip
MONTHS = {name: at for at, names in enumerate(_MONTHS, start=1) for name in names.split()}
_WEEKDAYS = (
    "monday montag montags lundi lunes", "tuesday dienstag dienstags mardi martes",
    "wednesday mittwoch mittwochs mercredi miercoles", ("thursday donnerstag donnerstags jeudi "
    "jueves"),
    "friday freitag freitags vendredi viernes",
    "saturday samstag samstags sonnabend sonnabends samedi sabado",
    "sunday sonntag sonntags dimanche domingo",
)  # fmt: skip
_SHORT = ["Mon", "Tue", "Tues", "Wed", "Thu", "Thur", "Thurs", "Fri", "Sat", "Sun"]
_SHORT_DAYS = {"mon": 0, "tue": 1, "wed": 2, "thu": 3, "fri": 4, "sat": 5, "sun": 6}
_GERMAN = {"mo": 0, "di": 1, "mi": 2, "do": 3, "fr": 4, "sa": 5, "so": 6}
WEEKDAYS = {name: at for at, names in enumerate(_WEEKDAYS) for name in names.split()}

_ACCENTS = {"marz": "m[aä]rz", "fevrier": "f[eé]vrier", "aout": "ao[uû]t"}
_MONTH = (
    rf"(?:{'|'.join(_ACCENTS.get(name, name) for name in sorted(MONTHS, key=len, reverse=True))}|"
    r"janner|jänner|décembre)\.?"
)
_YEAR = r"(?:19|20)[0-9]{2}"
_TIME = re.compile(
    r"(?<![\w:.,])(?P<h>[01]?[0-9]|2[0-4])(?:(?:[:.](?P<m>[0-5][0-9])(?::[0-5][0-9])?)?"
    r"\s?(?P<half>[ap]\.m\.|[ap]\.?\s?m\b|uhr\b|o'clock\b)|:(?P<m2>[0-5][0-9])(?::[0-5][0-9])?(?![\w:])|"
    r"\s?h\s?(?P<m3>[0-5][0-9])(?!\w))",
    re.IGNORECASE,
)
_ACCENTED = {"miercoles": "mi[eé]rcoles", "sabado": "s[aá]bado"}
_DAY = re.compile(
    rf"\b(?:{'|'.join(_ACCENTED.get(name, name) for name in WEEKDAYS)})s?\b", re.IGNORECASE
)
_SHORT_DAY = re.compile(rf"\b(?:{'|'.join(_SHORT)}|{'|'.join(_SHORT).upper()})\b")
_GERMAN_RANGE = re.compile(r"\b(Mo|Di|Mi|Do|Fr|Sa|So)\.?\s?(?:-|–|bis)\s?(Mo|Di|Mi|Do|Fr|Sa|So)\b")  # noqa: RUF001
UNTIL = re.compile(r"\.?,?\s?(?:-|–|—|to|until|till|through|thru|bis|à|au|a|al|hasta)\s?", re.I)  # noqa: RUF001

Day = tuple[int, int, int]  # year (0: any), month, day


class Dates(NamedTuple):
    start: int
    end: int
    days: tuple[Day, ...]


class Times(NamedTuple):
    start: int
    end: int
    minutes: tuple[int, ...]


class Weekday(NamedTuple):
    start: int
    end: int
    day: int


@cache
def _date() -> re.Pattern[str]:
    """Compiled when first needed: it names every month four times over."""
    return re.compile(
        rf"(?<![\w.-])(?:(?P<y1>{_YEAR})-(?P<m1>[0-9]{{2}})-(?P<d1>[0-9]{{2}})(?:(?=T)|(?!\w))|"
        rf"(?P<a>[0-9]{{1,2}})(?P<sign>[./-])(?P<b>[0-9]{{1,2}})(?P=sign)(?P<y2>{_YEAR}|"
        rf"[0-9]{{2}})(?!\w)|"
        rf"(?P<d3>[0-9]{{1,2}})(?:st|nd|rd|th|er|\.)?(?: (?:of|de))? (?P<m3>{_MONTH})"
        rf"(?:,? (?:de )?(?P<y3>{_YEAR}))?(?!\w)|"
        rf"(?:(?<=am )|(?<=vom )|(?<=bis )|(?<=zum )|(?<=den ))"
        rf"(?P<d5>[0-9]{{1,2}})\.(?P<m5>[0-9]{{1,2}})\.(?![0-9]))|"
        rf"\b(?P<m4>(?-i:(?=[A-Z])){_MONTH}) (?P<d4>[0-9]{{1,2}})(?:st|nd|rd|th)?(?:,? "
        rf"(?P<y4>{_YEAR}))?(?![\w%€$]|:\d)",
        re.IGNORECASE,
    )


def dates(text: str) -> Iterator[Dates]:
    for match in _date().finditer(text):
        days = tuple(day for day in _readings(match) if _exists(day))
        if days:
            yield Dates(match.start(), match.end(), days)


def _readings(match: re.Match[str]) -> Iterator[Day]:
    part = match.groupdict()
    if part["y1"]:
        yield int(part["y1"]), int(part["m1"]), int(part["d1"])
    elif part["a"]:
        first, second = int(part["a"]), int(part["b"])
        year = int(part["y2"]) + (2000 if len(part["y2"]) == 2 else 0)
        yield year, second, first
        if part["sign"] != ".":
            yield year, first, second
    elif part["d5"]:
        yield 0, int(part["m5"]), int(part["d5"])
    else:
        on, name, of = (part[f"{sign}3"] or part[f"{sign}4"] for sign in "dmy")
        yield int(of or 0), MONTHS.get(plain(name.rstrip(".")), 0), int(on)


def _exists(day: Day) -> bool:
    try:
        date(day[0] or 2000, day[1], day[2])
    except ValueError:
        return False
    return True


def same(one: Day, other: Day) -> bool:
    return one[1:] == other[1:] and (one[0] == other[0] or not (one[0] and other[0]))


def weekday_of(day: Day) -> int | None:
    return date(*day).weekday() if day[0] else None


def times(text: str) -> Iterator[Times]:
    for match in _TIME.finditer(text):
        hour, minute = int(match["h"]), int(match["m"] or match["m2"] or match["m3"] or 0)
        half = (match["half"] or "").lower()
        if half[:1] in ("a", "p"):
            found: tuple[int, ...] = (hour % 12 * 60 + minute + (720 if half[0] == "p" else 0),)
        elif half or match["m3"] or hour > 12 or hour == 0:
            found = (hour % 24 * 60 + minute,)
        else:
            found = (hour % 24 * 60 + minute, (hour % 12 * 60 + minute + 720) % 1440)
        yield Times(match.start(), match.end(), found)


def weekdays(text: str) -> Iterator[Weekday]:
    long = (Weekday(*m.span(), _long(m[0])) for m in _DAY.finditer(text))
    short = (Weekday(*m.span(), _SHORT_DAYS[m[0].lower()[:3]]) for m in _SHORT_DAY.finditer(text))
    german = (
        Weekday(*m.span(group), _GERMAN[m[group].lower()])
        for m in _GERMAN_RANGE.finditer(text)
        for group in (1, 2)
    )
    yield from sorted({*long, *short, *german})


def _long(word: str) -> int:
    name = plain(word)
    return WEEKDAYS[name] if name in WEEKDAYS else WEEKDAYS[name.removesuffix("s")]


def with_ranges(text: str, found: list[Weekday]) -> set[int]:
    """The days, and those between where a text says "Thursday to Saturday"."""
    days = {one.day for one in found}
    for one, other in itertools.pairwise(found):
        if UNTIL.fullmatch(text, one.end, other.start):
            length = (other.day - one.day) % 7
            days |= {(one.day + step) % 7 for step in range(length + 1)}
    return days
