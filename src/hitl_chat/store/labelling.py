"""Answers that somebody judged, or is to judge: decided holds, and released answers of the audit;
and holds that somebody would not judge.

Read in pages, oldest first. Says what was recorded; what that means for a label is `tuning`'s.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, RowMapping, and_, exists, func, not_, or_, select, true

from hitl_chat.core.types import Value
from hitl_chat.store.schema import decision, event, hold, turn, verdict

PAGE = 200
WINDOW = 20_000  # turns that are looked through for a page: hardly any of them may be judged
SPARSE = 10  # of so many turns one was looked at, at least; else there are fewer to compare


class Judged(Value, frozen=True):
    """`action` is a person's decision, "" if nobody decided; `rate` is the audit's share."""

    turn: str
    conv: str
    began_at: float
    channel: str
    model: str
    ruling: str
    rules_version: str
    action: str
    actor: str
    rate: float | None
    scores: Mapping[str, float]


class PutBack(Value, frozen=True):
    """Somebody put a hold back, and said why. `rules`: which had it held."""

    turn: str
    conv: str
    hold: str
    rules: Sequence[str]
    by: str
    because: Sequence[str]
    at: float


class Page(NamedTuple):
    """Those that were found, and up to which turn was looked; "": there are no more."""

    judged: list[Judged]
    upto: str


def judged(conn: Connection, tenant: str, since: float, after: str = "") -> Page:
    """The next page behind the turn `after`; a turn with two holds stands there twice."""
    next_ = select(turn.c.id).where(turn.c.id > after).order_by(turn.c.id).limit(WINDOW).subquery()
    upto = conn.execute(select(func.max(next_.c.id))).scalar() or ""
    person = and_(decision.c.hold.is_not(None), not_(decision.c.actor.startswith("system:")))
    audited = and_(turn.c.outcome == "passed", turn.c.envelope.contains('"audit":true'))
    wanted = (
        select(turn, decision.c.action, decision.c.actor)
        .join(next_, next_.c.id == turn.c.id)
        .outerjoin(hold, hold.c.turn == turn.c.id)
        .outerjoin(decision, decision.c.hold == hold.c.id)
        .where(turn.c.tenant == tenant, turn.c.began_at >= since)
        .where(or_(person, audited))
        .order_by(next_.c.id, decision.c.at)
        .limit(PAGE)
    )
    rows = conn.execute(wanted).mappings().all()
    scores = _scores(conn, tenant, [row["id"] for row in rows])
    found = [_judged(row, scores.get(row["id"], {})) for row in rows]
    return Page(found, found[-1].turn if len(found) == PAGE else upto)


def recent(
    conn: Connection, checks: Sequence[str], limit: int, since: float = 0.0
) -> list[Mapping[str, float]]:
    """The scores of the newest answers that one of these checks looked at, whoever's they are.

    Looked for among the newest turns only: a check that nobody asks is not looked for for ever.
    """
    ids = select(turn.c.id).order_by(turn.c.id.desc()).limit(limit * SPARSE).subquery()
    looked_at = exists().where(verdict.c.turn == turn.c.id, verdict.c.check.in_(checks))
    ended = turn.c.outcome.in_(("passed", "held", "replaced"))
    newest = select(turn.c.id).join(ids, ids.c.id == turn.c.id)
    newest = newest.where(ended, looked_at, turn.c.began_at >= since)
    newest = newest.order_by(turn.c.id.desc()).limit(limit)
    idents = list(conn.execute(newest).scalars())
    scores = _scores(conn, None, idents)
    return [scores.get(ident, {}) for ident in idents]


def undecided(conn: Connection, tenant: str, since: float) -> int:
    """Holds that ended without a person's decision: nobody knows what they were."""
    ended = select(func.count()).select_from(hold)
    ended = ended.outerjoin(decision, decision.c.hold == hold.c.id)
    nobody = or_(decision.c.hold.is_(None), decision.c.actor.startswith("system:"))
    here = (hold.c.tenant == tenant, hold.c.opened_at >= since, hold.c.closed_at.is_not(None))
    return conn.execute(ended.where(*here, nobody)).scalar() or 0


def put_back(conn: Connection, tenant: str, since: float) -> list[PutBack]:
    """In order; also of holds that nobody decided then. Without a reason nobody chose to."""
    wanted = (
        select(event.c.at, event.c.body, hold.c.id, hold.c.turn, hold.c.conv, hold.c.terms)
        .join(hold, hold.c.id == event.c.hold)
        .where(event.c.tenant == tenant, event.c.type == "hold.released", event.c.at >= since)
        .order_by(event.c.id)
    )
    found = map(_put_back, conn.execute(wanted).mappings())
    return [each for each in found if each.because]


def _put_back(row: RowMapping) -> PutBack:
    said: dict[str, Any] = msgspec.json.decode(row["body"])
    rules = msgspec.json.decode(row["terms"])["rules"]
    because = said.get("because", ())
    about = (row["turn"], row["conv"], row["id"], rules)
    return PutBack(*about, said["by"], because, row["at"])


def _judged(row: RowMapping, scores: Mapping[str, float]) -> Judged:
    envelope: dict[str, Any] = msgspec.json.decode(row["envelope"] or "{}")
    return Judged(
        turn=row["id"],
        conv=row["conv"],
        began_at=row["began_at"],
        channel=row["channel"],
        model=row["model"],
        ruling=row["ruling"] or "",
        rules_version=row["rules_version"],
        action=row["action"] or "",
        actor=row["actor"] or "",
        rate=envelope.get("audit_rate"),
        scores=scores,
    )


def _scores(
    conn: Connection, tenant: str | None, turns: Sequence[str]
) -> dict[str, dict[str, float]]:
    """By turn, the highest score of each asynchronous check; who failed or was spared has none."""
    said = (
        select(verdict.c.turn, verdict.c.check, func.max(verdict.c.score))
        .where(verdict.c.turn.in_(turns), true() if tenant is None else verdict.c.tenant == tenant)
        .where(verdict.c.score.is_not(None), not_(verdict.c.check.contains(":")))
        .group_by(verdict.c.turn, verdict.c.check)
    )
    found: dict[str, dict[str, float]] = {}
    for ident, check, score in conn.execute(said):
        found.setdefault(ident, {})[check] = score
    return found
