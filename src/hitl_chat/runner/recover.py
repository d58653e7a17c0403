"""What a program finds of an earlier one: holds whose turns died, and requests that come again.

Owns how a stored hold gets a running turn again. The customer's retry brings the turn; until then
the hold waits in the queue like any other, for a customer who left.
"""

import asyncio
import logging
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection

from hitl_chat.core import hold as holding
from hitl_chat.core.command import Refusal
from hitl_chat.core.conversation import model_may_speak
from hitl_chat.core.hold import Hold, Outcome
from hitl_chat.core.remainder import Draft
from hitl_chat.errors import Conflict, HitlError, NotFound
from hitl_chat.runner import moves
from hitl_chat.runner.moves import Moved, Now
from hitl_chat.runner.transactions import Transactions
from hitl_chat.store import conversations, holds, turns

log = logging.getLogger(__name__)

PAGE = 100


class Adopted(NamedTuple):
    """A hold that waits for exactly this request, and its draft."""

    hold: Hold
    draft: Draft


def adoptable(
    conn: Connection, tenant: str, request_key: str, now: Now, window: float
) -> Adopted | None:
    """The one hold of an earlier turn for this very request; two that fit are as good as none.

    None where somebody else has spoken since: then its text may not leave any more.
    """
    found = []
    for turn in turns.asked(conn, tenant, request_key):
        hold = None if turn.id in now.running else holds.of_turn(conn, tenant, turn.id)
        if hold is not None and _waits(hold, now.at - window):
            found.append(hold)
    if len(found) != 1:
        return None
    here = conversations.get(conn, tenant, found[0].conv)
    if here is None or not model_may_speak(here, found[0].epoch):
        return None
    return Adopted(found[0], holds.draft(conn, tenant, found[0].id))


def _waits(hold: Hold, since: float) -> bool:
    if hold.decision is None:
        return hold.alive
    return hold.delivery != "delivered" and hold.decision.at >= since


async def mark_orphans(transactions: Transactions, left: Sequence[Hold], grace: float) -> None:
    """The programs that ran these holds' turns are gone: no draft will come, nobody listens.

    Takes a while for thousands; until then they can be decided like any other, but not approved.
    """
    for page in range(0, len(left), PAGE):
        marks = (mark_orphan(transactions, each, grace) for each in left[page : page + PAGE])
        await asyncio.gather(*marks)


async def mark_orphan(transactions: Transactions, hold: Hold, grace: float) -> None:
    def mark(conn: Connection, now: Now) -> Moved:
        draft = holds.draft(conn, hold.tenant, hold.id) if _broken(hold) else None
        return moves.move(
            conn, hold.tenant, hold.id, lambda h, _: _orphaned(h, now.at, grace), now, draft
        )

    if hold.turn in transactions.voices.running:  # its customer came back
        return
    try:
        await transactions.tell(await transactions.run(mark))
    except (Conflict, NotFound):  # decided or erased meanwhile: nothing to mark
        return
    except HitlError as error:  # one that cannot be read must not keep the others unmarked
        log.error("hold %s could not be marked as left: %s", hold.id, error)


def _broken(hold: Hold) -> bool:
    """Whether the draft, or a verdict on it, will never come."""
    return hold.draft_state == "streaming" or bool(hold.outstanding)


def _orphaned(hold: Hold, now: float, grace: float) -> Outcome:
    left = holding.customer_left(hold, now, grace)
    if isinstance(left, Refusal) or not _broken(left):
        return left
    return holding.update(left, left.reasons, "interrupted", ())
