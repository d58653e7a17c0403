"""Numbers and moments in an answer, and others in the same form. Pure.

Read here once more, and not with the readers of the checks: a bench that finds what they find
would measure nothing.
"""

import re
from calendar import month_name
from datetime import date, timedelta
from typing import NamedTuple

MONTHS = tuple(month_name)[1:]
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTH = "|".join(MONTHS)
_DAY = re.compile(
    rf"\b(?P<month>{_MONTH}) (?P<day>\d{{1,2}})(?P<th>st|nd|rd|th)?(?P<year>,? (?:19|20)\d\d)?\b"
    rf"|\b(?P<day2>\d{{1,2}})(?P<th2>st|nd|rd|th)?(?P<of>(?: of)? )(?P<month2>{_MONTH})"
    rf"(?P<year2>,? (?:19|20)\d\d)?\b|\b(?P<iso>(?:19|20)\d\d-\d\d-\d\d)\b"
)
_CLOCK = re.compile(
    r"\b(?P<h>[01]?\d|2[0-3]):(?P<m>[0-5]\d)(?::[0-5]\d)?(?: ?(?P<half>[ap]\.?m\b\.?))?"
    r"|\b(?P<h2>1[0-2]|[1-9]) ?(?P<half2>[ap]\.?m\b\.?)",
    re.IGNORECASE,
)
_WEEKDAY = re.compile(rf"\b(?:{'|'.join(WEEKDAYS)})\b")
_CODE = re.compile(
    r"#\w+|\b\w*[A-Za-z_]\w*\d\w*|\b\d+[A-Za-z]\w*|\S+@\S+|\+?\d[\d ()-]{8,}|(?m:^\s*\d+[.)]\s)"
)
_QUANTITY = re.compile(
    r"(?<![\w.,:/-])\d{1,3}(?:,\d{3})+(?:\.\d+)?|(?<![\w.,:/-])\d{1,6}(?:\.\d+)?"
)
FACTORS = (0.5, 0.9, 1.1, 1.25, 1.5, 2.0)
SMALL = 10


class Moment(NamedTuple):
    start: int
    end: int
    text: str


def moments(text: str) -> list[Moment]:
    """Days, times and weekdays, none within another."""
    found: list[Moment] = []
    for pattern in (_DAY, _CLOCK, _WEEKDAY):
        for match in pattern.finditer(text):
            if not any(one.start < match.end() and match.start() < one.end for one in found):
                found.append(Moment(*match.span(), match[0]))
    return sorted(found)


def quantities(text: str) -> list[tuple[int, int]]:
    """Where numbers stand that say how much or how many."""
    taken = [(one.start, one.end) for one in moments(text)]
    taken += [match.span() for match in _CODE.finditer(text)]
    return [
        match.span()
        for match in _QUANTITY.finditer(text)
        if not any(start < match.end() and match.start() < end for start, end in taken)
        and text[match.end() : match.end() + 1] not in ("-", "/", ":")
    ]


def another_quantity(written: str, spoken_of: str) -> list[str]:
    """In the same form, and nowhere in what was spoken of."""
    value, places = float(written.replace(",", "")), len(written.partition(".")[2])
    if value <= SMALL:
        others = [value + step for step in ((-1.3, -0.4, 0.3) if places else (1.0, 2.0, 3.0, 5.0))]
        others = [other for other in others if other > 0]
    else:
        others = [value * factor for factor in FACTORS]
    grouped = "," if "," in written else ""
    texts = dict.fromkeys(f"{other:{grouped}.{places}f}" for other in others)
    return [text for text in texts if not re.search(rf"(?<!\d){re.escape(text)}(?!\d)", spoken_of)]


def another_time(moment: Moment, spoken_of: str) -> list[str]:
    if moment.text in WEEKDAYS:
        options = list(WEEKDAYS)
    elif clock := _CLOCK.fullmatch(moment.text):
        options = _other_hours(clock)
    else:
        options = _other_days(moment.text)
    return [text for text in options if text not in spoken_of]


def _other_hours(clock: re.Match[str]) -> list[str]:
    key = "h" if clock["h"] else "h2"
    hour, start, end = int(clock[key]), *clock.span(key)
    most = 12 if clock["half"] or clock["half2"] else 24
    made = []
    for step in (1, 2, 3, 5):
        other = (hour + step - 1) % 12 + 1 if most == 12 else (hour + step) % 24
        written = f"{other:0{end - start}d}" if clock[key].startswith("0") else str(other)
        begin = clock.start()
        made.append(clock[0][: start - begin] + written + clock[0][end - begin :])
    return made


def _other_days(written: str) -> list[str]:
    match = _DAY.fullmatch(written)
    if match is None or (day := day_of(match)) is None:
        return []
    return [_as(match, day + timedelta(step)) for step in (-9, -3, -1, 1, 2, 5, 11)]


def day_of(match: re.Match[str]) -> date | None:
    """The day, in a leap year where none is said."""
    if match["iso"]:
        parts = [int(part) for part in match["iso"].split("-")]
    else:
        month = MONTHS.index(match["month"] or match["month2"]) + 1
        year = (match["year"] or match["year2"] or "2024")[-4:]
        parts = [int(year), month, int(match["day"] or match["day2"])]
    try:
        return date(*parts)
    except ValueError:
        return None


def _as(match: re.Match[str], day: date) -> str:
    if match["iso"]:
        return day.isoformat()
    name = MONTHS[day.month - 1]
    if match["month"]:
        return f"{name} {day.day}{_th(day.day) if match['th'] else ''}{_year(match['year'], day)}"
    number = f"{day.day}{_th(day.day) if match['th2'] else ''}"
    return f"{number}{match['of']}{name}{_year(match['year2'], day)}"


def _year(written: str | None, day: date) -> str:
    return f"{written[:-4]}{day.year}" if written else ""


def _th(day: int) -> str:
    return "th" if 10 < day < 14 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")


# --- the same, written otherwise ---------------------------------------------------------------


def rewritten_days(text: str) -> str:
    """ "May 24, 2024" becomes "2024-05-24", "March 9th" becomes "9 March", and back."""
    return _DAY.sub(_day_rewritten, text)


def _day_rewritten(match: re.Match[str]) -> str:
    day = day_of(match)
    if day is None:
        return match[0]
    name = MONTHS[day.month - 1]
    if match["iso"]:
        return f"{name} {day.day}, {day.year}"
    if match["year"] or match["year2"]:
        return day.isoformat()
    return f"{day.day} {name}" if match["month"] else f"{name} {day.day}"


def rewritten_times(text: str) -> str:
    """ "14:30" becomes "2:30 pm", "11 am" becomes "11:00"."""
    return _CLOCK.sub(_time_rewritten, text)


def _time_rewritten(match: re.Match[str]) -> str:
    hour, minute = int(match["h"] or match["h2"]), match["m"] or "00"
    half = (match["half"] or match["half2"] or "").lower()
    if half:
        return f"{hour % 12 + 12 * half.startswith('p'):02d}:{minute}"
    return f"{hour % 12 or 12}:{minute} {'pm' if hour >= 12 else 'am'}"
