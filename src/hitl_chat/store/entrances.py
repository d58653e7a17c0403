"""How people come in and stay: one-time links and tickets, sessions, and the end of all of them.

Links, tickets and sessions are stored as digests of what was handed out, never as themselves.
Coming and going is recorded in the stream `people`.
"""

from typing import Any

from sqlalchemy import Connection, delete, select, update

from hitl_chat.core.types import Value
from hitl_chat.store import people
from hitl_chat.store.dialect import upsert
from hitl_chat.store.people import Person
from hitl_chat.store.schema import session, token

KEPT = 86_400.0  # seconds for which what is over stays: every ticket and session is a row


class Seat(Value, frozen=True):
    """An open session, as its person sees it in a list. `about`: which browser, in its words."""

    digest: str
    about: str
    created_at: float
    seen_at: float


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


def open_session(
    conn: Connection, digest: str, who: Person, now: float, expires: float, about: str = ""
) -> None:
    row = {"digest": digest, "person": who.id, "tenant": who.tenant, "about": about}
    times = {"created_at": now, "seen_at": now, "expires_at": expires, "revoked_at": None}
    _forget(conn, now - KEPT)
    conn.execute(session.insert(), {**row, **times})
    people.record(conn, who, "person.signed_in", now, who.id)


def _forget(conn: Connection, cutoff: float) -> None:
    """Who came and went is on record; the rows of what was over by then are nobody's."""
    for each in (token, session):
        conn.execute(delete(each).where(each.c.expires_at < cutoff))


def session_of(conn: Connection, digest: str, now: float, seen_after: float = 0.0) -> Person | None:
    """Who sits there; None when the session ended, was idle for too long, or its person is gone."""
    wanted = select(session.c.person).where(session.c.digest == digest, *_open(now, seen_after))
    ident = conn.execute(wanted).scalar()
    found = people.get(conn, None, ident) if ident else None
    return None if found is None or found.revoked else found


def seen(conn: Connection, digest: str, now: float) -> None:
    """Somebody did something there."""
    conn.execute(update(session).where(session.c.digest == digest).values(seen_at=now))


def close_session(conn: Connection, digest: str, now: float) -> None:
    who = session_of(conn, digest, now)
    conn.execute(update(session).where(session.c.digest == digest).values(revoked_at=now))
    if who is not None:
        people.record(conn, who, "person.signed_out", now, who.id)


def seats(conn: Connection, person: str, now: float, seen_after: float) -> list[Seat]:
    """A person's open sessions, the newest first."""
    wanted = select(session).where(session.c.person == person, *_open(now, seen_after))
    rows = conn.execute(wanted.order_by(session.c.created_at.desc()))
    return [Seat(row.digest, row.about, row.created_at, row.seen_at) for row in rows]


def _open(now: float, seen_after: float) -> tuple[Any, ...]:
    fresh = (session.c.expires_at > now, session.c.seen_at >= seen_after)
    return (*fresh, session.c.revoked_at.is_(None))


# --- the end of all of them -------------------------------------------------------------------


def revoke(conn: Connection, tenant: str, ident: str, now: float, by: str) -> None:
    """Shut a person out: sessions and links end with it."""
    people.mark_revoked(conn, tenant, ident, now, by)
    shut(conn, ident, now)


def reset(conn: Connection, tenant: str, ident: str, now: float, by: str) -> None:
    """Nothing that let a person in does so any more; a new link will."""
    people.set_password(conn, tenant, ident, None, now, by)
    shut(conn, ident, now)


def shut(conn: Connection, person: str, now: float, but: str = "") -> None:
    """End sessions and links of a person; `but` is the session that stays."""
    mine = (session.c.person == person, session.c.revoked_at.is_(None), session.c.digest != but)
    conn.execute(update(session).where(*mine).values(revoked_at=now))
    links = (token.c.subject == person, token.c.used_at.is_(None))
    conn.execute(update(token).where(*links).values(used_at=now))
