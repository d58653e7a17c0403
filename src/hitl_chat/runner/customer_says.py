"""What customers tell beside their questions: what an answer was worth, and that they type."""

from sqlalchemy import Connection

from hitl_chat.errors import NotFound, TooMany
from hitl_chat.runner.desk import Desk
from hitl_chat.runner.memory import ANSWERED
from hitl_chat.runner.signals import CustomerTypes
from hitl_chat.store import feedback, messages, reviews, turns
from hitl_chat.store.feedback import Feedback
from hitl_chat.store.feedback import Rating as Rating

MOST = 200  # answers of one conversation
WORDS = 1000  # that may be said about them: each is kept, and may be for a person to look at
AGAIN = 600.0  # seconds after which somebody with so many may go on


class CustomerSays:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def types(self, tenant: str, conv: str, on: bool) -> None:
        self._desk.signals.tell(CustomerTypes(tenant, conv, on))

    async def rate(
        self, tenant: str, conv: str, about: str, rating: Rating, text: str = ""
    ) -> None:
        """The customer's last word about an answer (or a person's message) counts.

        What is said to be bad is for a person to look at.
        """
        new = Feedback(about, tenant, conv, rating, text.strip(), self._desk.clock.now())
        # An answer that has just ended is still on its way to the record.
        if await self._desk.db.write(lambda conn: _rate(conn, new), behind=True):
            await self._desk.feed.ring()


def _rate(conn: Connection, new: Feedback) -> bool:
    if not _is_there(conn, new):
        msg = f"there is no answer {new.about[:100]!r} in this conversation"
        raise NotFound(msg, code="answer_not_found")
    known = feedback.get(conn, new.tenant, new.about)
    if known is None and feedback.count(conn, new.tenant, new.conv) >= MOST:
        msg = f"at most {MOST} answers of one conversation are rated"
        raise TooMany(msg, code="too_much_feedback", retry_after=AGAIN)
    if known is not None and feedback.words(conn, new.tenant, new.conv) >= WORDS:
        msg = "this conversation has said enough about its answers"
        raise TooMany(msg, code="too_much_feedback", retry_after=AGAIN)
    told = feedback.give(conn, new)
    if told and new.rating != "up":
        cause = f"feedback:{new.rating}"
        reviews.put(conn, reviews.Review(new.about, new.tenant, new.conv, (cause,), new.at))
    return told


def _is_there(conn: Connection, new: Feedback) -> bool:
    turn = turns.get(conn, new.tenant, new.about)
    if turn is not None:
        return turn.conv == new.conv and turn.outcome in ANSWERED
    said = messages.some(conn, new.tenant, new.conv, [new.about])
    return any(message.author == "human" for message in said)
