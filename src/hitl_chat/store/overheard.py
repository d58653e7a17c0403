"""What checks said beside an answer, after its turn had ended and was recorded."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import msgspec
from msgspec import to_builtins
from sqlalchemy import Connection

from hitl_chat.core.types import Reason, Value
from hitl_chat.store import events, reviews
from hitl_chat.store.dialect import insert_all, update_all, upsert_all
from hitl_chat.store.records import ROW
from hitl_chat.store.schema import ruling, turn, verdict
from hitl_chat.store.turn_records import RULING, Ruling
from hitl_chat.store.verdicts import VERDICT, Heard, verdict_rows


class Overheard(Value, frozen=True):
    """A record for `later`. `verdicts` are new; `reasons`, `ruling` and `check_usage` are all."""

    rank: ClassVar[int] = 11  # after the turn's own end
    admits: ClassVar[bool] = False

    tenant: str
    conv: str
    turn: str
    at: float
    verdicts: tuple[Heard, ...]
    ruling: Ruling = "pass"
    reasons: tuple[Reason, ...] = ()
    rules_version: str = ""
    criteria_version: str = ""
    check_usage: Mapping[str, Any] = {}

    @property
    def weight(self) -> int:
        return ROW + 256 * len(self.verdicts)

    @classmethod
    def write_all(cls, conn: Connection, records: Sequence["Overheard"]) -> None:
        rows = [
            row for each in records for row in verdict_rows(each.tenant, each.turn, each.verdicts)
        ]
        insert_all(conn, verdict, VERDICT, rows)
        usage = [(each.ruling, _json(each.check_usage), each.turn) for each in records]
        update_all(conn, turn, ("ruling", "check_usage", "id"), usage)
        objecting = [each for each in records if each.reasons]
        upsert_all(conn, ruling, RULING, [_ruling(each) for each in objecting])
        events.append_all(conn, [_note(each) for each in objecting])
        for each in objecting:
            if causes := reviews.causes(each.ruling, each.reasons):
                new = reviews.Review(each.turn, each.tenant, each.conv, causes, each.at)
                reviews.put(conn, new)


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()


def _ruling(each: Overheard) -> tuple[object, ...]:
    why = (each.ruling, _json(each.reasons), each.rules_version, each.criteria_version)
    return (each.turn, each.tenant, *why, each.at)


def _note(each: Overheard) -> events.Note:
    told = {"turn": each.turn, "ruling": each.ruling, "reasons": to_builtins(each.reasons)}
    stream = events.of_conversation(each.conv)
    return events.Note(each.tenant, stream, "turn.overheard", each.at, told)
