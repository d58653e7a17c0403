"""Forgetting texts: gone from every file, on record, and the chain still verifies."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from sqlalchemy import Connection, select

from hitl_chat.core.hold import Hold, cancel
from hitl_chat.oversight.audit import verify
from hitl_chat.store import customers, holds, messages, retention, rulesets, turns
from hitl_chat.store.messages import Message
from hitl_chat.store.schema import conversation_hash, decision, text, turn
from hitl_chat.store.schema import hold as hold_table
from hitl_chat.store.sqlite import SqliteDatabase
from hitl_chat.store.turn_records import Began, Ended
from tests.store.world import ACME, DRAFT, OTHER, decided, hold_of, opened

SECRET = "my heart condition"


async def lived(database: SqliteDatabase, number: int, tenant: str = ACME) -> Hold:
    """A turn that was held, decided and delivered, and a word of a person after it."""
    hold = hold_of(number, tenant=tenant)
    done = decided(hold, text=f"{SECRET} {number}")
    where = (tenant, hold.turn, hold.conv)
    asked = f'[{{"content":"{SECRET}"}}]'.encode()
    database.later(Began(*where, 1_000.0, asked, "m", request_key="of the very bytes"))
    await database.write(partial(holds.insert, new=hold, drafted=DRAFT))
    await database.write(partial(holds.save, before=hold, after=done, now=1_010.0))
    database.later(
        Ended(
            *where,
            1_011.0,
            "held",
            draft_ref=f"{hold.id}/draft",
            said=SECRET,
            said_id=f"msg_{tenant}_{number}",
            hashes=(("s", f"h{number}"),),
        )
    )
    said = Message(f"msg_{tenant}_{number}b", "human", SECRET, 1_012.0)
    await database.write(partial(messages.say, tenant=tenant, conv=hold.conv, new=said))
    return done


def legible(conn: Connection) -> Sequence[str]:
    wanted = select(text.c.ref).where(text.c.bytes.is_not(None)).order_by(text.c.ref)
    return list(conn.execute(wanted).scalars())


async def test_old_texts_go_and_the_record_still_verifies(database: SqliteDatabase) -> None:
    for number in (1, 2):
        await lived(database, number)
    await lived(database, 3, OTHER)
    await database.write(partial(rulesets.publish, rules="rules: 1", author="eva", seen=0, now=1.0))
    ours = [ref for ref in await database.read(legible) if ref.startswith(("rules/", "criteria/"))]
    count = len(await database.read(legible)) - len(ours)
    assert await database.forget(1_000.0) == 0
    assert await database.forget(2_000.0) == count
    assert await database.read(legible) == ours
    assert len(ours) == 2
    report = await verify(database)
    assert report.good, report.problems
    assert report.shredded > 0
    assert report.decisions == 3
    transcript = await database.read(partial(messages.transcript, tenant=ACME, conv="conv_1"))
    assert [each.text for each in transcript] == [None, None]
    written = await database.read(partial(turns.written, tenant=ACME, ident="turn_1"))
    assert written == turns.Written(None, None, None)


async def test_what_would_give_a_text_away_goes_too(database: SqliteDatabase) -> None:
    await lived(database, 1)
    await database.forget(2_000.0)
    await database.forget(2_000.0)

    def left(conn: Connection) -> list[object]:
        columns = (hold_table.c.sent_sha, hold_table.c.draft_sha)
        made = (decision.c.text_sha, decision.c.seen_sha)
        found = [*conn.execute(select(*columns)).one(), *conn.execute(select(*made)).one()]
        found += conn.execute(select(turn.c.request_key)).scalars().all()
        salts = select(text.c.salt).where(text.c.salt.is_not(None))
        return found + list(conn.execute(salts).all())

    assert await database.read(left) == ["", "", "", "", ""]
    assert await database.read(lambda conn: conn.execute(select(conversation_hash)).all()) == []


async def test_nothing_of_it_stays_in_any_file(tmp_path: Path) -> None:
    database = opened(tmp_path)
    for number in range(5):
        await lived(database, number)
    files = [tmp_path / "hitl.db", tmp_path / "hitl.db-wal"]
    assert any(SECRET.encode() in file.read_bytes() for file in files)
    await database.forget(2_000.0)
    assert not any(SECRET.encode() in file.read_bytes() for file in files)
    await database.close()


async def test_a_hold_that_waits_keeps_its_conversation(database: SqliteDatabase) -> None:
    hold = hold_of()
    await database.write(lambda conn: holds.insert(conn, hold, DRAFT))
    assert await database.forget(2_000.0) == 0
    gone = cancel(hold)
    assert isinstance(gone, Hold)
    await database.write(lambda conn: holds.save(conn, hold, gone, 1_001.0))
    assert await database.forget(2_000.0) == 2
    assert (await verify(database)).good


async def test_a_hold_that_nobody_can_read_keeps_nothing(database: SqliteDatabase) -> None:
    """It was put aside, and will wait for ever."""
    hold = hold_of()
    await database.write(lambda conn: holds.insert(conn, hold, DRAFT))
    ident = holds.Ident(hold.tenant, hold.id)
    await database.write(lambda conn: holds.quarantine(conn, ident, "nonsense", 1_001.0))
    assert await database.forget(2_000.0) == 2
    assert (await verify(database)).good


async def test_by_what_something_was_found_goes_a_few_at_a_time(database: SqliteDatabase) -> None:
    """All at once, a year's would keep decisions waiting."""
    for number in range(3):
        await lived(database, number)
        named = partial(customers.keep, about=hold_of(number), facts={"id": "c"}, now=1_000.0)
        await database.write(named)
    await database.write(lambda conn: None, behind=True)
    few = partial(retention.unname_before, cutoff=2_000.0, limit=2)
    assert [await database.write(few) for _ in range(3)] == [4, 2, 0]
    assert await database.read(partial(customers.past, tenant=ACME, ident="c", limit=5)) == []
