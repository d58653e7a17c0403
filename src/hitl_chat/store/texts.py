"""All text lives here, each with its own salt; everything else refers to it.

Destroying a row's bytes and salt erases the text for good, and events that carry its salted digest
still verify. A `ref` is the owner's id and a part: "turn_1/draft", "hold_1/sent", "msg_1".
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from secrets import token_bytes
from typing import NamedTuple

import msgspec
from sqlalchemy import Connection, bindparam, select

from hitl_chat.core.chain import SALT_BYTES, draft_bytes, salted
from hitl_chat.core.types import Field
from hitl_chat.errors import StoreError
from hitl_chat.store.dialect import Row, insert_new_all, upsert_all
from hitl_chat.store.schema import text

COLUMNS = ("ref", "tenant", "conv", "at", "shredded_at", "key_id", "salt", "bytes")

GET = select(text.c.ref, text.c.bytes).where(
    text.c.tenant == bindparam("tenant"), text.c.ref.in_(bindparam("names", expanding=True))
)

SAME = select(text.c.salt).where(
    text.c.tenant == bindparam("tenant"),
    text.c.ref == bindparam("ref"),
    text.c.bytes == bindparam("content"),
)


class Unreadable(StoreError):
    """What is stored makes no sense: a hold of which it is a part is `quarantined`."""

    code = "hold_unreadable"


class Stored(NamedTuple):
    """Where a text lies, and how an event may name it, and whatever else would give it away."""

    ref: str
    sha: str
    salt: bytes

    def hide(self, digest: str) -> str:
        """A plain digest about this text, unguessable."""
        return salted(self.salt, digest.encode()) if digest else ""


def row(tenant: str, conv: str, ref: str, content: bytes, now: float) -> tuple[Row, Stored]:
    """A text with a fresh salt, as a row of COLUMNS."""
    salt = token_bytes(SALT_BYTES)
    return (ref, tenant, conv, now, None, None, salt, content), Stored(
        ref, salted(salt, content), salt
    )


def put(conn: Connection, tenant: str, conv: str, ref: str, content: bytes, now: float) -> Stored:
    """Store a text; another that stands under this ref is replaced, the same keeps its salt.

    Only texts that no event names yet may be replaced: a draft that grows, an unsent edit.
    """
    same = conn.execute(SAME, {"tenant": tenant, "ref": ref, "content": content}).scalar()
    if same is not None:
        return Stored(ref, salted(same, content), same)
    values, stored = row(tenant, conv, ref, content, now)
    upsert_all(conn, text, COLUMNS, [values])
    return stored


def put_all(conn: Connection, rows: Sequence[Row]) -> None:
    """Store new texts; one that is there already stays."""
    insert_new_all(conn, text, COLUMNS, rows)


def replace_all(conn: Connection, rows: Sequence[Row]) -> None:
    upsert_all(conn, text, COLUMNS, rows)


def get_all(conn: Connection, tenant: str, refs: Iterable[str]) -> dict[str, bytes]:
    """The texts that exist and can still be read."""
    wanted = list(refs)
    if not wanted:
        return {}
    rows = conn.execute(GET, {"tenant": tenant, "names": wanted})
    return {ref: content for ref, content in rows if content is not None}


def get(conn: Connection, tenant: str, ref: str) -> bytes | None:
    """One text; None if there is none, or if it was shredded."""
    return get_all(conn, tenant, [ref]).get(ref)


def put_fields(
    conn: Connection, tenant: str, conv: str, ref: str, texts: Mapping[Field, str], now: float
) -> Stored:
    """Store texts per field, in the canonical form whose digest a person approves."""
    return put(conn, tenant, conv, ref, draft_bytes(texts), now)


def fields(content: bytes | None) -> dict[Field, str]:
    """Texts per field, as `put_fields` stored them; a shredded text has no fields."""
    if not content:
        return {}
    try:
        return msgspec.json.decode(content, type=dict[str, str])
    except msgspec.MsgspecError:  # it holds half a character, which only json reads
        return _with_halves(content)


def _with_halves(content: bytes) -> dict[Field, str]:
    try:
        return msgspec.convert(json.loads(content), dict[str, str])
    except (ValueError, msgspec.MsgspecError):
        raise _damaged() from None  # the error names what it read: a text is in no message


def encoded(plain: str) -> bytes:
    """A message as bytes; half a character (a lone surrogate) survives."""
    return plain.encode(errors="surrogatepass")


def decoded(content: bytes | None) -> str | None:
    """A message, as `encoded` made it; None if it was shredded."""
    try:
        return None if content is None else content.decode(errors="surrogatepass")
    except UnicodeDecodeError:
        raise _damaged() from None


def _damaged() -> Unreadable:
    return Unreadable("a stored text makes no sense: restore a backup if there are more of them")
