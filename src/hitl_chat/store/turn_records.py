"""Records of turns for `Database.later`: one when it begins, one when it ends.

Written in batches, set-based: three looks (heads, conversations, turns) and one statement per
table, however many there are. A passed turn has one event, `turn`, that names its texts.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar, Literal, NamedTuple

import msgspec
from msgspec import to_builtins
from msgspec.structs import replace
from sqlalchemy import Connection, bindparam, select

from hitl_chat.core.chain import draft_bytes
from hitl_chat.core.remainder import Texts
from hitl_chat.core.types import Field, Reason, Value
from hitl_chat.store import conversations, events, messages, reviews, texts
from hitl_chat.store.dialect import Row, insert_all, insert_new_all, look_up, update_all, upsert_all
from hitl_chat.store.records import ROW
from hitl_chat.store.schema import conversation, conversation_hash, message, ruling, turn, verdict
from hitl_chat.store.verdicts import VERDICT, Heard, verdict_rows

Ruling = Literal["pass", "watch", "hold", "block"]

BEGAN = (
    *("id", "tenant", "conv", "request_key", "body_sha", "channel", "api_key", "model"),
    *("rules_version", "criteria_version", "envelope", "messages_ref", "messages_sha", "began_at"),
)
ENDED = (
    *("draft_ref", "final_ref", "outcome", "ruling", "finish", "usage", "check_usage", "timings"),
    *("ended_at", "envelope", "id"),
)
RULING = ("turn", "tenant", "ruling", "reasons", "rules_version", "criteria_version", "at")

_encode = msgspec.json.Encoder().encode


def _json(value: object) -> str:
    return _encode(value).decode()


class Began(Value, frozen=True):
    """A request was accepted. `messages` is the JSON list that the client sent."""

    rank: ClassVar[int] = 0
    admits: ClassVar[bool] = True

    tenant: str
    id: str
    conv: str
    at: float
    messages: bytes
    model: str
    request_key: str = ""
    body_sha: str = ""
    channel: str = ""
    api_key: str = ""
    rules_version: str = ""
    criteria_version: str = ""
    envelope: Mapping[str, Any] = {}
    source: str = "explicit"  # how its conversation was found
    confidence: float = 1.0

    @property
    def weight(self) -> int:
        return ROW + len(self.messages)

    @classmethod
    def write_all(cls, conn: Connection, records: Sequence["Began"]) -> None:
        made = [_text(each, "messages", each.messages) for each in records]
        texts.put_all(conn, [row for row, _ in made])
        rows = [_began(each, stored) for each, (_, stored) in zip(records, made, strict=True)]
        insert_new_all(conn, turn, BEGAN, rows)
        fresh = [_conversation(record) for record in records]
        insert_new_all(conn, conversation, tuple(fresh[0]), [tuple(row.values()) for row in fresh])


def _text(record: Any, part: str, content: bytes) -> tuple[Row, texts.Stored]:  # noqa: ANN401
    return texts.row(record.tenant, record.conv, f"{record.id}/{part}", content, record.at)


def _began(each: Began, stored: texts.Stored) -> Row:
    about = (each.id, each.tenant, each.conv, each.request_key, each.body_sha, each.channel)
    how = (each.api_key, each.model, each.rules_version, each.criteria_version)
    return (*about, *how, _json(each.envelope), stored.ref, stored.sha, each.at)


def _conversation(each: Began) -> dict[str, object]:
    return conversations.row(
        each.tenant,
        each.conv,
        each.at,
        source=each.source,
        confidence=each.confidence,
        channel=each.channel,
    )


class Ended(Value, frozen=True):
    """A turn is over. `outcome`: passed, held, blocked, error, gone, lost …

    `draft_ref` names a draft that is stored already (a hold's); else `draft` is stored here.
    `final` is all that the customer got, None if that is `draft`. `said` is the customer's own new
    message, "" if it has none or is in the transcript already; so is the answer with `answer_id`,
    whose text is `answer` where only a part of `final` is the turn's own.
    """

    rank: ClassVar[int] = 10
    admits: ClassVar[bool] = False

    tenant: str
    id: str
    conv: str
    at: float
    outcome: str
    ruling: Ruling = "pass"
    draft: Mapping[Field, str] = {}
    draft_ref: str = ""
    final: Texts | None = None
    said: str = ""
    said_id: str = ""
    answer_id: str = ""
    answer: str = ""
    author: str = "ai"
    name: str = ""
    delivered: bool = True
    finish: str = ""
    reasons: tuple[Reason, ...] = ()
    verdicts: tuple[Heard, ...] = ()
    rules_version: str = ""
    criteria_version: str = ""
    hashes: tuple[tuple[str, str], ...] = ()  # scope, hash
    usage: Mapping[str, Any] = {}
    check_usage: Mapping[str, Any] = {}
    timings: Mapping[str, float] = {}
    envelope: Mapping[str, Any] = {}
    audit: bool = False  # chosen at random for somebody to look at

    @property
    def weight(self) -> int:
        written = sum(map(len, self.draft.values())) + sum(map(len, (self.final or {}).values()))
        return ROW + written + len(self.said) + len(self.answer) + 256 * len(self.verdicts)

    @classmethod
    def write_all(cls, conn: Connection, records: Sequence["Ended"]) -> None:
        stored = {record.id: _texts(record) for record in records}
        texts.put_all(conn, [row for made in stored.values() for row in made.rows])
        update_all(conn, turn, ENDED, [_ended(each, stored[each.id]) for each in records])
        _write_transcripts(conn, records, stored)
        insert_all(conn, verdict, VERDICT, _heard(records))
        upsert_all(conn, ruling, RULING, [_ruling(each) for each in records if each.reasons])
        insert_new_all(conn, conversation_hash, conversations.HASH, list(_hashes(records)))
        asked = _asked(conn, stored)
        events.append_all(conn, [_note(each, stored[each.id], asked) for each in records])
        for each in records:
            if causes := reviews.causes(each.ruling, each.reasons, audit=each.audit):
                reviews.put(conn, reviews.Review(each.id, each.tenant, each.conv, causes, each.at))


class _Texts(NamedTuple):
    """What one turn leaves in `text`, and how its event names it."""

    rows: Sequence[Row]
    named: Mapping[str, str]
    draft: str
    final: str


def _texts(each: Ended) -> _Texts:
    rows, named = [], {}
    draft = final = each.draft_ref
    for part, content in (("draft", each.draft), ("final", each.final)):
        if content is None or (part == "draft" and each.draft_ref):
            continue
        row, stored = _text(each, part, draft_bytes(content))
        rows.append(row)
        named[stored.ref] = stored.sha
        draft, final = (stored.ref if part == "draft" else draft), stored.ref
    for ref, words in ((each.said_id, each.said), (each.answer_id, each.answer)):
        if words:
            row, stored = texts.row(each.tenant, each.conv, ref, texts.encoded(words), each.at)
            rows.append(row)
            named[stored.ref] = stored.sha
    return _Texts(rows, named, draft, final)


def _ended(each: Ended, made: _Texts) -> Row:
    used = (_json(each.usage), _json(each.check_usage), _json(each.timings))
    how = (each.outcome, each.ruling, each.finish)
    about = {**each.envelope, "audit": True} if each.audit else each.envelope
    return (made.draft, made.final, *how, *used, each.at, _json(about), each.id)


def _write_transcripts(
    conn: Connection, records: Sequence[Ended], stored: Mapping[str, _Texts]
) -> None:
    """What customer and model said, after what was said before."""
    speaking = [each for each in records if each.said or each.answer_id]
    places = _places(conn, {(each.tenant, each.conv): each.at for each in speaking})
    rows: list[Row] = []
    for each in speaking:
        key = (each.tenant, each.conv)
        for said, ref in _said(each, stored[each.id]):
            rows.append(messages.row(*key, replace(said, seq=places[key]), ref))
            places[key] += 1
    insert_all(conn, message, messages.COLUMNS, rows)
    at = {(each.tenant, each.conv): each.at for each in speaking}
    moved = [(seq, at[key], *key) for key, seq in places.items()]
    update_all(conn, conversation, ("next_seq", "touched_at", "tenant", "id"), moved)


def _places(conn: Connection, convs: Mapping[tuple[str, str], float]) -> dict[tuple[str, str], int]:
    """The next place in each transcript; a conversation whose beginning was lost begins now."""
    found = look_up(conn, _PLACES, convs)
    places = {(tenant, ident): seq for tenant, (ident, seq) in found}
    for (tenant, ident), at in convs.items():
        if (tenant, ident) not in places:
            conversations.ensure(conn, tenant, ident, at, source="unknown", confidence=0.0)
            places[tenant, ident] = 1
    return places


def _said(each: Ended, made: _Texts) -> Iterator[tuple[messages.Message, str]]:
    """Messages, and where their texts are."""
    if each.said:
        yield _message(each, each.said_id, "customer"), each.said_id
    if each.answer_id:
        ref = each.answer_id if each.answer else made.final
        yield _message(each, each.answer_id, each.author), ref


def _message(each: Ended, ident: str, author: str) -> messages.Message:
    name = "" if author == "customer" else each.name
    arrived = each.delivered or author == "customer"
    return messages.Message(ident, author, None, each.at, arrived, 0, name, each.id)


def _heard(records: Sequence[Ended]) -> list[Row]:
    return [row for each in records for row in verdict_rows(each.tenant, each.id, each.verdicts)]


def _ruling(each: Ended) -> Row:
    why = (each.ruling, _json(each.reasons), each.rules_version, each.criteria_version)
    return (each.id, each.tenant, *why, each.at)


def _hashes(records: Sequence[Ended]) -> Iterator[Row]:
    for each in records:
        for scope, hash_ in each.hashes:
            yield (each.tenant, scope, hash_, each.conv, each.at)


def _asked(conn: Connection, stored: Mapping[str, _Texts]) -> dict[str, dict[str, str]]:
    """By turn, how an event names what the client asked."""
    rows = conn.execute(_ASKED, {"turns": list(stored)})
    return {ident: {ref: sha} for ident, ref, sha in rows}


def _note(each: Ended, made: _Texts, asked: Mapping[str, Mapping[str, str]]) -> events.Note:
    told: dict[str, object] = {
        "turn": each.id,
        "outcome": each.outcome,
        "ruling": each.ruling,
        "rules": each.rules_version,
        "criteria": each.criteria_version,
        "texts": {**asked.get(each.id, {}), **made.named},
    }
    if each.reasons:
        told["reasons"] = to_builtins(each.reasons)
    if each.audit:
        told["audit"] = True
    stream = events.of_conversation(each.conv)
    return events.Note(each.tenant, stream, "turn", each.at, told)


_PLACES = select(conversation.c.id, conversation.c.next_seq).where(
    conversation.c.tenant == bindparam("tenant"),
    conversation.c.id.in_(bindparam("names", expanding=True)),
)
_ASKED = select(turn.c.id, turn.c.messages_ref, turn.c.messages_sha).where(
    turn.c.id.in_(bindparam("turns", expanding=True))
)
