"""How often each check was right to have an answer held, as people decided: ids, and yes or no.

Right is whatever was not approved as it was, or was found wrong after it had left. Only the last
ones count, so that a rule which was mended is not blamed for ever. Knows no text.
"""

from collections.abc import Sequence

from sqlalchemy import Connection, select

from hitl_chat.core.hold import Hold
from hitl_chat.core.types import ACTIONS, Value, objects
from hitl_chat.store.dialect import upsert_all
from hitl_chat.store.schema_asides import judged

LATEST = 200  # judged holds of a rule that are counted
COLUMNS = ("tenant", "rule", "check", "hold", "correct", "at")

Said = tuple[str, str]  # a rule, and the check that made it speak


class Track(Value, frozen=True):
    """Of the `judged` holds that a check brought about by a rule, in how many it was right."""

    rule: str
    check: str
    right: int
    judged: int


def said_of(hold: Hold) -> tuple[Said, ...]:
    """Which checks had this held, by which rules."""
    said = ((reason.rule, reason.check) for reason in hold.reasons if objects(reason))
    return tuple(dict.fromkeys(said))


def keep(conn: Connection, decided: Hold, now: float, *, overturned: bool = False) -> None:
    """What a person's decision says of the checks; what the system did says nothing."""
    made = decided.decision
    if made is None or made.action not in ACTIONS:
        return
    right = overturned or made.action != "approve"
    rows = [(decided.tenant, *said, decided.id, right, now) for said in said_of(decided)]
    upsert_all(conn, judged, COLUMNS, rows)


def tracks(conn: Connection, tenant: str, said: Sequence[Said], hold: str) -> tuple[Track, ...]:
    """Of each of these; `hold` itself does not count. Ids of holds are in order of time."""
    return tuple(_track(conn, tenant, rule, check, hold) for rule, check in said)


def _track(conn: Connection, tenant: str, rule: str, check: str, hold: str) -> Track:
    latest = (
        select(judged.c.correct)
        .where(
            judged.c.tenant == tenant,
            judged.c.rule == rule,
            judged.c.check == check,
            judged.c.hold != hold,
        )
        .order_by(judged.c.hold.desc())
        .limit(LATEST)
    )
    right = conn.execute(latest).scalars().all()
    return Track(rule, check, sum(right), len(right))
