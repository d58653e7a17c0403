"""The supervisor's wall: what waits, who works, how long it takes, and whether that is usual.

All from the record, counted in the database and kept for a moment, so that however many look it
costs one look. What is usual is counted hour by hour, and an hour that is over only once.
"""

import asyncio
from collections import defaultdict
from collections.abc import Mapping
from typing import NamedTuple
from weakref import WeakValueDictionary

from msgspec.structs import replace
from sqlalchemy import Connection

from hitl_chat.core.usual import Band, band
from hitl_chat.runner.desk import Desk
from hitl_chat.runner.people_views import View
from hitl_chat.runner.queue import HURRY
from hitl_chat.store import people, wall
from hitl_chat.store.wall import HOUR, Load, Pace, Spent

FRESH = 1.0  # seconds for which figures of now are shown again
HOUR_FRESH = 10.0  # ... and those of the last hour
DAYS = 7
DAY = 24  # hours that are counted in one piece
MINUTE = 60
ENDED = 15  # minutes after which hardly an answer that began is still held
NOTHING = Pace(0, None, None)


class DepthView(View, frozen=True):
    """Holds that wait: with hardly any time left, the usual ones, those whose customer left."""

    hurried: int
    usual: int
    left: int
    claimed: int
    oldest: float | None


class PaceView(View, frozen=True):
    """Seconds from opening a hold to a person's decision, in the last hour."""

    decisions: int
    half: float | None
    most: float | None


class AgentView(View, frozen=True):
    """Somebody who is online, and what they have in hand. `capacity` 0: the usual."""

    id: str
    name: str
    supervisor: bool
    away: bool
    holds: int
    conversations: int
    capacity: int
    pace: PaceView


class RateView(View, frozen=True):
    """How many answers of the last hour a rule held, and between what that usually lies."""

    rule: str
    held: int
    share: float
    usual: Band | None


class CostView(View, frozen=True):
    """What checks that take time cost in the last hour."""

    answers: int
    calls: float
    tokens: float
    ms: float


class WallView(View, frozen=True):
    """Everything on the wall. `at`: the server's time; figures without a name are of an hour."""

    at: float
    stop: str
    depth: DepthView
    pace: PaceView
    decided: int
    breached: int
    released: int
    other: int
    left: int
    answers: int
    agents: tuple[AgentView, ...]
    rates: tuple[RateView, ...]
    cost: CostView


class Hour(NamedTuple):
    """The figures of the last hour."""

    ends: wall.Ends
    pace: Pace
    paces: Mapping[str, Pace]
    left: int
    answers: int
    rates: tuple[RateView, ...]
    spent: wall.Spent
    capacities: Mapping[str, int]


class Usual:
    """Answers and holds by hour: of hours that are over, for a week."""

    def __init__(self) -> None:
        self.answers: dict[int, int] = {}
        self.held: dict[str, dict[int, int]] = defaultdict(dict)
        self._until = 0

    def read(self, conn: Connection, tenant: str, now: float) -> None:
        """Up to the last full hour; what was counted before is not counted again.

        Day by day: a week that is too much for one look is done after a few.
        """
        until = int(now // HOUR)
        oldest = until - DAYS * DAY
        for since in range(max(self._until, oldest), until, DAY):
            self._count(conn, tenant, since, min(since + DAY, until))
        for by_hour in (self.answers, *self.held.values()):
            for hour in [hour for hour in by_hour if hour < oldest]:
                del by_hour[hour]

    def _count(self, conn: Connection, tenant: str, since: int, until: int) -> None:
        answers = wall.answers(conn, tenant, since * HOUR, until * HOUR)
        held = wall.held(conn, tenant, since * HOUR, until * HOUR)
        self.answers |= answers
        for hour, rule, count in held:
            of_rule = self.held[rule]
            of_rule[hour] = of_rule.get(hour, 0) + count
        self._until = until

    def band(self, rule: str) -> Band | None:
        return band(self.answers, self.held.get(rule, {}))


class Spending:
    """What checks cost, minute by minute: of minutes whose answers have ended, counted once."""

    def __init__(self) -> None:
        self._minutes: dict[int, Spent] = {}

    def read(self, conn: Connection, tenant: str, now: float) -> Spent:
        """Of the last hour. What was counted before a look was stopped is not counted again."""
        last = int(now // MINUTE)
        wanted = range(last - HOUR // MINUTE, last + 1)
        self._minutes = {at: found for at, found in self._minutes.items() if at in wanted}
        for at in wanted:
            if at not in self._minutes or at > last - ENDED:
                until = (at + 1) * MINUTE
                self._minutes[at] = wall.spent(conn, tenant, at * MINUTE, until)
        return Spent(*map(sum, zip(*self._minutes.values(), strict=True)))


class Wall:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._usual: dict[str, Usual] = defaultdict(Usual)
        self._spending: dict[str, Spending] = defaultdict(Spending)
        self._hours: dict[str, tuple[float, Hour]] = {}
        self._shown: dict[str, tuple[float, WallView]] = {}
        self._looking: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def view(self, tenant: str) -> WallView:
        lock = self._looking.setdefault(tenant, asyncio.Lock())  # there while somebody asks
        async with lock:
            return await self._look(tenant)

    async def _look(self, tenant: str) -> WallView:
        at = self._desk.clock.monotonic()
        shown = self._shown.get(tenant)
        if shown is not None and at - shown[0] < FRESH:
            return replace(shown[1], stop=self._desk.switch.mode(tenant) or "off")
        now = self._desk.clock.now()
        kept = self._hours.get(tenant)
        known = kept[1] if kept is not None and at - kept[0] < HOUR_FRESH else None
        usual, spending = self._usual[tenant], self._spending[tenant]

        def read(conn: Connection) -> tuple[wall.Depth, Mapping[str, Load], Hour]:
            hurried = now + HURRY + self._desk.handling.usual(tenant)
            depth, loads = wall.depth(conn, tenant, hurried), wall.loads(conn, tenant)
            return depth, loads, known or _hour(conn, tenant, usual, spending, now)

        depth, loads, hour = await self._desk.db.read(read)
        if known is None:
            self._hours[tenant] = at, hour
        view = self._view(tenant, now, depth, loads, hour)
        self._shown[tenant] = at, view
        return view

    def _view(
        self, tenant: str, now: float, depth: wall.Depth, loads: Mapping[str, Load], hour: Hour
    ) -> WallView:
        ends, spent = hour.ends, hour.spent
        return WallView(
            at=now,
            stop=self._desk.switch.mode(tenant) or "off",
            depth=DepthView(*depth),
            pace=PaceView(*hour.pace),
            decided=ends.people,
            breached=ends.deadline,
            released=ends.released,
            other=ends.other,
            left=hour.left,
            answers=hour.answers,
            agents=self._agents(tenant, loads, hour),
            rates=hour.rates,
            cost=CostView(spent.turns, spent.calls, spent.tokens, round(spent.ms, 3)),
        )

    def _agents(self, tenant: str, loads: Mapping[str, Load], hour: Hour) -> tuple[AgentView, ...]:
        everyone = self._desk.people.everyone(tenant)
        return tuple(
            AgentView(
                id=one.person.id,
                name=one.person.name,
                supervisor=one.person.supervisor,
                away=one.away,
                holds=loads.get(one.person.id, Load()).holds,
                conversations=loads.get(one.person.id, Load()).conversations,
                capacity=hour.capacities.get(one.person.id, 0),
                pace=PaceView(*hour.paces.get(one.person.id, NOTHING)),
            )
            for one in sorted(everyone, key=lambda one: (one.away, one.person.name))
        )


def _hour(conn: Connection, tenant: str, usual: Usual, spending: Spending, now: float) -> Hour:
    since = now - HOUR
    usual.read(conn, tenant, now)
    answers = wall.begun(conn, tenant, since)
    everybody, paces = wall.pace(conn, tenant, since)
    return Hour(
        ends=wall.ends(conn, tenant, since),
        pace=everybody,
        paces=paces,
        left=wall.left(conn, tenant, since),
        answers=answers,
        rates=_rates(wall.held(conn, tenant, since, now + HOUR), answers, usual),
        spent=spending.read(conn, tenant, now),
        capacities={one.id: one.capacity for one in people.everyone(conn, tenant)},
    )


def _rates(found: list[wall.Held], answers: int, usual: Usual) -> tuple[RateView, ...]:
    """The rules that held something now, or usually do; the busiest first."""
    counts: dict[str, int] = dict.fromkeys(usual.held, 0)
    for _, rule, count in found:
        counts[rule] = counts.get(rule, 0) + count
    rates = (
        RateView(rule, count, count / answers if answers else 0.0, usual.band(rule))
        for rule, count in counts.items()
    )
    return tuple(sorted(rates, key=lambda one: (-one.held, one.rule)))
