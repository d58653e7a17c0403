"""Corrections: what was withdrawn after it was read, and the text that stands in its place.

One that was appended to the answer itself is a text. One that came later is also a message of its
own, on its way to the customer like a person's words: by the events, or with the next answer.
"""

from collections.abc import Sequence
from typing import ClassVar

from sqlalchemy import Connection

from hitl_chat.core.types import Value
from hitl_chat.store import events, messages, texts
from hitl_chat.store.messages import CORRECTION, Message
from hitl_chat.store.records import ROW


class Corrected(Value, frozen=True):
    """A record for `later`: the answer of this turn was withdrawn, `late` after it had ended."""

    rank: ClassVar[int] = 11  # after the turn's own end
    admits: ClassVar[bool] = False

    tenant: str
    conv: str
    turn: str
    text: str
    at: float
    late: bool = False

    @property
    def weight(self) -> int:
        return ROW + len(self.text)

    @classmethod
    def write_all(cls, conn: Connection, records: Sequence["Corrected"]) -> None:
        for each in records:
            if each.late:
                said = Message(f"msg_{each.turn}_c", CORRECTION, each.text, each.at)
                correct(conn, each.tenant, each.conv, each.turn, said)
            else:
                content = texts.encoded(each.text)
                stored = texts.put(conn, each.tenant, each.conv, _ref(each.turn), content, each.at)
                _note(conn, each.tenant, each.conv, each.at, {"turn": each.turn}, stored)


def correct(conn: Connection, tenant: str, conv: str, turn: str, said: Message) -> None:
    """From now on this stands in the place of the turn's answer, for whoever was not told yet."""
    messages.say(conn, tenant, conv, messages.of_turn(said, turn))
    stored = texts.put(conn, tenant, conv, said.id, texts.encoded(said.text or ""), said.at)
    _note(conn, tenant, conv, said.at, {"turn": turn, "message": said.id}, stored)


def _note(
    conn: Connection, tenant: str, conv: str, at: float, told: dict[str, str], stored: texts.Stored
) -> None:
    body = {**told, "texts": {stored.ref: stored.sha}}
    events.append(conn, tenant, events.of_conversation(conv), "turn.corrected", body, at)


def text(conn: Connection, tenant: str, conv: str, turn: str) -> str | None:
    """What stands in the place of a turn's answer; None if it was erased, or never withdrawn."""
    late = messages.correction(conn, tenant, conv, turn)
    if late is not None:
        return late.text
    return texts.decoded(texts.get(conn, tenant, _ref(turn)))


def _ref(turn: str) -> str:
    return f"{turn}/correction"
