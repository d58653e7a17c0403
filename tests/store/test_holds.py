"""Holds as rows: what goes in comes out, one decision whoever races, every change on record."""

import asyncio
from collections.abc import Callable
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from sqlalchemy import Connection, select, update

from hitl_chat.core.command import Person
from hitl_chat.core.deciding import Decide, Limits, claim, decide, rechecked, release
from hitl_chat.core.hold import Delivery, Hold, Outcome, advance, cancel, customer_left
from hitl_chat.core.policy import Terms
from hitl_chat.core.proposal import Decided, Proposal
from hitl_chat.core.remainder import Draft
from hitl_chat.core.undoing import undo
from hitl_chat.errors import NotFound
from hitl_chat.store import events, hold_rows, holds, texts
from hitl_chat.store.schema import decision
from hitl_chat.store.schema import hold as hold_table
from hitl_chat.store.sqlite import SqliteDatabase
from tests.store.world import ACME, DRAFT, OTHER, REASON, decided, hold_of

ANA, BEN = Person("ana", "Ana"), Person("ben", "Ben")
LIMITS = Limits()
times = st.floats(0, 1e10)
words = st.text(max_size=8).filter(str.isprintable)
field_texts = st.dictionaries(st.sampled_from(["0/content", "1/refusal"]), words, max_size=2)
proposals = st.none() | st.builds(Proposal, texts=field_texts, by=words, at=times)
decisions = st.none() | st.builds(Decided, texts=field_texts, by=words, text_sha=words)
any_hold = st.builds(
    Hold,
    id=words,
    terms=st.builds(Terms, deadline=times | st.just(float("inf"))),
    reasons=st.lists(st.just(REASON), max_size=2).map(tuple),
    outstanding=st.lists(words, max_size=2).map(tuple),
    deadline_at=times | st.just(float("inf")),
    offset=st.integers(0, 2**40),
    epoch=st.integers(0, 2**40),
    proposal=proposals,
    decision=decisions,
)


def load(conn: Connection, ident: str = "hold_1", tenant: str | None = ACME) -> Hold:
    found = holds.get(conn, tenant, ident)
    assert found is not None
    return found


def told(conn: Connection, conv: str = "conv_1") -> list[str]:
    return [each.type for each in events.read(conn, ACME, events.of_conversation(conv))]


@given(any_hold)
def test_a_hold_becomes_rows_and_comes_back_the_same(hold: Hold) -> None:
    proposal = decision = None
    stored = {}
    if hold.proposal is not None:
        proposal = hold_rows.proposal_row(hold, hold.proposal, "p")
        stored["p"] = hold.proposal.texts
    if hold.decision is not None:
        decision = hold_rows.decision_row(hold, hold.decision, "d")
        stored["d"] = hold.decision.texts
    assert hold_rows.hold_of(hold_rows.row_of(hold), proposal, decision, stored) == hold


async def test_an_opened_hold_is_found_with_its_draft(database: SqliteDatabase) -> None:
    hold = hold_of()
    facts = holds.Facts("rules-sha", "criteria-sha")
    await database.write(lambda conn: holds.insert(conn, hold, DRAFT, facts))

    def look(conn: Connection, tenant: str | None) -> tuple[object, ...]:
        return (
            holds.get(conn, tenant, hold.id),
            holds.of_turn(conn, tenant, hold.turn),
            holds.alive(conn, tenant),
            holds.draft(conn, tenant, hold.id),
        )

    for tenant in (ACME, None):
        found = await database.read(partial(look, tenant=tenant))
        assert found == (hold, hold, [hold], DRAFT)
    assert await database.read(partial(look, tenant=OTHER)) == (None, None, [], Draft())
    assert await database.read(lambda conn: holds.about(conn, ACME, hold.id)) == facts
    with pytest.raises(NotFound):
        await database.read(lambda conn: holds.about(conn, OTHER, hold.id))


# --- moving on --------------------------------------------------------------------------------


async def test_what_people_do_is_stored_and_recorded(database: SqliteDatabase) -> None:
    """Claim, propose an edit, re-check it, undo, propose again, and let it settle."""
    await database.write(lambda conn: holds.insert(conn, hold_of(), DRAFT))

    async def move(change: Callable[[Hold], Outcome], now: float) -> Hold:
        def run(conn: Connection) -> Hold:
            before = load(conn)
            after = change(before)
            assert isinstance(after, Hold)
            assert holds.save(conn, before, after, now)
            return after

        moved = await database.write(run)
        assert await database.read(load) == moved
        return moved

    edit = Decide(ANA, "edit", 1, 1, {"0/content": "No."}, idem_key="k", undo=3.0, recheck=True)
    await move(lambda hold: claim(hold, ANA, 1_001.0, 30.0), 1_001.0)
    await move(lambda hold: claim(hold, ANA, 1_002.0, 30.0), 1_002.0)
    await move(lambda hold: decide(hold, DRAFT, edit, 1_003.0, epoch=0, limits=LIMITS), 1_003.0)
    await move(lambda hold: rechecked(hold, "k", "clean", 1_004.0), 1_004.0)
    await move(lambda hold: undo(hold, ANA, 1_005.0, 30.0), 1_005.0)
    await move(lambda hold: release(hold, ANA, hold.fence), 1_006.0)
    await move(lambda hold: customer_left(hold, 1_007.0, 60.0), 1_007.0)
    again = replace(edit, fence=None, idem_key="k2", undo=0.0, recheck=False)
    await move(lambda hold: decide(hold, DRAFT, again, 1_008.0, epoch=0, limits=LIMITS), 1_008.0)
    done = await move(lambda hold: advance(hold, DRAFT, 1_009.0), 1_009.0)
    await move(lambda hold: replace(hold, delivery="delivering"), 1_009.0)
    await move(lambda hold: replace(hold, delivery="delivered", offset=9), 1_010.0)
    assert done.decision is not None
    assert await database.read(told) == [
        *("hold.opened", "hold.claimed", "hold.proposed", "hold.rechecked", "hold.undone"),
        *("hold.released", "hold.customer_left", "hold.proposed", "hold.decided"),
        *("hold.delivery", "hold.delivery"),
    ]


async def test_a_cancelled_hold_is_closed(database: SqliteDatabase) -> None:
    hold = hold_of()
    gone = cancel(hold)
    assert isinstance(gone, Hold)
    await database.write(lambda conn: holds.insert(conn, hold, DRAFT))
    assert await database.write(lambda conn: holds.save(conn, hold, gone, 1_001.0))
    assert not await database.write(lambda conn: holds.save(conn, hold, decided(hold), 1_002.0))
    assert await database.read(load) == gone
    assert await database.read(told) == ["hold.opened", "hold.cancelled"]
    assert await database.read(lambda conn: holds.alive(conn, ACME)) == []


async def test_whoever_saw_an_older_state_changes_nothing(database: SqliteDatabase) -> None:
    hold = hold_of()
    await database.write(lambda conn: holds.insert(conn, hold, DRAFT))
    claimed = claim(hold, BEN, 1_001.0, 30.0)
    assert isinstance(claimed, Hold)
    assert await database.write(lambda conn: holds.save(conn, hold, claimed, 1_001.0))
    late = decided(hold)
    assert not await database.write(
        lambda conn: holds.save(conn, hold, late, 1_002.0, Draft({}, {"0/content": "other"}))
    )
    assert await database.read(load) == claimed
    assert await database.read(lambda conn: holds.draft(conn, ACME, hold.id)) == DRAFT
    assert await database.read(told) == ["hold.opened", "hold.claimed"]


async def test_another_tenant_changes_nothing(database: SqliteDatabase) -> None:
    hold = hold_of()
    await database.write(lambda conn: holds.insert(conn, hold, DRAFT))
    foreign = replace(hold, tenant=OTHER)
    assert not await database.write(
        lambda conn: holds.save(conn, foreign, decided(foreign), 1_001.0)
    )
    assert await database.read(load) == hold


@pytest.mark.slow
async def test_sixty_holds_and_fifty_racers_each_make_sixty_decisions(
    database: SqliteDatabase,
) -> None:
    numbers = range(60)
    for number in numbers:
        await database.write(partial(holds.insert, new=hold_of(number), drafted=DRAFT))

    async def race(number: int, racer: int) -> bool:
        before = await database.read(partial(load, ident=f"hold_{number}"))
        after = decided(before, by=f"racer-{racer}") if before.alive else before
        return before.alive and await database.write(
            lambda conn: holds.save(conn, before, after, 1_010.0)
        )

    runs = [race(number, racer) for racer in range(50) for number in numbers]
    won = await asyncio.gather(*runs)
    assert [sum(won[number::60]) for number in numbers] == [1] * 60
    for number in numbers:
        assert (await database.read(partial(told, conv=f"conv_{number}"))).count(
            "hold.decided"
        ) == 1


async def test_a_decision_that_is_there_already_is_never_overwritten(
    database: SqliteDatabase,
) -> None:
    """Should the hold's row ever lie about its state, the decision's own key still stands."""
    hold = hold_of()
    await database.write(lambda conn: holds.insert(conn, hold, DRAFT))
    await database.write(lambda conn: holds.save(conn, hold, decided(hold, "ana"), 1_001.0))
    await database.write(
        lambda conn: conn.execute(update(hold_table).values(state="open", version=1)).rowcount
    )
    with pytest.raises(texts.Unreadable, match="has a decision already"):
        await database.write(lambda conn: holds.save(conn, hold, decided(hold, "ben"), 1_002.0))
    actors = await database.read(lambda conn: conn.execute(select(decision.c.actor)).all())
    assert [row.actor for row in actors] == ["ana"]


# --- the draft --------------------------------------------------------------------------------


async def test_a_draft_grows_until_the_last_word_about_it(database: SqliteDatabase) -> None:
    hold = hold_of(draft_state="streaming")
    pending = {"0/content": "You get 500 euros. Really."}

    def grew(more: str) -> holds.Grew:
        return holds.Grew(ACME, hold.conv, hold.id, {"0/content": f"You get {more}"}, 1_001.0)

    async def drafted() -> Draft:
        await database.write(lambda conn: None)
        return await database.read(lambda conn: holds.draft(conn, ACME, hold.id))

    await database.write(lambda conn: holds.insert(conn, hold, DRAFT))
    database.later(grew("500"))
    database.later(grew("500 euros"))
    assert await drafted() == Draft(DRAFT.sent, {"0/content": "You get 500 euros"})
    whole = replace(hold, draft_state="whole", version=2)
    last = Draft(DRAFT.sent, pending)
    assert await database.write(lambda conn: holds.save(conn, hold, whole, 1_002.0, last))
    database.later(grew("nothing"))
    assert await drafted() == last
    assert await database.read(told) == ["hold.opened", "hold.updated"]


async def test_drafts_of_a_queue_come_in_one_look(database: SqliteDatabase) -> None:
    for number in range(3):
        await database.write(partial(holds.insert, new=hold_of(number), drafted=DRAFT))
    idents = ["hold_0", "hold_2", "hold_9"]
    found = await database.read(lambda conn: holds.drafts(conn, ACME, idents))
    assert found == {"hold_0": DRAFT, "hold_2": DRAFT}


async def test_half_a_character_survives(database: SqliteDatabase) -> None:
    odd = Draft({"0/content": "\ud83d"}, {"0/content": "é\u2028\x00"})
    await database.write(lambda conn: holds.insert(conn, hold_of(), odd))
    assert await database.read(lambda conn: holds.draft(conn, ACME, "hold_1")) == odd


# --- sweep and restart ------------------------------------------------------------------------


async def test_who_is_due(database: SqliteDatabase) -> None:
    late, later, never = (
        hold_of(1),
        hold_of(2, deadline_at=1_060.0),
        hold_of(3, deadline_at=float("inf")),
    )
    for each in (late, later, never):
        await database.write(partial(holds.insert, new=each, drafted=DRAFT))
    due = partial(holds.due, now=1_120.0)
    first, second = holds.Ident(ACME, later.id), holds.Ident(ACME, late.id)
    assert await database.read(due) == [first, second]
    assert await database.read(partial(due, limit=1)) == [first]
    assert await database.read(partial(holds.due, now=1_059.0)) == []
    await database.write(lambda conn: holds.save(conn, later, decided(later), 1_010.0))
    assert await database.read(due) == [second]


@pytest.mark.parametrize("delivery", ["delivered", "undelivered"])
async def test_what_was_decided_and_is_on_nobodys_way(
    database: SqliteDatabase, delivery: Delivery
) -> None:
    hold = hold_of()
    await database.write(lambda conn: holds.insert(conn, hold, DRAFT))
    done = decided(hold)
    await database.write(lambda conn: holds.save(conn, hold, done, 1_010.0))
    assert await database.read(partial(holds.owed, before=1_011.0)) == [done]
    assert await database.read(partial(holds.owed, before=1_010.0)) == []
    sent = replace(done, delivery=delivery, offset=9)
    assert await database.write(lambda conn: holds.save(conn, done, sent, 1_011.0))
    assert await database.read(partial(holds.owed, before=1_011.0)) == []


@pytest.mark.parametrize(
    ("column", "value"),
    [("terms", "{"), ("reasons", '{"a":1}'), ("outstanding", "7"), ("state", "claimed?")],
)
async def test_a_row_that_makes_no_sense_stops_nobody_else(
    database: SqliteDatabase, column: str, value: str, caplog: pytest.LogCaptureFixture
) -> None:
    bad, good = hold_of(1), hold_of(2)
    for each in (bad, good):
        await database.write(partial(holds.insert, new=each, drafted=DRAFT))
    here = hold_table.c.id == bad.id
    await database.write(
        lambda conn: conn.execute(update(hold_table).where(here).values({column: value})).rowcount
    )
    with pytest.raises(texts.Unreadable, match="hold_1"):
        await database.read(load)
    assert await database.read(lambda conn: holds.alive(conn, ACME)) == [good]
    if column == "state":
        return  # nobody waits for a hold in a state that does not exist
    assert "hold_1" in caplog.text
    ident = holds.Ident(ACME, bad.id)
    await database.write(lambda conn: holds.quarantine(conn, ident, "unreadable", 1_001.0))
    assert await database.read(lambda conn: holds.due(conn, 2_000.0)) == [
        holds.Ident(ACME, good.id)
    ]
    assert "hold.quarantined" in await database.read(told)


async def test_an_agents_unsent_words_are_kept(database: SqliteDatabase) -> None:
    ref = "hold_1/unsent/ana"
    for words_ in ("Dear", "Dear Marta"):
        await database.write(
            partial(
                texts.put_fields,
                tenant=ACME,
                conv="conv_1",
                ref=ref,
                texts={"0/content": words_},
                now=1.0,
            )
        )
    kept = await database.read(lambda conn: texts.fields(texts.get(conn, ACME, ref)))
    assert kept == {"0/content": "Dear Marta"}
    assert await database.read(lambda conn: texts.get(conn, OTHER, ref)) is None
