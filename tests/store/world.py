"""What the store's tests share: a clock that stands still, and values to store."""

from pathlib import Path
from typing import Any

from msgspec.structs import replace

from hitl_chat.core.hold import Hold
from hitl_chat.core.policy import Terms
from hitl_chat.core.proposal import Decided
from hitl_chat.core.remainder import Draft
from hitl_chat.core.types import Reason, Span
from hitl_chat.store.sqlite import SqliteDatabase

ACME, OTHER = "acme", "other"
DRAFT = Draft({"0/content": "Sure. "}, {"0/content": "You get 500 euros."})
REASON = Reason("refund", "patterns:refund", "matched", 1.0, (Span("0/content", 6, 9),))


class Clock:
    """Stands still until a test moves it."""

    def __init__(self, time: float = 1_000.0) -> None:
        self.time = time

    def now(self) -> float:
        return self.time

    def monotonic(self) -> float:
        return self.time


def opened(folder: Path, **options: Any) -> SqliteDatabase:
    """The database of this folder, as a server opens it."""
    waits = {"record_delay": 0.005, "retry": 0.01, "busy": 0.1}
    return SqliteDatabase(folder / "hitl.db", Clock(), **{**waits, **options})


def hold_of(number: int = 1, **changes: Any) -> Hold:
    fresh = Hold(
        id=f"hold_{number}",
        tenant=ACME,
        conv=f"conv_{number}",
        turn=f"turn_{number}",
        epoch=0,
        terms=Terms(rules=("refund",), fallback="Sorry."),
        reasons=(REASON,),
        opened_at=1_000.0,
        deadline_at=1_120.0,
        cap_at=1_600.0,
        draft_state="whole",
    )
    return replace(fresh, **changes)


def decided(
    hold: Hold, by: str = "ana", text: str = "You get 5 euros.", at: float = 1_010.0
) -> Hold:
    """The hold with its one decision: an edit."""
    texts = {"0/content": text}
    made = Decided(by, "edit", texts, DRAFT.sha_with(texts), at, idem_key=f"key-{by}")
    return replace(hold, state="decided", version=hold.version + 1, proposal=None, decision=made)
