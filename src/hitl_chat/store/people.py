"""People who may sign in: roles, one-time links and tickets, sessions. Everything that changes
who may do what is recorded in the stream `people` of their tenant.

Links, tickets and sessions are stored as digests of what was handed out, never as themselves.
"""

from typing import Any

from sqlalchemy import Connection, Select, select, true, update

from hitl_chat.core.roles import MAY
from hitl_chat.core.types import Value
from hitl_chat.errors import BadRequest, Conflict, NotFound
from hitl_chat.store import events
from hitl_chat.store.dialect import insert_new, upsert
from hitl_chat.store.schema import person, session, token


class Person(Value, frozen=True):
    """A person who may sign in, unless `revoked`."""

    id: str
    tenant: str
    name: str
    role: str
    revoked: bool = False


# --- who there is -----------------------------------------------------------------------------


def add(conn: Connection, new: Person, now: float, by: str = "system") -> None:
    _check_role(new.role)
    row = {"id": new.id, "tenant": new.tenant, "name": new.name, "role": new.role}
    if not insert_new(conn, person, {**row, "created_at": now, "revoked_at": None}):
        msg = f"there is a {new.name!r} in tenant {new.tenant!r} already: choose another name"
        raise Conflict(msg, code="name_taken")
    _record(conn, new, "person.added", now, by)


def _check_role(role: str) -> None:
    if role not in MAY:
        msg = f"there is no role {role!r}; roles are {', '.join(MAY)}"
        raise BadRequest(msg, code="unknown_role", param="role")


def _record(conn: Connection, about: Person, type_: str, now: float, by: str) -> None:
    told = {"person": about.id, "role": about.role, "by": by}
    events.append(conn, about.tenant, events.PEOPLE, type_, told, now)


def get(conn: Connection, tenant: str | None, ident: str) -> Person | None:
    here = true() if tenant is None else person.c.tenant == tenant
    return _first(conn, select(person).where(person.c.id == ident, here))


def named(conn: Connection, tenant: str, name: str) -> Person | None:
    return _first(conn, select(person).where(person.c.tenant == tenant, person.c.name == name))


def everyone(conn: Connection, tenant: str) -> list[Person]:
    rows = conn.execute(select(person).where(person.c.tenant == tenant).order_by(person.c.name))
    return [_person(row) for row in rows]


def _first(conn: Connection, wanted: Select[Any]) -> Person | None:
    row = conn.execute(wanted).first()
    return None if row is None else _person(row)


def _person(row: Any) -> Person:  # noqa: ANN401 - a row
    return Person(row.id, row.tenant, row.name, row.role, row.revoked_at is not None)


def revoke(conn: Connection, tenant: str, ident: str, now: float, by: str) -> None:
    """Shut a person out: sessions and links end with it."""
    gone = _known(conn, tenant, ident)
    conn.execute(update(person).where(person.c.id == ident).values(revoked_at=now))
    mine = (session.c.person == ident, session.c.revoked_at.is_(None))
    conn.execute(update(session).where(*mine).values(revoked_at=now))
    links = (token.c.subject == ident, token.c.used_at.is_(None))
    conn.execute(update(token).where(*links).values(used_at=now))
    _record(conn, gone, "person.revoked", now, by)


def _known(conn: Connection, tenant: str, ident: str) -> Person:
    found = get(conn, tenant, ident)
    if found is None:
        msg = f"there is no person {ident!r} in tenant {tenant!r}"
        raise NotFound(msg, code="person_not_found")
    return found


# --- links and tickets: good once -------------------------------------------------------------


def put_token(conn: Connection, digest: str, kind: str, subject: str, expires: float) -> None:
    row = {"digest": digest, "kind": kind, "subject": subject}
    upsert(conn, token, {**row, "expires_at": expires, "used_at": None})


def peek_token(conn: Connection, digest: str, kind: str, now: float) -> str | None:
    """Whom or what a token is for; looking does not use it up."""
    return conn.execute(select(token.c.subject).where(*_good(digest, kind, now))).scalar()


def take_token(conn: Connection, digest: str, kind: str, now: float) -> str | None:
    """Use a token up; of several who try, one gets it."""
    found = peek_token(conn, digest, kind, now)
    taken = conn.execute(update(token).where(*_good(digest, kind, now)).values(used_at=now))
    return found if taken.rowcount else None


def _good(digest: str, kind: str, now: float) -> tuple[Any, ...]:
    same = (token.c.digest == digest, token.c.kind == kind)
    return (*same, token.c.used_at.is_(None), token.c.expires_at > now)


# --- sessions ---------------------------------------------------------------------------------


def open_session(conn: Connection, digest: str, who: Person, now: float, expires: float) -> None:
    row = {"digest": digest, "person": who.id, "tenant": who.tenant, "created_at": now}
    conn.execute(session.insert(), {**row, "expires_at": expires, "revoked_at": None})
    _record(conn, who, "person.signed_in", now, who.id)


def session_of(conn: Connection, digest: str, now: float) -> Person | None:
    """Who sits there; None when the session ended, or the person may not sign in any more."""
    joined = session.join(person, person.c.id == session.c.person)
    good = (session.c.digest == digest, session.c.expires_at > now, session.c.revoked_at.is_(None))
    wanted = select(person).select_from(joined).where(*good, person.c.revoked_at.is_(None))
    return _first(conn, wanted)


def close_session(conn: Connection, digest: str, now: float) -> None:
    who = session_of(conn, digest, now)
    conn.execute(update(session).where(session.c.digest == digest).values(revoked_at=now))
    if who is not None:
        _record(conn, who, "person.signed_out", now, who.id)
