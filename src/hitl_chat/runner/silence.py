"""Conversations that nobody handed back and in which nobody has said anything for long.

They go back to the assistant by themselves, as a hand-back does: on record, told to the customer
and to the model; never with a customer whom a person still owes an answer. Owns when; else they
would fill the queue, and their person's hands, for ever.
"""

from sqlalchemy import Connection

from hitl_chat.core import conversation as talk
from hitl_chat.core.conversation import Conversation
from hitl_chat.runner import moves
from hitl_chat.runner.desk import Desk
from hitl_chat.runner.moves import Now, Spoken
from hitl_chat.store import conversations

BY = "system:silence"
NOTE = (
    "Nobody has said anything for a while, so the conversation came back to you by itself. "
    "The colleague may not have finished."
)


async def silent(desk: Desk, now: float) -> list[Conversation]:
    """Those whose customer does not wait for an answer at this moment."""
    since = now - desk.waits.silence
    found = await desk.db.read(lambda conn: conversations.silent(conn, since))
    return [known for known in found if not desk.voices.here(known.tenant, known.id)]


async def end(desk: Desk, known: Conversation) -> None:
    """Unless somebody has said something meanwhile."""

    def back(conn: Connection, now: Now) -> Spoken:
        here = moves.speaker(conn, known.tenant, known.id)
        since = now.at - desk.waits.silence
        if not conversations.is_silent(conn, known.tenant, known.id, since):
            return Spoken(here, here)
        return moves.hand_back(conn, here, talk.given_up(here), BY, NOTE, now)

    await desk.spoke(await desk.transactions.run(back))
