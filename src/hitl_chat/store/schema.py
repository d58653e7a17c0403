"""All tables, in SQLAlchemy Core, the same for SQLite and PostgreSQL.

Owns names, types, keys and indexes. Ids are text, times are seconds since the epoch (UTC), digests
are hex, JSON is text. No message text outside `text`: retention shreds rows there, and the chain
of `event` still verifies. A change here needs a migration and a new VERSION (a test compares).
"""

from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Double,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy import PrimaryKeyConstraint as _key
from sqlalchemy import text as sql

VERSION = "0001"  # of the newest migration

metadata = MetaData()

# A query must use a partial index's condition as it stands: SQLite looks into no bound parameter.


def _texts(names: str, *, null: bool = False) -> list[Column[Any]]:
    return [Column(name, Text, nullable=null) for name in names.split()]


def _ints(names: str, *, null: bool = False) -> list[Column[Any]]:
    return [Column(name, Integer, nullable=null) for name in names.split()]


def _times(names: str, *, null: bool = False) -> list[Column[Any]]:
    return [Column(name, Double, nullable=null) for name in names.split()]


def _flags(names: str) -> list[Column[Any]]:
    return [Column(name, Boolean, nullable=False) for name in names.split()]


def _serial(name: str = "id") -> Column[Any]:
    """Never reused: SQLite renumbers and reuses plain row ids."""
    return Column(name, Integer, primary_key=True, autoincrement=True)


def _where(condition: Any) -> dict[str, Any]:  # noqa: ANN401 - SQLAlchemy's own
    """Of a partial index. With the tenant alone SQLite would rather take another index."""
    return {"sqlite_where": condition, "postgresql_where": condition}


def _keyed(name: str, *parts: Any, **options: Any) -> Table:  # noqa: ANN401 - SQLAlchemy's own
    """A table found by a text key: SQLite keeps its rows in the key's own tree."""
    return Table(name, metadata, *parts, sqlite_with_rowid=False, **options)


def _counted(name: str, *parts: Any) -> Table:  # noqa: ANN401 - SQLAlchemy's own
    return Table(name, metadata, *parts, sqlite_autoincrement=True)


# --- who talks, and what was said -------------------------------------------------------------

conversation = _keyed(
    "conversation",
    *_texts("tenant id mode source channel owner owner_name"),
    *_texts("note_ref", null=True),
    *_ints("epoch next_seq"),
    *_flags("away_told"),
    *_times("confidence began_at touched_at"),
    *_times("away_since", null=True),
    _key("tenant", "id"),
)
HUMAN = sql("mode = 'human'")
Index("conversation_human", conversation.c.tenant, conversation.c.owner, **_where(HUMAN))
NOTED = sql("note_ref IS NOT NULL")
Index("conversation_noted", conversation.c.tenant, **_where(NOTED))

conversation_hash = _keyed(
    "conversation_hash",
    *_texts("tenant scope hash conv"),
    *_times("at"),
    _key("tenant", "scope", "hash", "conv"),
)
Index("conversation_hash_age", conversation_hash.c.at)

message = _keyed(
    "message",
    *_texts("tenant conv"),
    *_ints("seq"),
    *_texts("id author text_ref"),
    *_texts("turn name", null=True),
    *_flags("delivered"),
    *_times("at"),
    _key("tenant", "conv", "seq"),
)
UNSENT = sql("author IN ('human', 'correction') AND NOT delivered")
Index("message_unsent", message.c.tenant, message.c.conv, **_where(UNSENT))

text = Table(
    "text",
    metadata,
    *_texts("ref tenant conv"),
    *_times("at"),
    *_times("shredded_at", null=True),
    *_texts("key_id", null=True),
    Column("salt", LargeBinary),
    Column("bytes", LargeBinary),
    _key("ref"),
)
LEGIBLE = sql("shredded_at IS NULL")
Index("text_conversation", text.c.conv)
Index("text_age", text.c.at, sqlite_where=LEGIBLE, postgresql_where=LEGIBLE)

# --- turns and what was found about them ------------------------------------------------------

turn = _keyed(
    "turn",
    *_texts("id tenant conv request_key body_sha channel api_key"),
    *_texts("model rules_version criteria_version envelope messages_ref messages_sha"),
    *_texts("draft_ref final_ref outcome ruling finish usage check_usage timings", null=True),
    *_times("began_at"),
    *_times("ended_at", null=True),
    _key("id"),
)
Index("turn_conversation", turn.c.tenant, turn.c.conv)
Index("turn_request", turn.c.tenant, turn.c.request_key)
RUNNING = sql("outcome IS NULL")
Index("turn_running", turn.c.began_at, sqlite_where=RUNNING, postgresql_where=RUNNING)
Index("turn_began", turn.c.tenant, turn.c.began_at)
CHECKED = sql("check_usage <> '{}'")  # a check that takes time looked at it

verdict = _counted(
    "verdict",
    _serial(),
    *_texts("tenant turn check field reason spans detail"),
    *_ints("start upto"),
    *_times("score ms", null=True),
    *_flags("final timed_out"),
)
Index("verdict_turn", verdict.c.turn)

ruling = _keyed(
    "ruling",
    *_texts("turn tenant ruling reasons rules_version criteria_version"),
    *_times("at"),
    _key("turn"),
)

# --- holds and what people decide -------------------------------------------------------------

hold = _keyed(
    "hold",
    *_texts("id tenant conv turn state delivery draft_state decline_as"),
    *_ints("epoch version fence band choices delivered"),
    *_flags("requeued"),
    *_texts("terms reasons outstanding draft_ref draft_sha sent_ref sent_sha"),
    *_texts("rules_version criteria_version claimed_by claimed_name"),
    *_texts("asked declined_by declined_name escalated_by escalated_name undone_by put_back_for"),
    *_times("opened_at deadline_at cap_at claim_until"),
    *_times("orphan_at due_at closed_at", null=True),
    *_texts("quarantined", null=True),
    _key("id"),
)
WAITING = sql("state IN ('open', 'claimed', 'settling')")
Index("hold_queue", hold.c.tenant, hold.c.deadline_at, **_where(WAITING))
CLAIMED = sql("state = 'claimed'")
Index("hold_claimed", hold.c.tenant, hold.c.claim_until, **_where(CLAIMED))
Index("hold_due", hold.c.due_at, sqlite_where=WAITING, postgresql_where=WAITING)
UNDELIVERED = sql("state = 'decided' AND delivery <> 'delivered'")
OWED = sql("state = 'decided' AND delivery IN ('none', 'delivering')")
Index("hold_owed", hold.c.closed_at, sqlite_where=OWED, postgresql_where=OWED)
Index("hold_turn", hold.c.turn)
Index("hold_opened", hold.c.tenant, hold.c.opened_at)
Index("hold_conversation", hold.c.tenant, hold.c.conv)

proposal = _keyed(
    "proposal",
    *_texts("hold tenant actor display action text_ref recheck seen_sha idem_key"),
    *_texts("because helped second seconder seconder_name corrects hurried_by"),
    *_ints("fence version"),
    *_times("at settle_at until"),
    _key("hold"),
)

decision = _keyed(
    "decision",
    *_texts("hold tenant actor display action text_ref text_sha recheck seen_sha idem_key"),
    *_texts("because helped seconder seconder_name corrects hurried_by"),
    *_ints("seen_version event"),
    *_times("at"),
    _key("hold"),
)

Index("decision_at", decision.c.tenant, decision.c.at)

# --- the record -------------------------------------------------------------------------------

event = _counted(
    "event",
    _serial(),
    *_texts("tenant stream"),
    *_ints("seq"),
    *_texts("type body key_id prev_mac mac"),
    *_times("at"),
    *_texts("hold", null=True),  # which hold it is about, as its body says
    UniqueConstraint("tenant", "stream", "seq"),
)
LOUD = sql("type <> 'turn'")  # passed turns are thousands a second, and no console waits for them
ABOUT = sql("hold IS NOT NULL")
Index("event_hold", event.c.tenant, event.c.hold, sqlite_where=ABOUT, postgresql_where=ABOUT)
THRESHOLDS = sql("type IN ('threshold.moved', 'threshold.ended')")
Index("event_threshold", event.c.at, sqlite_where=THRESHOLDS, postgresql_where=THRESHOLDS)
Index("event_feed", event.c.tenant, event.c.id, sqlite_where=LOUD, postgresql_where=LOUD)

head = _keyed(
    "head", *_texts("tenant stream"), *_ints("seq"), *_texts("mac"), _key("tenant", "stream")
)

checkpoint = _counted(
    "checkpoint",
    _serial(),
    *_texts("tenant stream"),
    *_ints("seq upto"),  # `upto`: where the feed ended then
    *_texts("mac key_id prev_seal seal"),
    *_times("at"),
)
Index("checkpoint_stream", checkpoint.c.tenant, checkpoint.c.stream, checkpoint.c.seq)

feed_epoch = _counted("feed_epoch", _serial(), *_texts("epoch"), *_times("since"))

# --- people and keys --------------------------------------------------------------------------

person = _keyed(
    "person",
    *_texts("id tenant name role skills languages"),
    *_texts("password subject", null=True),
    *_ints("capacity"),
    *_times("created_at"),
    *_times("revoked_at", null=True),
    _key("id"),
    UniqueConstraint("tenant", "name"),
)

session = _keyed(
    "session",
    *_texts("digest person tenant about"),
    *_times("created_at seen_at expires_at"),
    *_times("revoked_at", null=True),
    _key("digest"),
)
Index("session_person", session.c.person)

token = _keyed(
    "token",
    *_texts("digest kind subject"),
    *_times("expires_at"),
    *_times("used_at", null=True),
    _key("digest"),
)

api_key = _keyed(
    "api_key",
    *_texts("id tenant"),
    Column("digest", LargeBinary, nullable=False),
    *_texts("label scopes origins"),
    *_flags("aware"),
    *_times("created_at"),
    *_times("used_at revoked_at", null=True),
    _key("id"),
)

# --- rules, switches and the machinery --------------------------------------------------------

ruleset = _keyed(
    "ruleset",
    *_ints("version"),
    *_texts("sha text_ref author"),
    *_times("at"),
    _key("version"),
)

stop = _keyed("stop", *_texts("tenant mode author"), *_times("at"), _key("tenant"))

idem = _keyed(
    "idem",
    *_texts("tenant key body_sha turn"),
    *_texts("response", null=True),
    *_times("expires"),
    _key("tenant", "key"),
)
Index("idem_expires", idem.c.expires)

node = _keyed("node", *_texts("id"), *_ints("epoch"), *_times("seen_at"), _key("id"))
