"""API keys of tenants: stored as HMAC with a pepper that is not in the database.

What a key looks like, and how it is compared, is the server's; here it is found by its id.
"""

from collections.abc import Sequence
from typing import Any, ClassVar

import msgspec
from sqlalchemy import Connection, select, update

from hitl_chat.core.types import Value
from hitl_chat.errors import Conflict, NotFound
from hitl_chat.store import events
from hitl_chat.store.dialect import insert_new, update_all
from hitl_chat.store.records import ROW
from hitl_chat.store.schema import api_key


class StoredKey(Value, frozen=True):
    """What is known about a key; never the key. `scopes`: what it may do besides talking."""

    id: str
    tenant: str
    digest: bytes
    aware: bool = False
    origins: tuple[str, ...] = ()
    scopes: tuple[str, ...] = ()
    revoked: bool = False
    label: str = ""
    used_at: float | None = None


def add(conn: Connection, new: StoredKey, now: float, by: str = "system") -> None:
    row = {
        "id": new.id,
        "tenant": new.tenant,
        "digest": new.digest,
        "label": new.label,
        "scopes": _json(new.scopes),
        "origins": _json(new.origins),
        "aware": new.aware,
        "created_at": now,
        "used_at": None,
        "revoked_at": None,
    }
    if not insert_new(conn, api_key, row):
        msg = f"there is a key {new.id!r} already: make another one"
        raise Conflict(msg, code="key_exists")
    told = {"key": new.id, "aware": new.aware, "scopes": list(new.scopes), "by": by}
    events.append(conn, new.tenant, events.PEOPLE, "key.added", told, now)


def _json(names: tuple[str, ...]) -> str:
    return msgspec.json.encode(names).decode()


def find(conn: Connection, ident: str) -> StoredKey | None:
    """By the id that is part of the key: this is how a request finds its tenant."""
    row = conn.execute(select(api_key).where(api_key.c.id == ident)).first()
    return None if row is None else _key(row)


def of_tenant(conn: Connection, tenant: str) -> list[StoredKey]:
    wanted = select(api_key).where(api_key.c.tenant == tenant).order_by(api_key.c.created_at)
    return [_key(row) for row in conn.execute(wanted)]


def tenants(conn: Connection) -> list[str]:
    """Who has keys at all."""
    rows = conn.execute(select(api_key.c.tenant).distinct().order_by(api_key.c.tenant))
    return [row.tenant for row in rows]


def _key(row: Any) -> StoredKey:  # noqa: ANN401 - a row
    return StoredKey(
        id=row.id,
        tenant=row.tenant,
        digest=row.digest,
        aware=row.aware,
        origins=msgspec.json.decode(row.origins, type=tuple[str, ...]),
        scopes=msgspec.json.decode(row.scopes, type=tuple[str, ...]),
        revoked=row.revoked_at is not None,
        label=row.label,
        used_at=row.used_at,
    )


def revoke(conn: Connection, tenant: str, ident: str, now: float, by: str = "system") -> None:
    mine = (api_key.c.id == ident, api_key.c.tenant == tenant)
    if not conn.execute(update(api_key).where(*mine).values(revoked_at=now)).rowcount:
        msg = f"there is no key {ident!r} in tenant {tenant!r}"
        raise NotFound(msg, code="key_not_found")
    told = {"key": ident, "by": by}
    events.append(conn, tenant, events.PEOPLE, "key.revoked", told, now)


class Used(Value, frozen=True):
    """A record for `later`: a key was used. Once a minute and key is enough."""

    rank: ClassVar[int] = 8
    admits: ClassVar[bool] = False

    key: str
    at: float

    @property
    def weight(self) -> int:
        return ROW

    @classmethod
    def write_all(cls, conn: Connection, records: Sequence["Used"]) -> None:
        update_all(conn, api_key, ("used_at", "id"), [(each.at, each.key) for each in records])
