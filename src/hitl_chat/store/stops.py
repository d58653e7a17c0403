"""The stop switch, outside the rules: hold all, block all, or pass all. It survives a restart."""

from collections.abc import Mapping
from typing import Literal

from sqlalchemy import Connection, select

from hitl_chat.store import events
from hitl_chat.store.dialect import upsert
from hitl_chat.store.schema import stop

Mode = Literal["", "hold", "block", "pass"]

EVERYONE = ""  # instead of a tenant: the whole installation


def set_mode(conn: Connection, tenant: str, mode: Mode, author: str, now: float) -> None:
    """Switch it for a tenant, or for EVERYONE; "" switches it off."""
    upsert(conn, stop, {"tenant": tenant, "mode": mode, "author": author, "at": now})
    told = {"mode": mode, "by": author}
    events.append(conn, tenant, events.SYSTEM, "stop_switch", told, now)


def modes(conn: Connection) -> dict[str, Mode]:
    """Where it is on: mode by tenant."""
    rows = conn.execute(select(stop.c.tenant, stop.c.mode).where(stop.c.mode != ""))
    return {row.tenant: row.mode for row in rows}


def among(modes: Mapping[str, Mode], tenant: str) -> Mode:
    """How it stands for one tenant. What is set for the whole installation is stronger."""
    return modes.get(EVERYONE) or modes.get(tenant) or ""
