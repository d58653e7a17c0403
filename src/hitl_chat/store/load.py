"""How much each person has in hand: holds they have claimed, conversations they speak in."""

from collections import Counter
from collections.abc import Mapping

from sqlalchemy import Connection, func, select, true

from hitl_chat.store.schema import CLAIMED, HUMAN, conversation, hold


def carried(conn: Connection, tenant: str | None, now: float) -> Mapping[str, int]:
    """By person. What is being sent at this moment is out of their hands."""
    mine = true() if tenant is None else hold.c.tenant == tenant
    claimed = (CLAIMED, hold.c.claim_until > now)
    holds = select(hold.c.claimed_by, func.count()).where(*claimed, mine)
    here = true() if tenant is None else conversation.c.tenant == tenant
    owned = (HUMAN, here, conversation.c.owner > "")
    talks = select(conversation.c.owner, func.count()).where(*owned)
    found: Counter[str] = Counter()
    for wanted in (holds.group_by(hold.c.claimed_by), talks.group_by(conversation.c.owner)):
        for who, number in conn.execute(wanted):
            found[who] += number
    return found
