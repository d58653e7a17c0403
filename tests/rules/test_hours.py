"""Business hours: in the company's own time zone, across midnight, and when the clock changes."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hitl_chat.rules.facts import RequestFacts
from hitl_chat.rules.hours import Hours
from tests.rules.reading import rule, ruleset, wrong

BERLIN = """
hours:
  timezone: Europe/Berlin
  open:
    mon-thu: ["9:00-12:30", "13:30-18:00"]
    fri: 22:00-6:00
    sun: "0:00-24:00"
  closed: [2026-12-24, 2026-10-31]
"""
OPEN = [
    ("2026-11-16 09:00", True),  # a Monday
    ("2026-11-16 08:59:59", False),
    ("2026-11-16 12:29:59", True),
    ("2026-11-16 12:30", False),
    ("2026-11-16 13:30", True),
    ("2026-11-16 18:00", False),
    ("2026-11-20 10:00", False),  # a Friday
    ("2026-11-20 22:00", True),
    ("2026-11-20 23:59:59", True),
    ("2026-11-21 00:00", True),
    ("2026-11-21 05:59:59", True),
    ("2026-11-21 06:00", False),
    ("2026-11-21 23:00", False),
    ("2026-11-22 00:00", True),
    ("2026-11-22 23:59:59", True),
    ("2026-11-23 00:00", False),
    ("2026-12-24 10:00", False),  # a Thursday, closed
    ("2026-12-23 10:00", True),
    ("2026-10-30 23:00", True),
    ("2026-10-31 01:00", False),  # Friday's night, but the day is closed
]


def at(written: str, zone: str = "Europe/Berlin") -> float:
    return datetime.fromisoformat(written).replace(tzinfo=ZoneInfo(zone)).timestamp()


def there(on: str, moment: float | None, hours: str = BERLIN) -> bool:
    """Whether the rule is there for a request of this moment."""
    made = ruleset(hours + rule(on=on))
    return bool(made.for_request(RequestFacts(at=moment)).policy.rules)


@pytest.mark.parametrize(("moment", "open_"), OPEN)
def test_open_and_closed(moment: str, open_: bool) -> None:
    assert there("{hours: open}", at(moment)) is open_
    assert there("{hours: closed}", at(moment)) is not open_
    assert there("{not: {hours: closed}}", at(moment)) is open_


def test_other_conditions_count_too() -> None:
    on = "{hours: open, channel: shop}"
    assert not there(on, at("2026-11-16 10:00"))
    assert not there(on, None)


def test_where_nobody_knows_the_time_the_rule_is_there() -> None:
    for on in ("{hours: open}", "{hours: closed}", "{not: {hours: open}}"):
        assert there(on, None)


def test_the_same_hours_in_summer_and_winter() -> None:
    summer, winter = at("2026-07-06 09:00"), at("2026-11-16 09:00")
    assert summer % 86_400 != winter % 86_400
    for moment in (summer, winter):
        assert there("{hours: open}", moment)
        assert not there("{hours: open}", moment - 1)


NIGHT = "hours: {timezone: Europe/Berlin, open: {mon-sun: '2:30-3:30'}}\n"


def test_the_night_in_which_an_hour_is_missing() -> None:
    """On 29 March 2026 two o'clock is followed by three o'clock."""
    last = at("2026-03-29 01:59:59")
    assert not there("{hours: open}", last, NIGHT)
    assert there("{hours: open}", last + 1, NIGHT)
    assert there("{hours: open}", last + 1800, NIGHT)
    assert not there("{hours: open}", last + 1801, NIGHT)


def test_the_night_in_which_an_hour_comes_twice() -> None:
    """On 25 October 2026 there are two half past two."""
    first = at("2026-10-25 02:30")
    for moment, open_ in ((0, True), (1799, True), (1800, False), (3600, True), (7199, True)):
        assert there("{hours: open}", first + moment, NIGHT) is open_
    assert not there("{hours: open}", first + 7200, NIGHT)


def test_hours_are_of_the_zone_that_is_named() -> None:
    text = "hours: {timezone: Asia/Kolkata, open: {mon: '9:00-17:00'}}\n"
    assert there("{hours: open}", at("2026-11-16 03:30", "UTC"), text)
    assert not there("{hours: open}", at("2026-11-16 03:29", "UTC"), text)


def test_days_go_round_the_week() -> None:
    text = "hours: {timezone: UTC, open: {sat-mon: '9:00-17:00'}}\n"
    days = [there("{hours: open}", at(f"2026-11-{16 + n} 10:00", "UTC"), text) for n in range(7)]
    assert days == [True, False, False, False, False, True, True]


MINUTE = st.integers(0, 1439)


@given(begin=MINUTE, end=MINUTE, asked=MINUTE, day=st.integers(0, 6))
def test_a_daily_range_and_the_rest_of_the_day_make_the_day(
    begin: int, end: int, asked: int, day: int
) -> None:
    if begin == end:
        return
    first, second = (_hours(a, b) for a, b in ((begin, end), (end, begin)))
    moment = datetime(2026, 11, 16, tzinfo=ZoneInfo("UTC")) + timedelta(days=day, minutes=asked)
    assert first.is_open(moment.timestamp()) is not second.is_open(moment.timestamp())


def _hours(begin: int, end: int) -> Hours:
    span = f"{begin // 60}:{begin % 60:02}-{end // 60}:{end % 60:02}"
    return Hours.model_validate({"timezone": "UTC", "open": {"mon-sun": span}})


WRONG = {
    "{timezone: Europe/Berlni, open: {mon: '9:00-17:00'}}": (
        '1:19 unknown time zone "Europe/Berlni", did you mean "Europe/Berlin"?'
    ),
    "{timezone: Mars, open: {mon: '9:00-17:00'}}": '1:19 unknown time zone "Mars"',
    "{timezone: Europe, open: {mon: '9:00-17:00'}}": '1:19 unknown time zone "Europe"',
    "{timezone: ../UTC, open: {mon: '9:00-17:00'}}": '1:19 unknown time zone "../UTC"',
    "{timezone: 1, open: {mon: '9:00-17:00'}}": "1:19 1 is not a text: put it in quotes",
    "{open: {mon: '9:00-17:00'}}": "1:8 'timezone' is missing here: add it",
    "{timezone: UTC}": "1:8 'open' is missing here: add it",
    "{timezone: UTC, open: {}}": "1:30 an empty list: give at least one",
    "{timezone: UTC, open: {mon: 9-17}}": "1:36 '9-17' is no time: write e.g. 9:00-17:30",
    "{timezone: UTC, open: {mon: 5}}": "1:36 5 is no time: write e.g. 9:00-17:30",
    "{timezone: UTC, open: {mon: '9:00-25:00'}}": "1:36 '9:00-25:00' is no time",
    "{timezone: UTC, open: {mon: '9:00-24:01'}}": "1:36 '9:00-24:01': a day ends at 24:00",
    "{timezone: UTC, open: {mon: '24:00-6:00'}}": "1:36 '24:00-6:00': a day ends at 24:00",
    "{timezone: UTC, open: {mon: '9:00-9:00'}}": "1:36 '9:00-9:00' takes no time: all day is",
    "{timezone: UTC, open: {mon: []}}": "1:36 an empty list: give at least one",
    "{timezone: UTC, open: {monday: '9:00-17:00'}}": "1:39 'monday' is no day: write e.g. mon-fri",
    "{timezone: UTC, open: {mon-fri: '9:00-17:00', fri: '9:00-12:00'}}": (
        "1:8 fri is in 'mon-fri' and in 'fri': name it once"
    ),
    "{timezone: UTC, open: {mon: '9:00-17:00'}, closed: [24.12.]}": "1:60 '24.12.' is no day: wri",
    "{timezone: UTC, open: {mon: '9:00-17:00'}, closed: [2026-W52-4]}": "1:60 '2026-W52-4' is no",
    "{timezone: UTC, open: {mon: '9:00-17:00'}, closed: [2026-02-30]}": "1:60 '2026-02-30' is no",
    "{timezone: UTC, opens: {mon: '9:00-17:00'}}": '1:24 unknown key "opens", did you mean "open"',
    "5": "1:8 5 is not a mapping: write `key: value` lines",
}


@pytest.mark.parametrize(("hours", "said"), WRONG.items())
def test_what_are_no_hours(hours: str, said: str) -> None:
    found = wrong(f"hours: {hours}\n" + rule(on="{hours: open}"))
    assert any(one.startswith(said) for one in found), found


def test_a_test_of_hours_that_nobody_gave() -> None:
    assert wrong(rule(on="{hours: open}")) == [
        "4:10 nothing says when you are open: write `hours:` beside `rules:`"
    ]
    found = wrong(BERLIN + rule(on="{hours: late}"))
    assert found[0].endswith("'late': `hours` can only be open or closed")
