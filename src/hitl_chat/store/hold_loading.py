"""Holds from their rows: each with its proposal or decision, and the texts of these."""

import logging
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import BindParameter, Connection, Select, bindparam, select

from hitl_chat.core.hold import Hold
from hitl_chat.core.remainder import Texts
from hitl_chat.store import texts
from hitl_chat.store.dialect import look_up
from hitl_chat.store.hold_rows import hold_of
from hitl_chat.store.schema import decision, proposal
from hitl_chat.store.texts import Unreadable

log = logging.getLogger(__name__)


def load(
    conn: Connection,
    wanted: Select[Any],
    values: Mapping[str, object] | None = None,
    *,
    skip: bool = False,
) -> Iterator[Hold]:
    """The holds of these rows; one that makes no sense raises, or is left out and logged."""
    rows = [dict(row) for row in conn.execute(wanted, values or {}).mappings()]
    proposals = _belonging(conn, _PROPOSALS, rows, "settling")
    decisions = _belonging(conn, _DECISIONS, rows, "decided")
    belonging = [*proposals.values(), *decisions.values()]
    stored = _contents(conn, [(row["tenant"], row["text_ref"]) for row in belonging])
    for row in rows:
        own = (proposals.get(row["id"]), decisions.get(row["id"]))
        refs = [each["text_ref"] for each in own if each]
        try:
            yield hold_of(row, *own, {ref: texts.fields(stored.get(ref)) for ref in refs})
        except Unreadable as error:
            if not skip:
                raise
            log.error("%s", error)


def _belonging(
    conn: Connection, wanted: Select[Any], rows: list[dict[str, Any]], state: str
) -> dict[str, Mapping[str, Any]]:
    """The proposals or decisions of those holds that are in the state of having one."""
    idents = [row["id"] for row in rows if row["state"] == state]
    if not idents:
        return {}
    found = conn.execute(wanted, {"holds": idents}).mappings()
    return {row["hold"]: dict(row) for row in found}


_HOLDS: BindParameter[Any] = bindparam("holds", expanding=True)
_PROPOSALS = select(proposal).where(proposal.c.hold.in_(_HOLDS))
_DECISIONS = select(decision).where(decision.c.hold.in_(_HOLDS))


def fields(conn: Connection, refs: Iterable[tuple[str, str]]) -> dict[str, Texts]:
    """Texts per field, by ref, for (tenant, ref) keys."""
    return {ref: texts.fields(content) for ref, content in _contents(conn, refs).items()}


def _contents(conn: Connection, refs: Iterable[tuple[str, str]]) -> Mapping[str, bytes | None]:
    return {ref: content for _, (ref, content) in look_up(conn, texts.GET, refs)}
