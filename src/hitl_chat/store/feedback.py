"""What customers said of answers and of people's messages: the last word about each."""

from typing import Literal

from sqlalchemy import Connection, func, select

from hitl_chat.core.types import Value
from hitl_chat.store import events, texts
from hitl_chat.store.dialect import upsert
from hitl_chat.store.schema import event
from hitl_chat.store.schema_reviews import feedback

SAID = "feedback"  # the event
Rating = Literal["up", "down", "wrong"]


class Feedback(Value, frozen=True):
    """`about`: the turn, or the person's message. `text` is None once it was erased."""

    about: str
    tenant: str
    conv: str
    rating: Rating
    text: str | None
    at: float


def give(conn: Connection, new: Feedback) -> bool:
    """Keep it in the place of an earlier one; whether that says anything new."""
    old = get(conn, new.tenant, new.about)
    if old is not None and (old.rating, old.text or "") == (new.rating, new.text or ""):
        return False
    told: dict[str, object] = {"about": new.about, "rating": new.rating}
    ref = None
    if new.text:
        content = texts.encoded(new.text)
        ref = f"{new.about}/feedback/{new.at:.6f}"
        stored = texts.put(conn, new.tenant, new.conv, ref, content, new.at)
        told["texts"] = {stored.ref: stored.sha}
    row = {
        "about": new.about,
        "tenant": new.tenant,
        "conv": new.conv,
        "rating": new.rating,
        "text_ref": ref,
        "at": new.at,
    }
    upsert(conn, feedback, row)
    stream = events.of_conversation(new.conv)
    events.append(conn, new.tenant, stream, SAID, told, new.at)
    return True


def get(conn: Connection, tenant: str, about: str) -> Feedback | None:
    wanted = select(feedback).where(feedback.c.tenant == tenant, feedback.c.about == about)
    row = conn.execute(wanted).first()
    if row is None:
        return None
    text = texts.decoded(texts.get(conn, tenant, row.text_ref)) if row.text_ref else ""
    return Feedback(row.about, row.tenant, row.conv, row.rating, text, row.at)


def count(conn: Connection, tenant: str, conv: str) -> int:
    """How many answers of a conversation have one."""
    here = (feedback.c.tenant == tenant, feedback.c.conv == conv)
    return int(conn.execute(select(func.count()).where(*here)).scalar_one())


def words(conn: Connection, tenant: str, conv: str) -> int:
    """How often something new was said about them."""
    here = (event.c.tenant == tenant, event.c.stream == events.of_conversation(conv))
    wanted = select(func.count()).where(*here, event.c.type == SAID)
    return int(conn.execute(wanted).scalar_one())
