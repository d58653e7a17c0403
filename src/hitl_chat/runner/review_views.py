"""The review-after lane as people see it, and what was decided before: typed, read from rows."""

from collections.abc import Sequence

from sqlalchemy import Connection

from hitl_chat.checks.transcript import customers
from hitl_chat.core.fields import CONTENT
from hitl_chat.core.hold import Hold
from hitl_chat.core.types import Reason
from hitl_chat.errors import NotFound
from hitl_chat.runner.decision_views import DecisionView
from hitl_chat.runner.people_views import View, Who, who
from hitl_chat.runner.views import MessageView, hold_view, message_view
from hitl_chat.store import corrections, feedback, holds, messages, reviews, turns
from hitl_chat.store.reviews import Review

EXCERPT = 160
SHOWN = 200  # of the lane, and of what was decided
AROUND = 20  # messages


class ReviewView(View, frozen=True):
    """One answer of the lane. `causes`: `rule:…`, `audit`, `feedback:…`, `overturned`.

    `proposed_by`: whose correction waits for a second person.
    """

    id: str
    conversation: str
    causes: tuple[str, ...]
    excerpt: str
    opened_at: float
    verdict: str
    by: Who | None
    closed_at: float | None
    proposed_by: Who | None = None


class DecidedView(View, frozen=True):
    """A hold that was decided; `review`: what somebody thought of it later."""

    answer: str
    conversation: str
    rules: tuple[str, ...]
    excerpt: str
    decision: DecisionView
    review: str


class Lane(View, frozen=True):
    """What waits to be looked at, oldest first, and what was decided, newest first.

    `more`: even more waits, and comes when some of it was looked at.
    """

    waiting: tuple[ReviewView, ...]
    decided: tuple[DecidedView, ...]
    more: bool = False


class ReviewCard(View, frozen=True):
    """Everything about one answer that has left."""

    review: ReviewView
    question: str
    answer: str
    correction: str | None
    reasons: tuple[Reason, ...]
    rating: str
    complaint: str
    note: str | None
    decision: DecisionView | None
    messages: tuple[MessageView, ...]
    proposed: str | None = None  # the correction that waits for a second person


def lane(conn: Connection, tenant: str) -> Lane:
    found = reviews.lane(conn, tenant, SHOWN + 1)
    waiting = (review_view(conn, one) for one in found[:SHOWN])
    decided = holds.decided(conn, tenant, SHOWN)
    return Lane(tuple(waiting), _decided(conn, tenant, decided), len(found) > SHOWN)


def _decided(conn: Connection, tenant: str, found: Sequence[Hold]) -> tuple[DecidedView, ...]:
    views = []
    for hold in found:
        decision, known = hold_view(hold).decision, reviews.get(conn, tenant, hold.turn)
        if decision is not None:
            views.append(
                DecidedView(
                    hold.turn,
                    hold.conv,
                    hold.terms.rules,
                    _short(_answer(conn, tenant, hold.turn)),
                    decision,
                    known.verdict if known else "",
                )
            )
    return tuple(views)


def card(conn: Connection, tenant: str, ident: str) -> ReviewCard:
    turn, known = turns.get(conn, tenant, ident), reviews.get(conn, tenant, ident)
    if known is None and turn is None:
        msg = f"there is no answer {ident[:100]!r}"
        raise NotFound(msg, code="answer_not_found")
    conv = known.conv if known else turn.conv if turn else ""
    shown = known or Review(ident, tenant, conv, (), turn.began_at if turn else 0.0)
    hold = holds.of_turn(conn, tenant, ident)
    said = feedback.get(conn, tenant, ident)
    return ReviewCard(
        review=review_view(conn, shown),
        question=customers(turns.written(conn, tenant, ident).messages or []),
        answer=_answer(conn, tenant, ident, conv),
        correction=corrections.text(conn, tenant, conv, ident),
        reasons=turns.reasons(conn, tenant, ident),
        rating=said.rating if said else "",
        complaint=(said.text or "") if said else "",
        note=shown.note,
        decision=hold_view(hold).decision if hold else None,
        messages=tuple(map(message_view, messages.transcript(conn, tenant, conv, limit=AROUND))),
        proposed=shown.proposed.text if shown.proposed else None,
    )


def review_view(conn: Connection, one: Review) -> ReviewView:
    return ReviewView(
        id=one.id,
        conversation=one.conv,
        causes=one.causes,
        excerpt=_short(_answer(conn, one.tenant, one.id, one.conv)),
        opened_at=one.opened_at,
        verdict=one.verdict,
        by=Who(one.person, one.name) if one.person else None,
        closed_at=one.closed_at,
        proposed_by=who(one.proposed.by, one.proposed.name) if one.proposed else None,
    )


def _answer(conn: Connection, tenant: str, ident: str, conv: str = "") -> str:
    """All that the customer read of it; "" once it was erased."""
    written = turns.written(conn, tenant, ident)
    texts = written.draft if written.final is None else written.final
    if texts is not None:
        return texts.get(CONTENT) or "\n".join(texts.values())
    said = messages.some(conn, tenant, conv, [ident]) if conv else []
    return "\n".join(each.text or "" for each in said)


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= EXCERPT else f"{line[: EXCERPT - 1]}…"
