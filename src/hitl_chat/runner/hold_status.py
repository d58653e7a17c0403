"""A hold as the customer's own server may see it: what became of an answer that had to wait.

Shows no draft: before the decision there is no text, and after it the decided text only, unless a
person has taken over the conversation before it was delivered. Shows no rule, score or reviewer.
"""

from collections.abc import Mapping
from hashlib import sha256
from typing import Literal

from msgspec import Struct
from sqlalchemy import Connection

from hitl_chat.core.conversation import model_may_speak
from hitl_chat.core.fields import CONTENT
from hitl_chat.core.hold import Delivery, Hold
from hitl_chat.core.proposal import Decided
from hitl_chat.runner.customer_news import AUTHORS, DECISIONS
from hitl_chat.store import conversations, corrections, holds

POLL_AFTER = 2.0  # seconds; the stream, or the events, tell sooner

State = Literal["held", "decided", "cancelled"]


class HoldStatus(Struct, frozen=True, omit_defaults=True):
    """`text` is all of the first choice's content, `texts` everything; both only once decided.

    `superseded`: a person took over before it was delivered, so it never will be. `corrected`: what
    stands in its place since somebody, or a rule, withdrew it.
    """

    id: str
    state: State
    delivery: Delivery
    conversation_id: str
    delivery_id: str
    since: int
    expires: int
    object: str = ""
    poll_after: float | None = None
    decision: str = ""
    author: str = ""
    text: str | None = None
    texts: Mapping[str, str] | None = None
    text_sha256: str = ""
    superseded: bool = False
    corrected: str | None = None


def status(conn: Connection, hold: Hold) -> HoldStatus:
    made = hold.decision
    action = made.action if made else None
    stale = made is not None and _superseded(conn, hold)
    texts = None if made is None or stale else _texts(conn, hold, made)
    text = None if texts is None else texts.get(CONTENT, "")
    return HoldStatus(
        id=hold.id,
        state="decided" if made else "held" if hold.alive else "cancelled",
        delivery=hold.delivery,
        conversation_id=hold.conv,
        delivery_id=hold.turn,
        since=int(hold.opened_at),
        expires=int(hold.deadline_at),
        object="hold",
        poll_after=POLL_AFTER if hold.alive else None,
        decision=DECISIONS[action] if action else "",
        author=AUTHORS[action] if action else "",
        text=text,
        texts=texts,
        text_sha256="" if text is None else sha256(text.encode()).hexdigest(),
        superseded=stale,
        corrected=corrections.text(conn, hold.tenant, hold.conv, hold.turn) if made else None,
    )


def _superseded(conn: Connection, hold: Hold) -> bool:
    """What is not delivered by now may only be by the voice it was decided for."""
    if hold.delivery == "delivered":
        return False
    here = conversations.get(conn, hold.tenant, hold.conv)
    return here is not None and not model_may_speak(here, hold.epoch)


def _texts(conn: Connection, hold: Hold, made: Decided) -> Mapping[str, str] | None:
    """Everything the customer will have read; None if a person speaks instead, or it was erased."""
    draft = holds.draft(conn, hold.tenant, hold.id)
    if made.action == "take_over" or draft.sha_with(made.texts) != made.text_sha:
        return None
    names = {*draft.sent, *made.texts}
    return {name: draft.sent.get(name, "") + made.texts.get(name, "") for name in sorted(names)}
