"""Published rules: every version with its author, and who published first when two did."""

from hashlib import sha256

from sqlalchemy import Connection, select

from hitl_chat.core.types import Value
from hitl_chat.errors import Conflict
from hitl_chat.store import events, texts
from hitl_chat.store.dialect import insert_new
from hitl_chat.store.schema import ruleset

OWNER = ""  # rules are the installation's, not a tenant's


class Ruleset(Value, frozen=True):
    """One published version. `sha` is what turns and holds name as their rules' version."""

    version: int
    sha: str
    author: str
    at: float


def publish(
    conn: Connection, rules: str, author: str, seen: int, now: float, *, criteria: bytes = b"[]"
) -> Ruleset:
    """Make these rules the newest; `seen` is the version the author had looked at (0: none).

    `criteria`: what agents are told about them, kept by its own sha.
    """
    content = texts.encoded(rules)
    sha = sha256(content).hexdigest()
    newest = latest(conn)
    if newest is not None and newest.sha == sha:
        return newest
    new = Ruleset(seen + 1, sha, author, now)
    ref = f"rules/{new.version}"
    row = {"version": new.version, "sha": sha, "text_ref": ref, "author": author, "at": now}
    if (newest.version if newest else 0) != seen or not insert_new(conn, ruleset, row):
        by = f"{newest.author} published version {newest.version}" if newest else "nobody did yet"
        msg = f"you have seen version {seen} of the rules, but {by}: look at the newest first"
        raise Conflict(msg, code="rules_changed", details={"seen": seen})
    stored = texts.put(conn, OWNER, "", ref, content, now)
    told_agents = sha256(criteria).hexdigest()
    kept = texts.put(conn, OWNER, "", _criteria(told_agents), criteria, now)
    told = {
        "version": new.version,
        "sha": sha,
        "criteria": told_agents,
        "author": author,
        "texts": {ref: stored.sha, kept.ref: kept.sha},
    }
    events.append(conn, OWNER, events.RULES, "rules.published", told, now)
    return new


def latest(conn: Connection) -> Ruleset | None:
    row = conn.execute(_NEWEST).first()
    return None if row is None else Ruleset(*row)


def rules(conn: Connection, version: int) -> str | None:
    """The text of a version; None if there is no such version."""
    return texts.decoded(texts.get(conn, OWNER, f"rules/{version}"))


def by_sha(conn: Connection, sha: str) -> str | None:
    """The text of the rules that turns and holds name so; None if they were never published."""
    version = conn.execute(select(ruleset.c.version).where(ruleset.c.sha == sha)).scalar()
    return None if version is None else rules(conn, version)


def criteria(conn: Connection, sha: str) -> bytes | None:
    """What agents were told about the rules in this version; None if it was never published."""
    return texts.get(conn, OWNER, _criteria(sha))


def _criteria(sha: str) -> str:
    return f"criteria/{sha}"


_NEWEST = (
    select(ruleset.c.version, ruleset.c.sha, ruleset.c.author, ruleset.c.at)
    .order_by(ruleset.c.version.desc())
    .limit(1)
)
