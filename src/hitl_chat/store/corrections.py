"""Corrections: what was withdrawn after it was read, and the text that stands in its place."""

from collections.abc import Sequence
from typing import ClassVar

from sqlalchemy import Connection

from hitl_chat.core.types import Value
from hitl_chat.store import events, texts
from hitl_chat.store.records import ROW


class Corrected(Value, frozen=True):
    """A record for `later`: the answer of this turn was withdrawn."""

    rank: ClassVar[int] = 11  # after the turn's own end
    admits: ClassVar[bool] = False

    tenant: str
    conv: str
    turn: str
    text: str
    at: float

    @property
    def weight(self) -> int:
        return ROW + len(self.text)

    @classmethod
    def write_all(cls, conn: Connection, records: Sequence["Corrected"]) -> None:
        made = [
            texts.row(each.tenant, each.conv, _ref(each.turn), texts.encoded(each.text), each.at)
            for each in records
        ]
        texts.put_all(conn, [row for row, _ in made])
        notes = [
            events.Note(
                each.tenant,
                events.of_conversation(each.conv),
                "turn.corrected",
                each.at,
                {"turn": each.turn, "texts": {stored.ref: stored.sha}},
            )
            for each, (_, stored) in zip(records, made, strict=True)
        ]
        events.append_all(conn, notes)


def text(conn: Connection, tenant: str, turn: str) -> str | None:
    """What stands in the place of a turn's answer; None if it was erased, or never withdrawn."""
    return texts.decoded(texts.get(conn, tenant, _ref(turn)))


def _ref(turn: str) -> str:
    return f"{turn}/correction"
