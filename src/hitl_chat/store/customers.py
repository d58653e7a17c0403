"""What a front end said of the customer whose answer is held: a text, forgotten with the others."""

from collections.abc import Mapping

import msgspec
from sqlalchemy import Connection

from hitl_chat.core.hold import Hold
from hitl_chat.store import texts

_DECODER = msgspec.json.Decoder(dict[str, str])


def keep(conn: Connection, about: Hold, facts: Mapping[str, str], now: float) -> None:
    if facts:
        content = msgspec.json.encode(dict(facts))
        texts.put(conn, about.tenant, about.conv, f"{about.id}/customer", content, now)


def facts(conn: Connection, tenant: str, hold: str) -> dict[str, str]:
    """{} where nothing was said, or it was forgotten."""
    content = texts.get(conn, tenant, f"{hold}/customer")
    return _DECODER.decode(content) if content else {}
