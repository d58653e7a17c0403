"""Every request's record: what was asked, drafted, judged, ruled and answered."""

from functools import partial
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from sqlalchemy import Connection, select

from hitl_chat.core.events import CheckFailed, Verdict
from hitl_chat.core.remainder import Draft
from hitl_chat.core.types import Span
from hitl_chat.store import api_keys, conversations, events, holds, messages, turns
from hitl_chat.store.api_keys import StoredKey
from hitl_chat.store.schema import conversation
from hitl_chat.store.sqlite import SqliteDatabase
from hitl_chat.store.turn_records import Began, Ended
from hitl_chat.store.verdicts import Heard
from tests.store.world import ACME, DRAFT, OTHER, REASON, hold_of

ASKED = b'[{"role":"user","content":"Money back?"}]'
SPAN = Span("0/content", 6, 9, "promise")


def began(number: int = 1, **changes: Any) -> Began:
    record = Began(
        tenant=ACME,
        id=f"turn_{number}",
        conv=f"conv_{number}",
        at=float(number),
        messages=ASKED,
        model="wick-1",
        request_key="same",
        rules_version="r1",
        channel="web",
    )
    return replace(record, **changes)


def ended(number: int = 1, **changes: Any) -> Ended:
    record = Ended(
        tenant=ACME,
        id=f"turn_{number}",
        conv=f"conv_{number}",
        at=10.0 + number,
        outcome="passed",
        draft={"0/content": "Sure."},
        said="Money back?",
        said_id=f"msg_{number}a",
        answer_id=f"msg_{number}b",
        hashes=(("scope", f"hash-{number}"),),
        timings={"total": 1.5},
        usage={"total_tokens": 7},
        envelope={"id": "chatcmpl-1"},
        finish="stop",
    )
    return replace(record, **changes)


async def flush(database: SqliteDatabase) -> None:
    await database.write(lambda conn: None)


async def test_a_passed_turn_is_on_record(database: SqliteDatabase) -> None:
    database.later(began())
    await flush(database)
    running = await database.read(partial(turns.lost, since=0.0))
    assert [(each.id, each.outcome, each.ended_at) for each in running] == [("turn_1", "", None)]
    database.later(ended())
    await flush(database)

    def look(conn: Connection) -> tuple[Any, ...]:
        turn = turns.get(conn, ACME, "turn_1")
        return turn, turns.written(conn, ACME, "turn_1"), turns.lost(conn, 0.0)

    turn, written, running = await database.read(look)
    assert running == []
    assert (turn.outcome, turn.ruling, turn.finish) == ("passed", "pass", "stop")
    assert (turn.model, turn.rules_version, turn.channel) == ("wick-1", "r1", "web")
    assert (turn.usage, turn.timings) == ({"total_tokens": 7}, {"total": 1.5})
    assert (turn.began_at, turn.ended_at, turn.envelope) == (1.0, 11.0, {"id": "chatcmpl-1"})
    assert written == turns.Written(
        [{"role": "user", "content": "Money back?"}],
        {"0/content": "Sure."},
        {"0/content": "Sure."},
    )


async def test_verdicts_and_reasons_are_kept(database: SqliteDatabase) -> None:
    heard = (
        Heard(Verdict("patterns:refund", 1.0, "0/content", 0, 9, spans=(SPAN,)), 0.2),
        Heard(CheckFailed("judge:tone", "timed out", final=True, timed_out=True)),
    )
    database.later(began())
    database.later(ended(ruling="hold", outcome="held", reasons=(REASON,), verdicts=heard))
    await flush(database)
    first, second = await database.read(partial(turns.verdicts, tenant=ACME, ident="turn_1"))
    assert (first.check, first.score, first.upto, first.ms) == ("patterns:refund", 1.0, 9, 0.2)
    assert first.spans == [{"field": "0/content", "start": 6, "end": 9, "kind": "promise"}]
    assert (second.score, second.reason, second.timed_out) == (None, "timed out", True)
    assert second.final
    reasons = await database.read(partial(turns.reasons, tenant=ACME, ident="turn_1"))
    assert reasons == (REASON,)


async def test_a_held_turn_points_at_its_holds_draft(database: SqliteDatabase) -> None:
    hold = hold_of()
    await database.write(lambda conn: holds.insert(conn, hold, DRAFT))
    final = {"0/content": "Sure. You get 5 euros."}
    database.later(began())
    database.later(
        ended(draft={}, draft_ref="hold_1/draft", final=final, author="human", name="Ana")
    )
    await flush(database)
    written = await database.read(partial(turns.written, tenant=ACME, ident="turn_1"))
    assert (written.draft, written.final) == (DRAFT.pending, final)
    transcript = await database.read(partial(messages.transcript, tenant=ACME, conv="conv_1"))
    assert [(each.author, each.text, each.name) for each in transcript] == [
        ("customer", "Money back?", ""),
        ("human", "Sure. You get 5 euros.", "Ana"),
    ]


async def test_transcripts_go_on_over_turns_and_batches(database: SqliteDatabase) -> None:
    for number in (1, 2, 3):
        database.later(began(number, conv="conv_1"))
        database.later(ended(number, conv="conv_1", said=f"q{number}"))
        if number == 1:
            await flush(database)
    await flush(database)
    await database.write(
        lambda conn: messages.say(
            conn, ACME, "conv_1", messages.Message("msg_4", "human", "I am Ana.", 4.0)
        )
    )
    transcript = await database.read(partial(messages.transcript, tenant=ACME, conv="conv_1"))
    assert [each.text for each in transcript] == [
        *("q1", "Sure.", "q2", "Sure.", "q3", "Sure.", "I am Ana.")
    ]
    assert [each.seq for each in transcript] == list(range(1, 8))
    found = await database.read(partial(turns.of_conversation, tenant=ACME, conv="conv_1"))
    assert [each.id for each in found] == ["turn_1", "turn_2", "turn_3"]


async def test_the_same_request_finds_its_turns(database: SqliteDatabase) -> None:
    for number in (1, 2):
        database.later(began(number))
    database.later(began(3, request_key="other"))
    await flush(database)
    look = partial(turns.asked, tenant=ACME, request_key="same")
    assert [each.id for each in await database.read(look)] == ["turn_2", "turn_1"]
    assert await database.read(partial(look, tenant=OTHER)) == []


async def test_an_end_without_its_beginning_is_still_on_record(database: SqliteDatabase) -> None:
    database.later(ended())
    await flush(database)
    (event,) = await database.read(
        partial(events.read, tenant=ACME, stream=events.of_conversation("conv_1"))
    )
    assert (event.type, event.body["outcome"]) == ("turn", "passed")
    transcript = await database.read(partial(messages.transcript, tenant=ACME, conv="conv_1"))
    assert [each.text for each in transcript] == ["Money back?", "Sure."]
    how = select(conversation.c.source)
    assert await database.read(lambda conn: conn.execute(how).scalars().all()) == ["unknown"]


async def test_turns_are_on_record_but_not_in_the_feed(database: SqliteDatabase) -> None:
    database.later(began())
    database.later(ended())
    await flush(database)
    assert await database.read(lambda conn: events.feed(conn, ACME, 0)) == []
    at = await database.read(events.position)
    assert await database.read(lambda conn: events.tail(conn, 0)) == ([], at)
    (event,) = await database.read(
        partial(events.read, tenant=ACME, stream=events.of_conversation("conv_1"))
    )
    assert set(event.body["texts"]) == {"turn_1/messages", "turn_1/draft", "msg_1a"}


async def test_a_history_leads_back_to_the_conversation(database: SqliteDatabase) -> None:
    database.later(began())
    database.later(ended())
    await flush(database)
    look = partial(conversations.by_hash, tenant=ACME, scope="scope", hash_="hash-1")
    assert await database.read(look) == ["conv_1"]


async def test_another_tenant_sees_nothing_of_a_turn(database: SqliteDatabase) -> None:
    database.later(began())
    database.later(ended(reasons=(REASON,), verdicts=(Heard(Verdict("c", 1.0)),)))
    await flush(database)
    assert await database.read(partial(turns.get, tenant=OTHER, ident="turn_1")) is None
    for look, nothing in (
        (turns.written, turns.Written(None, None, None)),
        (turns.verdicts, []),
        (turns.reasons, ()),
    ):
        assert await database.read(partial(look, tenant=OTHER, ident="turn_1")) == nothing


@given(st.text(max_size=50), st.binary(max_size=50))
def test_a_record_weighs_what_it_keeps(text: str, messages_: bytes) -> None:
    plain = Began(ACME, "t", "c", 1.0, b"", "m").weight
    assert Began(ACME, "t", "c", 1.0, messages_, "m").weight == plain + len(messages_)
    bare = Ended(ACME, "t", "c", 1.0, "passed").weight
    full = Ended(ACME, "t", "c", 1.0, "passed", draft={"0/content": text}, said=text)
    assert full.weight == bare + 2 * len(text)
    draft = Draft({}, {"0/content": text})
    grew = holds.Grew(ACME, "c", "h", draft.pending, 1.0)
    assert grew.weight == plain + len(text)


async def test_where_each_tenant_s_budget_stood_whatever_others_asked_since(
    database: SqliteDatabase,
) -> None:
    for tenant in (ACME, OTHER, "third"):
        key = StoredKey(tenant, tenant, b"d")
        await database.write(lambda conn, key=key: api_keys.add(conn, key, 0.0))  # type: ignore[misc]
    flood = [began(n, at=100.0 + n, envelope={"budget": 0.7}) for n in range(250)]
    mine = [
        began(1001, tenant=OTHER, at=1.0, envelope={"budget": 0.5}),
        began(1002, tenant=OTHER, at=2.0, envelope={"budget": 0.4}),
        began(1003, tenant=OTHER, at=3.0),
    ]
    await database.write(lambda conn: Began.write_all(conn, [*mine, *flood]))
    assert await database.read(turns.last_budgets) == {ACME: 0.7, OTHER: 0.4}
