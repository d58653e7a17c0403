"""What models are told before the words of those who hold a conversation token.

Kept by what they say, per tenant, so that a thousand tokens share one row; erased like any text
once nobody has asked for a token with them for the time that texts are kept.
"""

from hashlib import sha256

from sqlalchemy import Connection

from hitl_chat.store import texts


def keep(conn: Connection, tenant: str, text: str, now: float) -> str:
    """Store them (again); the name they are found by."""
    content = texts.encoded(text)
    ref = f"instructions/{sha256(tenant.encode() + bytes(1) + content).hexdigest()}"
    values, _ = texts.row(tenant, "", ref, content, now)
    texts.replace_all(conn, [values])
    return ref


def find(conn: Connection, tenant: str, ref: str) -> str | None:
    return texts.decoded(texts.get(conn, tenant, ref))
