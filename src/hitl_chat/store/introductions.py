"""What a server said of a conversation's customer when it made a token: kept until a hold opens.

One text for each conversation, erased like any text once nothing new was said for the time that
texts are kept. Knows no hold.
"""

import logging
from collections.abc import Mapping
from hashlib import sha256

import msgspec
from sqlalchemy import Connection

from hitl_chat.store import texts

log = logging.getLogger(__name__)

_DECODER = msgspec.json.Decoder(dict[str, str])


def keep(conn: Connection, tenant: str, conv: str, facts: Mapping[str, str], now: float) -> None:
    """Instead of what was said before; the same, said again, is as young as if it were new."""
    values, _ = texts.row(tenant, conv, _ref(tenant, conv), msgspec.json.encode(dict(facts)), now)
    texts.replace_all(conn, [values])


def find(conn: Connection, tenant: str, conv: str) -> dict[str, str]:
    """{} where nothing was said, it was forgotten, or it cannot be read: a hold opens without."""
    ref = _ref(tenant, conv)
    content = texts.get(conn, tenant, ref)
    try:
        return _DECODER.decode(content) if content else {}
    except msgspec.MsgspecError:  # the error may name what it read: a text is in no message
        log.error("text %s makes no sense: restore a backup if there are more of them", ref)
        return {}


def _ref(tenant: str, conv: str) -> str:
    """Front ends choose the ids of conversations: two tenants' may be the same."""
    name = sha256(texts.encoded(tenant) + bytes(1) + texts.encoded(conv))
    return f"customer/{name.hexdigest()}"
