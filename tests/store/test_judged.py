"""How often a check was right: what people decided counts, the last of it, each tenant's own."""

from functools import partial

import pytest
from msgspec.structs import replace
from sqlalchemy import Connection

from hitl_chat.core.hold import Hold
from hitl_chat.core.types import ACTIONS, STOPPED, Reason
from hitl_chat.store import holds, judged
from hitl_chat.store.judged import LATEST, Track
from hitl_chat.store.sqlite import SqliteDatabase
from tests.store.world import ACME, DRAFT, OTHER, REASON, decided, hold_of

SAID = (REASON.rule, REASON.check)


def close(conn: Connection, hold: Hold, action: str, now: float = 1_010.0) -> Hold:
    """Opened, and decided like this."""
    holds.insert(conn, hold, DRAFT)
    done = decided(hold)
    assert done.decision is not None
    done = replace(done, decision=replace(done.decision, action=action))
    assert holds.save(conn, hold, done, now)
    return done


def track(conn: Connection, tenant: str = ACME, hold: str = "") -> Track:
    (found,) = judged.tracks(conn, tenant, [SAID], hold)
    return found


@pytest.mark.parametrize("action", ACTIONS)
async def test_a_check_was_wrong_only_if_its_answer_was_approved_as_it_was(
    database: SqliteDatabase, action: str
) -> None:
    await database.write(lambda conn: close(conn, hold_of(), action))
    assert await database.read(track) == Track(*SAID, int(action != "approve"), 1)


@pytest.mark.parametrize("action", ["fallback_text", "release", "block"])
async def test_what_no_person_decided_says_nothing(database: SqliteDatabase, action: str) -> None:
    await database.write(lambda conn: close(conn, hold_of(), action))
    assert await database.read(track) == Track(*SAID, 0, 0)


async def test_only_what_objected_is_judged_and_once_for_each_rule(
    database: SqliteDatabase,
) -> None:
    others = (
        REASON,
        Reason("refund", "judge", "check_failed"),
        Reason("tone", "tone", "shadow:hold", 0.9),
        Reason("tone", "judge", "threshold", 0.8),
        Reason(STOPPED, "ended:any", "ended"),
    )
    await database.write(lambda conn: close(conn, hold_of(reasons=(REASON, *others)), "edit"))
    said = [SAID, ("refund", "judge"), ("tone", "tone"), ("tone", "judge"), (STOPPED, "ended:any")]
    found = await database.read(partial(judged.tracks, tenant=ACME, said=said, hold=""))
    assert [each.judged for each in found] == [1, 0, 0, 1, 0]


async def test_a_hold_does_not_count_for_itself_nor_for_another_tenant(
    database: SqliteDatabase,
) -> None:
    def three(conn: Connection) -> None:
        close(conn, hold_of(1), "edit")
        close(conn, hold_of(2), "approve")
        close(conn, hold_of(3, tenant=OTHER), "edit")

    await database.write(three)
    assert await database.read(partial(track, hold="hold_1")) == Track(*SAID, 0, 1)
    assert await database.read(partial(track, tenant=OTHER)) == Track(*SAID, 1, 1)


async def test_the_last_ones_count(database: SqliteDatabase) -> None:
    def many(conn: Connection) -> None:
        for number in range(LATEST + 20):
            early = number < 20
            close(conn, hold_of(1000 + number), "approve" if early else "reject")

    await database.write(many)
    assert await database.read(track) == Track(*SAID, LATEST, LATEST)


async def test_what_was_overturned_counts_as_it_turned_out(database: SqliteDatabase) -> None:
    done = await database.write(lambda conn: close(conn, hold_of(), "approve"))
    keep = partial(judged.keep, decided=done, now=1_020.0)
    await database.write(partial(keep, overturned=True))
    assert await database.read(track) == Track(*SAID, 1, 1)
    await database.write(keep)
    assert await database.read(track) == Track(*SAID, 0, 1)
