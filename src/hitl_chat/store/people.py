"""People who may sign in: roles, what they can do, passwords. Everything that changes who may do
what is recorded in the stream `people` of their tenant.

Passwords are hashes that somebody else made. Links and sessions are in `entrances.py`.
"""

import re
from collections.abc import Mapping
from typing import Any

import msgspec
from sqlalchemy import Connection, Select, select, true, update

from hitl_chat.core.roles import MAY
from hitl_chat.core.types import Value
from hitl_chat.errors import BadRequest, Conflict, NotFound
from hitl_chat.store import events
from hitl_chat.store.dialect import insert_new
from hitl_chat.store.schema import person

SKILL = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})?")
MOST_WORDS, MOST_AT_ONCE = 30, 100


class Person(Value, frozen=True):
    """A person who may sign in, unless `revoked`. `capacity`: of holds and conversations at once;
    0 is what the settings say."""

    id: str
    tenant: str
    name: str
    role: str
    revoked: bool = False
    skills: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    capacity: int = 0
    has_password: bool = False


# --- who there is -----------------------------------------------------------------------------


def add(conn: Connection, new: Person, now: float, by: str = "system") -> None:
    _check(new)
    row = {"id": new.id, "tenant": new.tenant, "name": new.name, "capacity": new.capacity}
    row |= _abilities(new) | {"role": new.role, "password": None, "subject": None}
    if not insert_new(conn, person, {**row, "created_at": now, "revoked_at": None}):
        msg = f"there is a {new.name!r} in tenant {new.tenant!r} already: choose another name"
        raise Conflict(msg, code="name_taken")
    record(conn, new, "person.added", now, by)


def _check(who: Person) -> None:
    if who.role not in MAY:
        msg = f"there is no role {who.role!r}; roles are {', '.join(MAY)}"
        raise BadRequest(msg, code="unknown_role", param="role")
    for param, words, known, example in (
        ("skills", who.skills, SKILL, "refunds"),
        ("languages", who.languages, LANGUAGE, "de or pt-br"),
    ):
        wrong = [word for word in words if not known.fullmatch(word)]
        if wrong or len(words) > MOST_WORDS:
            what = repr(wrong[0]) if wrong else f"a list of {len(words)}"
            msg = f"{what} cannot be among {param}: write e.g. {example}, at most {MOST_WORDS}"
            raise BadRequest(msg, code="bad_words", param=param)
    if not 0 <= who.capacity <= MOST_AT_ONCE:
        msg = f"a capacity of {who.capacity} makes no sense: write 1 to {MOST_AT_ONCE}, 0: usual"
        raise BadRequest(msg, code="bad_capacity", param="capacity")


def _abilities(who: Person) -> dict[str, object]:
    return {"skills": _packed(who.skills), "languages": _packed(who.languages)}


def _packed(words: tuple[str, ...]) -> str:
    return msgspec.json.encode(words).decode()


def record(
    conn: Connection,
    about: Person,
    type_: str,
    now: float,
    by: str,
    more: Mapping[str, object] | None = None,
) -> None:
    told = {"person": about.id, "role": about.role, "by": by, **(more or {})}
    events.append(conn, about.tenant, events.PEOPLE, type_, told, now)


def get(conn: Connection, tenant: str | None, ident: str) -> Person | None:
    here = true() if tenant is None else person.c.tenant == tenant
    return _first(conn, select(person).where(person.c.id == ident, here))


def named(conn: Connection, tenant: str, name: str) -> Person | None:
    return _first(conn, select(person).where(person.c.tenant == tenant, person.c.name == name))


def everyone(conn: Connection, tenant: str) -> list[Person]:
    rows = conn.execute(select(person).where(person.c.tenant == tenant).order_by(person.c.name))
    return [_person(row) for row in rows]


def signing_in(conn: Connection, tenant: str, name: str) -> tuple[Person, str] | None:
    """Who signs in with a name and a password, and its hash; without a tenant, a name that is in
    several is nobody's."""
    here = true() if not tenant else person.c.tenant == tenant
    mine = (person.c.name == name, person.c.revoked_at.is_(None), person.c.password.is_not(None))
    rows = conn.execute(select(person).where(here, *mine).limit(2)).all()
    return (_person(rows[0]), rows[0].password) if len(rows) == 1 else None


def password_of(conn: Connection, ident: str) -> str | None:
    mine = (person.c.id == ident, person.c.revoked_at.is_(None))
    return conn.execute(select(person.c.password).where(*mine)).scalar()


def by_subject(conn: Connection, tenant: str, subject: str) -> Person | None:
    """Who somebody is that an identity provider knows by this name."""
    mine = (person.c.tenant == tenant, person.c.subject == subject)
    return _first(conn, select(person).where(*mine))


def _first(conn: Connection, wanted: Select[Any]) -> Person | None:
    row = conn.execute(wanted).first()
    return None if row is None else _person(row)


def _person(row: Any) -> Person:  # noqa: ANN401 - a row
    return Person(
        row.id,
        row.tenant,
        row.name,
        row.role,
        row.revoked_at is not None,
        skills=msgspec.json.decode(row.skills, type=tuple[str, ...]),
        languages=msgspec.json.decode(row.languages, type=tuple[str, ...]),
        capacity=row.capacity,
        has_password=row.password is not None,
    )


# --- what changes about them ------------------------------------------------------------------


def change(conn: Connection, changed: Person, now: float, by: str) -> None:
    """Role, skills, languages and capacity, as `changed` says."""
    _check(changed)
    before = known(conn, changed.tenant, changed.id)
    names = ("role", "skills", "languages", "capacity")
    told = {each: getattr(changed, each) for each in names}
    if all(getattr(before, each) == told[each] for each in names):
        return
    row = {"role": changed.role, "capacity": changed.capacity, **_abilities(changed)}
    conn.execute(update(person).where(person.c.id == changed.id).values(row))
    record(conn, changed, "person.changed", now, by, told)


def set_password(
    conn: Connection, tenant: str, ident: str, password: str | None, now: float, by: str
) -> None:
    """The hash of a new password; None: they have none any more."""
    about = known(conn, tenant, ident)
    conn.execute(update(person).where(person.c.id == ident).values(password=password))
    record(conn, about, "person.password_set" if password else "person.password_gone", now, by)


def set_subject(conn: Connection, tenant: str, ident: str, subject: str) -> None:
    known(conn, tenant, ident)
    conn.execute(update(person).where(person.c.id == ident).values(subject=subject))


def mark_revoked(conn: Connection, tenant: str, ident: str, now: float, by: str) -> None:
    """They may not sign in any more. What they have open is ended by `entrances.revoke`."""
    gone = known(conn, tenant, ident)
    conn.execute(update(person).where(person.c.id == ident).values(revoked_at=now))
    record(conn, gone, "person.revoked", now, by)


def known(conn: Connection, tenant: str, ident: str) -> Person:
    found = get(conn, tenant, ident)
    if found is None:
        msg = f"there is no person {ident!r} in tenant {tenant!r}"
        raise NotFound(msg, code="person_not_found")
    return found
