"""What people saw of a hold, and what they thought of it first: events of ids and codes.

Owns the reading of a hold's own events, for its trail. Changes no hold.
"""

from collections.abc import Iterable

from sqlalchemy import Connection, select

from hitl_chat.core.hold import Hold
from hitl_chat.core.types import Judgement
from hitl_chat.store import events
from hitl_chat.store.schema import person

LOOKED, REVEALED, GIVEN = "hold.looked", "hold.revealed", "hold.given"
MOST = 300  # events of one hold's trail
MOST_PEOPLE = 10_000


def looked(conn: Connection, hold: Hold, by: str, now: float) -> None:
    """On record once for each person."""
    if not _known(conn, hold, LOOKED, by):
        _note(conn, hold, LOOKED, {"by": by}, now)


def revealed(conn: Connection, hold: Hold, by: str, judgement: Judgement, now: float) -> None:
    """The first judgement stands: whoever has seen the scores has none any more."""
    if not _known(conn, hold, REVEALED, by):
        _note(conn, hold, REVEALED, {"by": by, "judgement": judgement}, now)


def _note(conn: Connection, hold: Hold, kind: str, told: dict[str, object], now: float) -> None:
    about = {"hold": hold.id, "version": hold.version, **told}
    events.append(conn, hold.tenant, events.of_conversation(hold.conv), kind, about, now)


def _known(conn: Connection, hold: Hold, kind: str, by: str) -> bool:
    return any(one.body.get("by") == by for one in _of_kind(conn, hold, kind))


def given(conn: Connection, hold: Hold, by: str, now: float) -> None:
    """Whoever has it now did not take it: somebody gave it to them, or this program did."""
    _note(conn, hold, GIVEN, {"by": by, "to": hold.claimed_by}, now)


def reveals(conn: Connection, hold: Hold) -> list[events.Event]:
    """The first judgement of each person."""
    return _of_kind(conn, hold, REVEALED)


def _of_kind(conn: Connection, hold: Hold, kind: str) -> list[events.Event]:
    """All: there is one for each person. Apart from the trail, which can be made longer."""
    found = events.about(conn, hold.tenant, hold.id, MOST_PEOPLE, kind)
    return [one for one in found if one.type == kind]  # not if it cannot be read


def trail(conn: Connection, hold: Hold) -> list[events.Event]:
    """What is on record of this hold, in order: the last of it."""
    found = events.about(conn, hold.tenant, hold.id, MOST)
    return [one for one in found if one.type != events.UNREADABLE]


def names(conn: Connection, tenant: str, idents: Iterable[str]) -> dict[str, str]:
    """Of people who are, or were, known here."""
    wanted = select(person.c.id, person.c.name)
    rows = conn.execute(wanted.where(person.c.tenant == tenant, person.c.id.in_(set(idents))))
    return {row.id: row.name for row in rows}
