"""Idempotency keys: the row is there before the model is asked, so that a retry finds its turn."""

from sqlalchemy import Connection, delete, select, update

from hitl_chat.core.types import Value
from hitl_chat.errors import Unprocessable
from hitl_chat.store.dialect import insert_new
from hitl_chat.store.schema import idem


class Claim(Value, frozen=True):
    """Whose turn a key stands for. `mine`: this request began it. `response`: how it ended."""

    turn: str
    mine: bool
    response: str | None = None


def claim(
    conn: Connection, tenant: str, key: str, body_sha: str, turn: str, now: float, life: float
) -> Claim:
    """Take the key for a new turn, or find the turn that has it; another body is refused."""
    here = (idem.c.tenant == tenant, idem.c.key == key)
    conn.execute(delete(idem).where(*here, idem.c.expires <= now))
    row = {"tenant": tenant, "key": key, "body_sha": body_sha, "turn": turn}
    if insert_new(conn, idem, {**row, "response": None, "expires": now + life}):
        return Claim(turn, mine=True)
    found = conn.execute(select(idem).where(*here)).one()
    if found.body_sha != body_sha:
        msg = "this Idempotency-Key was used with another body: send a new key with a new request"
        raise Unprocessable(msg, code="idempotency_mismatch", param="Idempotency-Key")
    return Claim(found.turn, mine=False, response=found.response)


def answered(conn: Connection, tenant: str, key: str, now: float) -> bool:
    """Whether what the key stands for has ended, so that a retry need not begin it again."""
    here = (idem.c.tenant == tenant, idem.c.key == key, idem.c.expires > now)
    return conn.execute(select(idem.c.response).where(*here)).scalar() is not None


def settle(conn: Connection, tenant: str, key: str, response: str) -> None:
    """Keep how the turn ended, for retries that come later."""
    here = (idem.c.tenant == tenant, idem.c.key == key)
    conn.execute(update(idem).where(*here).values(response=response))


def forget(conn: Connection, tenant: str, key: str) -> None:
    """The turn never began: the next request with this key may."""
    conn.execute(delete(idem).where(idem.c.tenant == tenant, idem.c.key == key))


def expire(conn: Connection, now: float) -> int:
    """Drop what is too old; how many."""
    return conn.execute(delete(idem).where(idem.c.expires <= now)).rowcount
