"""What a front end said of the customer whose answer is held: a text, forgotten with the others.

Where it gave an id of its own, holds of one customer are found by a digest of that, which goes when
the texts go. Knows no conversation: a customer may have many.
"""

from collections.abc import Mapping
from hashlib import sha256

import msgspec
from sqlalchemy import Connection, select

from hitl_chat.core.hold import Hold
from hitl_chat.store import texts
from hitl_chat.store.dialect import insert_new_all
from hitl_chat.store.schema_asides import hold_customer

ID = "id"  # the fact that is the same for all conversations of one customer
COLUMNS = ("tenant", "customer", "hold", "at")

_DECODER = msgspec.json.Decoder(dict[str, str])


def keep(conn: Connection, about: Hold, facts: Mapping[str, str], now: float) -> None:
    if not facts:
        return
    content = msgspec.json.encode(dict(facts))
    texts.put(conn, about.tenant, about.conv, f"{about.id}/customer", content, now)
    if ident := facts.get(ID):
        row = (about.tenant, _digest(about.tenant, ident), about.id, now)
        insert_new_all(conn, hold_customer, COLUMNS, [row])


def facts(conn: Connection, tenant: str, hold: str) -> dict[str, str]:
    """{} where nothing was said, or it was forgotten."""
    content = texts.get(conn, tenant, f"{hold}/customer")
    return _DECODER.decode(content) if content else {}


def past(conn: Connection, tenant: str, ident: str, limit: int) -> list[str]:
    """The customer's last holds, newest first: ids of holds are in order of time."""
    theirs = select(hold_customer.c.hold).where(
        hold_customer.c.tenant == tenant,
        hold_customer.c.customer == _digest(tenant, ident),
    )
    newest = theirs.order_by(hold_customer.c.hold.desc()).limit(limit)
    return list(conn.execute(newest).scalars())


def _digest(tenant: str, ident: str) -> str:
    return sha256(f"{tenant}\x1f{ident}".encode(errors="surrogatepass")).hexdigest()
