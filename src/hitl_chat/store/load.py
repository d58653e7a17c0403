"""How much each person has in hand: holds they have claimed, conversations they speak in."""

from collections import Counter
from collections.abc import Mapping

from sqlalchemy import Connection, func, select, true, union

from hitl_chat.store.schema import CLAIMED, HUMAN, WAITING, conversation, hold


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


def carrying(conn: Connection) -> list[tuple[str, str]]:
    """Tenant and id of whoever has anything in hand at all, what can still be undone included."""
    holds = select(hold.c.tenant, hold.c.claimed_by).where(WAITING, hold.c.claimed_by > "")
    owned = (HUMAN, conversation.c.owner > "")
    talks = select(conversation.c.tenant, conversation.c.owner).where(*owned)
    return [(tenant, who) for tenant, who in conn.execute(union(holds, talks))]
