"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

# name: columns ("?" may be null, ":kind" unless text), primary key, unique columns.
TABLES = {
    "conversation": (
        (
            "tenant id mode source channel owner owner_name note_ref? epoch:int next_seq:int "
            "away_told:flag confidence:time began_at:time touched_at:time away_since?:time"
        ),
        "keyed",
        "tenant id",
        "",
    ),
    "conversation_hash": (
        "tenant scope hash conv at:time",
        "keyed",
        "tenant scope hash conv",
        "",
    ),
    "message": (
        "tenant conv seq:int id author text_ref turn? name? delivered:flag at:time",
        "keyed",
        "tenant conv seq",
        "",
    ),
    "text": (
        "ref tenant conv at:time shredded_at?:time key_id? salt?:blob bytes?:blob",
        "rows",
        "ref",
        "",
    ),
    "turn": (
        (
            "id tenant conv request_key body_sha channel api_key model rules_version "
            "criteria_version envelope messages_ref messages_sha draft_ref? final_ref? outcome? "
            "ruling? finish? usage? check_usage? timings? began_at:time ended_at?:time"
        ),
        "keyed",
        "id",
        "",
    ),
    "verdict": (
        (
            "id:int tenant turn check field reason spans detail start:int upto:int score?:time "
            "ms?:time final:flag timed_out:flag"
        ),
        "serial",
        "id",
        "",
    ),
    "ruling": (
        "turn tenant ruling reasons rules_version criteria_version at:time",
        "keyed",
        "turn",
        "",
    ),
    "hold": (
        (
            "id tenant conv turn state delivery draft_state decline_as epoch:int version:int "
            "fence:int band:int choices:int delivered:int requeued:flag terms reasons outstanding "
            "draft_ref draft_sha sent_ref sent_sha rules_version criteria_version claimed_by "
            "claimed_name asked declined_by declined_name escalated_by escalated_name undone_by "
            "put_back_for opened_at:time deadline_at:time cap_at:time claim_until:time "
            "orphan_at?:time due_at?:time closed_at?:time quarantined?"
        ),
        "keyed",
        "id",
        "",
    ),
    "proposal": (
        (
            "hold tenant actor display action text_ref recheck seen_sha idem_key because helped "
            "second seconder seconder_name corrects hurried_by fence:int "
            "version:int at:time settle_at:time until:time"
        ),
        "keyed",
        "hold",
        "",
    ),
    "decision": (
        (
            "hold tenant actor display action text_ref text_sha recheck seen_sha idem_key "
            "because helped seconder seconder_name corrects hurried_by "
            "seen_version:int event:int at:time"
        ),
        "keyed",
        "hold",
        "",
    ),
    "note": (
        "id tenant conv hold author name text_ref at:time",
        "keyed",
        "id",
        "",
    ),
    "opinion": (
        (
            "id tenant conv hold asked_by asked_name person name action because text_ref "
            "asked_at:time given_at?:time"
        ),
        "keyed",
        "id",
        "",
    ),
    "event": (
        "id:int tenant stream seq:int type body key_id prev_mac mac at:time hold?",
        "serial",
        "id",
        "tenant stream seq",
    ),
    "head": ("tenant stream seq:int mac", "keyed", "tenant stream", ""),
    "checkpoint": (
        "id:int tenant stream seq:int upto:int mac key_id prev_seal seal at:time",
        "serial",
        "id",
        "",
    ),
    "feed_epoch": ("id:int epoch since:time", "serial", "id", ""),
    "person": (
        (
            "id tenant name role skills languages password? subject? capacity:int "
            "created_at:time revoked_at?:time"
        ),
        "keyed",
        "id",
        "tenant name",
    ),
    "session": (
        (
            "digest person tenant about created_at:time seen_at:time expires_at:time "
            "revoked_at?:time"
        ),
        "keyed",
        "digest",
        "",
    ),
    "hold_known": (
        "tenant known hold at:time",
        "keyed",
        "tenant known hold",
        "",
    ),
    "judged": (
        "tenant rule check hold correct:flag at:time",
        "keyed",
        "tenant rule check hold",
        "",
    ),
    "hold_customer": (
        "tenant customer hold at:time",
        "keyed",
        "tenant customer hold",
        "",
    ),
    "token": (
        "digest kind subject expires_at:time used_at?:time",
        "keyed",
        "digest",
        "",
    ),
    "api_key": (
        (
            "id tenant digest:blob label scopes origins aware:flag created_at:time used_at?:time "
            "revoked_at?:time"
        ),
        "keyed",
        "id",
        "",
    ),
    "review": (
        (
            "id tenant conv causes verdict person name proposed_by proposed_name text_ref? "
            "proposed_ref? opened_at:time closed_at?:time"
        ),
        "keyed",
        "tenant id",
        "",
    ),
    "feedback": (
        "about tenant conv rating text_ref? at:time",
        "keyed",
        "tenant about",
        "",
    ),
    "ruleset": (
        "version:int sha text_ref author at:time",
        "keyed",
        "version",
        "",
    ),
    "stop": ("tenant mode author at:time", "keyed", "tenant", ""),
    "idem": (
        "tenant key body_sha turn response? expires:time",
        "keyed",
        "tenant key",
        "",
    ),
    "outbox": (
        (
            "id:int target tenant type subject body event:int attempts:int at:time due_at:time "
            "dead_at?:time error?"
        ),
        "serial",
        "id",
        "",
    ),
    "webhook": (
        ("target cursor:int failures:int retry_at:time sent_at?:time failed_at?:time error?"),
        "keyed",
        "target",
        "",
    ),
    "node": ("id epoch:int seen_at:time", "keyed", "id", ""),
}

# name, table, columns, condition
INDEXES = (
    ("conversation_human", "conversation", "tenant owner", "mode = 'human'"),
    ("conversation_noted", "conversation", "tenant", "note_ref IS NOT NULL"),
    ("conversation_hash_age", "conversation_hash", "at", ""),
    (
        "message_unsent",
        "message",
        "tenant conv",
        "author IN ('human', 'correction') AND NOT delivered",
    ),
    ("text_age", "text", "at", "shredded_at IS NULL"),
    ("text_conversation", "text", "conv", ""),
    ("turn_conversation", "turn", "tenant conv", ""),
    ("turn_request", "turn", "tenant request_key", ""),
    ("turn_running", "turn", "began_at", "outcome IS NULL"),
    ("turn_began", "turn", "tenant began_at", ""),
    ("verdict_turn", "verdict", "turn", ""),
    ("hold_conversation", "hold", "tenant conv", ""),
    ("hold_claimed", "hold", "tenant claim_until", "state = 'claimed'"),
    ("hold_due", "hold", "due_at", "state IN ('open', 'claimed', 'settling')"),
    ("hold_queue", "hold", "tenant deadline_at", "state IN ('open', 'claimed', 'settling')"),
    ("hold_turn", "hold", "turn", ""),
    ("hold_opened", "hold", "tenant opened_at", ""),
    ("hold_owed", "hold", "closed_at", "state = 'decided' AND delivery IN ('none', 'delivering')"),
    ("hold_customer_age", "hold_customer", "at", ""),
    ("decision_at", "decision", "tenant at", ""),
    ("note_conversation", "note", "tenant conv", ""),
    ("opinion_hold", "opinion", "hold", ""),
    ("review_lane", "review", "tenant", "closed_at IS NULL"),
    ("feedback_conversation", "feedback", "tenant conv", ""),
    ("session_person", "session", "person", ""),
    ("event_hold", "event", "tenant hold", "hold IS NOT NULL"),
    ("event_threshold", "event", "at", "type IN ('threshold.moved', 'threshold.ended')"),
    ("event_feed", "event", "tenant id", "type <> 'turn'"),
    ("checkpoint_stream", "checkpoint", "tenant stream seq", ""),
    ("idem_expires", "idem", "expires", ""),
    ("outbox_due", "outbox", "target due_at", ""),
    ("outbox_subject", "outbox", "target subject id", ""),
)

KINDS = {
    "": sa.Text,
    "int": sa.Integer,
    "time": sa.Double,
    "flag": sa.Boolean,
    "blob": sa.LargeBinary,
}


def upgrade() -> None:
    for name, (columns, kind, key, unique) in TABLES.items():
        parts: list[sa.schema.SchemaItem] = [_column(word, kind) for word in columns.split()]
        if kind != "serial":
            parts.append(sa.PrimaryKeyConstraint(*key.split()))
        if unique:
            parts.append(sa.UniqueConstraint(*unique.split()))
        options = {"keyed": {"sqlite_with_rowid": False}, "serial": {"sqlite_autoincrement": True}}
        op.create_table(name, *parts, **options.get(kind, {}))
    for name, table, columns, condition in INDEXES:
        where = sa.text(condition) if condition else None
        op.create_index(name, table, columns.split(), sqlite_where=where, postgresql_where=where)


def _column(word: str, kind: str) -> "sa.Column[object]":
    name, _, type_ = word.partition(":")
    if kind == "serial" and name == "id":
        return sa.Column(name, sa.Integer, primary_key=True, autoincrement=True)
    return sa.Column(name.rstrip("?"), KINDS[type_], nullable=name.endswith("?"))
