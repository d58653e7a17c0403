"""What the checks had found of a held answer, and which known answers it was like.

Findings quote models and customers, so all of them are one text of the hold, forgotten with the
others. `hold_known` has ids only: how often an answer of the library was met, and what was decided.
"""

from collections.abc import Collection, Mapping, Sequence

import msgspec
from sqlalchemy import Connection, func, select

from hitl_chat.core.evidence import Finding
from hitl_chat.core.hold import Hold
from hitl_chat.core.types import Value
from hitl_chat.store import texts
from hitl_chat.store.dialect import insert_new_all
from hitl_chat.store.schema import decision
from hitl_chat.store.schema_asides import hold_known

KNOWN = ("tenant", "known", "hold", "at")
_DECODER = msgspec.json.Decoder(tuple[Finding, ...])


class History(Value, frozen=True):
    """In how many other holds a known answer was met, and how those were decided."""

    holds: int = 0
    decisions: Mapping[str, int] = {}


def _ref(hold: str) -> str:
    return f"{hold}/findings"


def keep(conn: Connection, about: Hold, found: Sequence[Finding], now: float) -> None:
    """What was found by now takes the place of what was found before."""
    if not found:
        return
    content = msgspec.json.encode(found)
    texts.put(conn, about.tenant, about.conv, _ref(about.id), content, now)
    objecting = {reason.check for reason in about.reasons}
    met = {one.id for each in found if each.check in objecting for one in each.evidence.known}
    rows = [(about.tenant, ident, about.id, now) for ident in sorted(met)]
    if rows:
        insert_new_all(conn, hold_known, KNOWN, rows)


def of_hold(conn: Connection, tenant: str, hold: str) -> tuple[Finding, ...]:
    """() once they were forgotten."""
    content = texts.get(conn, tenant, _ref(hold))
    return _DECODER.decode(content) if content else ()


def history(conn: Connection, tenant: str, known: Collection[str], hold: str) -> dict[str, History]:
    """Of each of these answers, what became of the other holds that met it."""
    rows = conn.execute(
        select(hold_known.c.known, decision.c.action, func.count())
        .join_from(hold_known, decision, decision.c.hold == hold_known.c.hold, isouter=True)
        .where(
            hold_known.c.tenant == tenant,
            hold_known.c.known.in_(known),
            hold_known.c.hold != hold,
        )
        .group_by(hold_known.c.known, decision.c.action)
        .order_by(func.count().desc(), decision.c.action)
    )
    found: dict[str, dict[str, int]] = {}
    for ident, action, count in rows:
        found.setdefault(ident, {})[action or ""] = count
    return {
        ident: History(sum(counts.values()), {name: n for name, n in counts.items() if name})
        for ident, counts in found.items()
    }
