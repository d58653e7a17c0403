"""Figures of everybody's work, counted in the database: one statement each, for both dialects.

Knows which rows count for which figure. What a figure is called, and what is usual, is the
runner's. Nothing here reads a text.
"""

from collections.abc import Sequence
from math import inf
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Integer,
    Row,
    Select,
    and_,
    bindparam,
    case,
    cast,
    func,
    not_,
    or_,
    select,
)

from hitl_chat.core.hold import BAND_LEFT, DEADLINE
from hitl_chat.store.schema import (
    CHECKED,
    CLAIMED,
    HUMAN,
    WAITING,
    conversation,
    decision,
    hold,
    turn,
)

HOUR = 3600
SYSTEM = "system:%"


class Depth(NamedTuple):
    """Holds that wait, by band; `claimed` are among them. `oldest`: when its hold was opened."""

    hurried: int
    usual: int
    left: int
    claimed: int
    oldest: float | None


class Ends(NamedTuple):
    """How holds ended: by people, at the deadline, let out by the system (some of those at the
    deadline), or by the system in another way."""

    people: int
    deadline: int
    released: int
    other: int


class Pace(NamedTuple):
    """How long people took: `half` of all decisions were made within so many seconds."""

    decisions: int
    half: float | None
    most: float | None  # 95 of 100


class Load(NamedTuple):
    """What one person has in hand."""

    holds: int = 0
    conversations: int = 0


class Held(NamedTuple):
    """Holds that one rule opened, or had a part in, in one hour since 1970."""

    hour: int
    rule: str
    number: int


class Spent(NamedTuple):
    """What the checks of one hour's answers cost."""

    turns: int = 0
    calls: float = 0
    tokens: float = 0
    ms: float = 0


# --- what waits now ---------------------------------------------------------------------------


def depth(conn: Connection, tenant: str, hurry_until: float) -> Depth:
    """`hurry_until`: a deadline before that leaves hardly any time."""
    row = conn.execute(_DEPTH, {"tenant": tenant, "hurry": hurry_until}).one()
    return Depth(row.hurried or 0, row.usual or 0, row.gone or 0, row.claimed or 0, row.oldest)


def _number(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))


_LEFT = hold.c.band == BAND_LEFT
_HURRIED = and_(not_(_LEFT), hold.c.deadline_at < bindparam("hurry"))
_DEPTH = select(
    _number(_HURRIED).label("hurried"),
    _number(and_(not_(_LEFT), not_(_HURRIED))).label("usual"),
    _number(_LEFT).label("gone"),
    _number(hold.c.state != "open").label("claimed"),
    func.min(hold.c.opened_at).label("oldest"),
).where(
    *(hold.c.tenant == bindparam("tenant"), WAITING, hold.c.quarantined.is_(None)),
    hold.c.deadline_at > 0.0,  # always true: see `holds.alive`
)


def loads(conn: Connection, tenant: str) -> dict[str, Load]:
    """By person; who has nothing in hand is not in it."""
    holding = _by_person(conn, _HOLDING, tenant)
    speaking = _by_person(conn, _SPEAKING, tenant)
    return {
        who: Load(holding.get(who, 0), speaking.get(who, 0))
        for who in holding.keys() | speaking.keys()
    }


def _by_person(conn: Connection, wanted: Select[Any], tenant: str) -> dict[str, int]:
    return {who: count for who, count in conn.execute(wanted, {"tenant": tenant}) if who}


_HOLDING = (
    select(hold.c.claimed_by, func.count())
    .where(hold.c.tenant == bindparam("tenant"), CLAIMED, hold.c.claim_until >= 0.0)
    .group_by(hold.c.claimed_by)
)
_SPEAKING = (
    select(conversation.c.owner, func.count())
    .where(conversation.c.tenant == bindparam("tenant"), HUMAN, conversation.c.owner > "")
    .group_by(conversation.c.owner)
)

# --- what was decided -------------------------------------------------------------------------


def ends(conn: Connection, tenant: str, since: float) -> Ends:
    row = conn.execute(_ENDS, {"tenant": tenant, "since": since}).one()
    return Ends(row.people or 0, row.late or 0, row.released or 0, row.other or 0)


def pace(conn: Connection, tenant: str, since: float) -> tuple[Pace, dict[str, Pace]]:
    """Of everybody together, and by person. Times are from opening a hold to its decision."""
    wanted = {"tenant": tenant, "since": since}
    everybody = conn.execute(_PACE, wanted).one()
    by_person = {row.actor: _pace(row) for row in conn.execute(_PACES, wanted)}
    return _pace(everybody), by_person


def _pace(row: Row[Any]) -> Pace:
    return Pace(row.decisions, row.half, row.most)


def left(conn: Connection, tenant: str, since: float) -> int:
    """Customers who were gone before an answer of theirs was decided."""
    return conn.execute(_GONE, {"tenant": tenant, "since": since}).scalar_one()


_RECENT = (decision.c.tenant == bindparam("tenant"), decision.c.at >= bindparam("since"))
_BY_SYSTEM = decision.c.actor.like(SYSTEM)
_LATE = decision.c.actor == DEADLINE
_RELEASED = and_(_BY_SYSTEM, decision.c.action == "release")
_ENDS = select(
    _number(not_(_BY_SYSTEM)).label("people"),
    _number(_LATE).label("late"),
    _number(_RELEASED).label("released"),
    _number(and_(_BY_SYSTEM, not_(_LATE), not_(_RELEASED))).label("other"),
).where(*_RECENT)


def _placed(*by: ColumnElement[str]) -> Any:  # noqa: ANN401 - SQLAlchemy's own
    """Decisions of people with their place when sorted by time, and how many there are."""
    took = decision.c.at - hold.c.opened_at
    among = by or None
    return (
        select(
            *by,
            took.label("took"),
            func.row_number().over(order_by=took, partition_by=among).label("place"),
            func.count().over(partition_by=among).label("of"),
        )
        .select_from(decision.join(hold, hold.c.id == decision.c.hold))
        .where(*_RECENT, not_(_BY_SYSTEM))
        .subquery()
    )


def _percentiles(placed: Any) -> tuple[ColumnElement[Any], ...]:  # noqa: ANN401
    """By nearest rank: SQLite has no function for that."""

    def at(share: int) -> ColumnElement[Any]:
        rank = cast((placed.c.of * share + 99) // 100, Integer)
        return func.max(case((placed.c.place == rank, placed.c.took)))

    return func.count().label("decisions"), at(50).label("half"), at(95).label("most")


_ALL = _placed()
_EACH = _placed(decision.c.actor)
_PACE = select(*_percentiles(_ALL)).select_from(_ALL)
_PACES = select(_EACH.c.actor, *_percentiles(_EACH)).group_by(_EACH.c.actor)
_GONE = (
    select(func.count())
    .select_from(hold.outerjoin(turn, turn.c.id == hold.c.turn))
    .where(
        hold.c.tenant == bindparam("tenant"),
        hold.c.opened_at >= bindparam("since"),
        or_(_LEFT, hold.c.orphan_at.is_not(None), turn.c.outcome == "gone"),
    )
)

# --- how much is held, and what looking costs -------------------------------------------------


def answers(conn: Connection, tenant: str, since: float, until: float) -> dict[int, int]:
    """Answers that began, by hours since 1970."""
    rows = conn.execute(_ANSWERS, {"tenant": tenant, "since": since, "until": until})
    return {int(hour): count for hour, count in rows}


def begun(conn: Connection, tenant: str, since: float) -> int:
    return conn.execute(_BEGUN, {"tenant": tenant, "since": since}).scalar_one()


def held(conn: Connection, tenant: str, since: float, until: float) -> list[Held]:
    """Holds by rule and hour. Few different terms are ever stored, so they are grouped as such."""
    rows = conn.execute(_HELD, {"tenant": tenant, "since": since, "until": until})
    return [
        Held(int(hour), rule, count) for hour, terms, count in rows for rule in _rules_of(terms)
    ]


class _Terms(msgspec.Struct):
    rules: tuple[str, ...] = ()


def _rules_of(terms: str) -> Sequence[str]:
    return msgspec.json.decode(terms, type=_Terms).rules


def spent(conn: Connection, tenant: str, since: float, until: float = inf) -> Spent:
    """Of answers that asked checks which take time; the database hands out one line each."""
    total = Spent()
    for (usage,) in conn.execute(_SPENT, {"tenant": tenant, "since": since, "until": until}):
        total = _more(total, msgspec.json.decode(usage, type=dict[str, dict[str, float]]))
    return total


def _more(total: Spent, usage: dict[str, dict[str, float]]) -> Spent:
    sums = (sum(its.get(name, 0) for its in usage.values()) for name in ("calls", "tokens", "ms"))
    calls, tokens, ms = sums
    return Spent(total.turns + 1, total.calls + calls, total.tokens + tokens, total.ms + ms)


def _hour(at: ColumnElement[float]) -> ColumnElement[int]:
    """PostgreSQL rounds: what comes half a second before the hour may count as after it."""
    return cast(at, BigInteger) // HOUR


_STARTED = (turn.c.tenant == bindparam("tenant"), turn.c.began_at >= bindparam("since"))
_ANSWERS = (
    select(_hour(turn.c.began_at).label("hour"), func.count())
    .where(*_STARTED, turn.c.began_at < bindparam("until"))
    .group_by("hour")
)
_BEGUN = select(func.count()).select_from(turn).where(*_STARTED)
_HELD = (
    select(_hour(hold.c.opened_at).label("hour"), hold.c.terms, func.count())
    .where(
        hold.c.tenant == bindparam("tenant"),
        hold.c.opened_at >= bindparam("since"),
        hold.c.opened_at < bindparam("until"),
    )
    .group_by("hour", hold.c.terms)
)
_SPENT = select(turn.c.check_usage).where(*_STARTED, turn.c.began_at < bindparam("until"), CHECKED)
