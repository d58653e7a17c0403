"""What people judged, found among millions of turns that nobody looked at."""

from functools import partial

import pytest
from msgspec.structs import replace

from hitl_chat.core.command import Person
from hitl_chat.core.deciding import release
from hitl_chat.core.hold import Hold
from hitl_chat.store import holds, labelling
from hitl_chat.store.sqlite import SqliteDatabase
from tests.store.test_plans import plan
from tests.store.test_turns import began, ended
from tests.store.world import ACME, DRAFT, OTHER, decided, hold_of

ANA = Person("ana", "Ana")


async def test_pages_go_on_where_little_is_found(
    database: SqliteDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page looks through so many turns, whether or not it finds anything in them."""
    monkeypatch.setattr(labelling, "WINDOW", 3)
    for number in range(8):
        tenant = OTHER if number == 4 else ACME
        database.later(began(number, tenant=tenant))
        database.later(ended(number, tenant=tenant, said_id=f"q{number}", answer_id=f"a{number}"))
    hold = hold_of(7)
    await database.write(partial(holds.insert, new=hold, drafted=DRAFT), behind=True)
    await database.write(partial(holds.save, before=hold, after=decided(hold), now=1_010.0))
    read = partial(labelling.judged, tenant=ACME, since=0.0)
    pages = [await database.read(partial(read, after=""))]
    while pages[-1].upto:
        pages.append(await database.read(partial(read, after=pages[-1].upto)))
    assert [[each.turn for each in page.judged] for page in pages] == [[], [], ["turn_7"], []]
    assert [page.upto for page in pages] == ["turn_2", "turn_5", "turn_7", ""]


async def test_what_was_put_back_for_a_reason_is_told_whoever_decided_it(
    database: SqliteDatabase,
) -> None:
    """A claim that ran out was not put back by anybody."""
    hold = hold_of(7)
    await database.write(partial(holds.insert, new=hold, drafted=DRAFT))
    reasons = ("other", "", "not my field")
    for number, reason in enumerate(reasons, 1):
        mine = claimed(hold, number)
        free = release(mine, ANA, number, reason)
        assert isinstance(free, Hold)
        for before, after in ((hold, mine), (mine, free)):
            at = 1_000.0 + number
            await database.write(partial(holds.save, before=before, after=after, now=at))
        hold = free
    read = partial(labelling.put_back, tenant=ACME, since=1_002.0)
    assert await database.read(read) == [
        labelling.PutBack(
            turn="turn_7",
            conv=hold.conv,
            hold=hold.id,
            rules=list(hold.terms.rules),
            by=ANA.id,
            because=["not my field"],
            at=1_003.0,
        )
    ]
    everything = await database.read(partial(labelling.put_back, tenant=ACME, since=0.0))
    assert [each.because for each in everything] == [["other"], ["not my field"]]
    assert await database.read(partial(labelling.put_back, tenant=OTHER, since=0.0)) == []


def claimed(hold: Hold, fence: int) -> Hold:
    return replace(hold, state="claimed", claimed_by=ANA.id, claim_until=2_000.0, fence=fence)


async def test_a_page_reads_its_own_turns(database: SqliteDatabase) -> None:
    read = partial(labelling.judged, tenant=ACME, since=0.0, after="turn_1")
    steps = await database.read(lambda conn: plan(conn, read))
    of_turns = [step for step in steps if "turn USING" in step]
    assert of_turns
    assert all("PRIMARY KEY (id" in step for step in of_turns), of_turns
