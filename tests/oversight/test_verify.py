"""`verify` finds whatever somebody with the file, but without the key, can do to the record."""

import sqlite3
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from hitl_chat.oversight import audit
from hitl_chat.oversight.audit import Report, verify
from hitl_chat.store import events, holds
from hitl_chat.store.keys import beside
from hitl_chat.store.turn_records import Began, Ended
from tests.store.world import ACME, DRAFT, decided, hold_of, opened

FORGED = """
    INSERT INTO event SELECT 99, tenant, stream, 3, type, body, key_id, mac, mac, at, hold
    FROM event WHERE stream = 'conv:conv_1' AND seq = 2
"""
CUT = "DELETE FROM event WHERE stream = 'conv:conv_1' AND seq = 2"
CUT_WELL = """
    DELETE FROM event WHERE stream = 'conv:conv_1' AND seq = 2;
    UPDATE head SET seq = 1, mac = (SELECT mac FROM event WHERE stream = 'conv:conv_1')
    WHERE stream = 'conv:conv_1'
"""
SHREDDED = """
    UPDATE text SET bytes = NULL, salt = NULL, shredded_at = 5 WHERE ref = 'hold_1/sent'
"""


async def lived(folder: Path) -> Path:
    """A closed database: two holds decided, a passed turn, rules, and a checkpoint of it all."""
    database = opened(folder)
    for number in (1, 2):
        hold = hold_of(number)
        await database.write(partial(holds.insert, new=hold, drafted=DRAFT))
        done = partial(holds.save, before=hold, after=decided(hold), now=1_010.0)
        await database.write(done)
    database.later(Began(ACME, "turn_9", "conv_9", 1.0, b'["asked"]', "m"))
    database.later(Ended(ACME, "turn_9", "conv_9", 2.0, "passed", draft={"0/content": "Sure."}))
    for _ in range(2):
        await database.write(
            lambda conn: events.append(conn, "", events.RULES, "rules.published", {}, 1.0)
        )
        await database.checkpoint()
    await database.close()
    return folder / "hitl.db"


async def verified(folder: Path) -> Report:
    database = opened(folder, readonly=True)
    report = await verify(database)
    await database.close()
    return report


async def test_an_untouched_record_is_good(tmp_path: Path) -> None:
    await lived(tmp_path)
    report = await verified(tmp_path)
    assert report.good, report.problems
    assert (report.streams, report.events, report.decisions) == (4, 7, 2)
    assert (report.texts, report.shredded, report.checkpoints) == (6, 0, 5)


@pytest.mark.parametrize(
    ("statement", "code", "where"),
    [
        ("UPDATE event SET body = replace(body, 'ana', 'eve')", "wrong_mac", "acme conv:conv_1 #2"),
        ("UPDATE event SET body = '{' WHERE type = 'turn'", "wrong_mac", "acme conv:conv_9 #1"),
        ("UPDATE event SET at = at + 1 WHERE type = 'turn'", "wrong_mac", "acme conv:conv_9 #1"),
        ("UPDATE event SET key_id = 'k7' WHERE id = 1", "wrong_mac", "acme conv:conv_1 #1"),
        ("UPDATE event SET tenant = 'x' WHERE type = 'turn'", "wrong_mac", "x conv:conv_9 #1"),
        ("UPDATE event SET stream = 'conv:x' WHERE id = 1", "wrong_mac", "acme conv:x #1"),
        (FORGED, "wrong_mac", "acme conv:conv_1 #3"),
        ("UPDATE event SET body = x'00' WHERE type = 'turn'", "wrong_mac", "acme conv:conv_9 #1"),
        ("UPDATE event SET seq = 'x' WHERE type = 'turn'", "wrong_mac", "acme conv:conv_9 #0"),
        (
            "UPDATE event SET prev_mac = '00' WHERE stream = 'rules' AND seq = 2",
            "broken_link",
            "- rules #2",
        ),
        ("DELETE FROM event WHERE stream = 'rules' AND seq = 1", "missing_events", "- rules #2"),
        ("UPDATE event SET hold = NULL", "misfiled_event", "acme conv:conv_1 #1"),
        ("UPDATE event SET hold = 'hold_2'", "misfiled_event", "acme conv:conv_1 #2"),
        (CUT, "missing_end", "acme conv:conv_1 #2"),
        ("DELETE FROM event WHERE stream = 'rules'", "missing_end", "- rules #2"),
        (CUT_WELL, "rewritten", "checkpoint 2, acme conv:conv_1 #2"),
        ("DELETE FROM checkpoint WHERE id = 1", "broken_checkpoint", "checkpoint 2"),
        ("UPDATE checkpoint SET seq = 1 WHERE id = 2", "wrong_seal", "checkpoint 2"),
        ("UPDATE text SET bytes = 'No.' WHERE ref = 'turn_9/draft'", "changed_text", "conv_9"),
        ("UPDATE text SET tenant = 'x' WHERE ref = 'turn_9/draft'", "missing_text", "conv_9"),
        ("DELETE FROM text WHERE ref = 'turn_9/messages'", "missing_text", "conv_9"),
        (SHREDDED, "shredded_text", "acme conv:conv_1 #1"),
        ("DELETE FROM decision WHERE hold = 'hold_1'", "missing_decision", "acme hold_1"),
        ("DELETE FROM decision WHERE hold = 'hold_1'", "missing_decision", "conv:conv_1 #2"),
        (
            "DELETE FROM decision; UPDATE hold SET state = 'open'",
            "missing_decision",
            "acme conv:conv_2 #2",
        ),
        ("UPDATE decision SET actor = 'eve'", "changed_decision", "acme hold_1"),
        ("UPDATE decision SET action = 'approve'", "changed_decision", "acme hold_2"),
        ("UPDATE decision SET text_sha = 'ab'", "changed_decision", "acme hold_2"),
        ("UPDATE decision SET text_ref = 'turn_9/draft'", "changed_decision", "acme hold_1"),
        ("UPDATE decision SET text_ref = 'nowhere'", "changed_decision", "acme hold_1"),
        ("UPDATE decision SET event = 1 WHERE hold = 'hold_2'", "missing_event", "acme hold_2"),
        ("UPDATE decision SET event = 0 WHERE hold = 'hold_1'", "missing_event", "acme hold_1"),
    ],
)
async def test_what_was_done_to_it_is_found_and_named(
    tmp_path: Path, statement: str, code: str, where: str
) -> None:
    file = await lived(tmp_path)
    with closing(sqlite3.connect(file)) as plain:
        plain.executescript(statement)
    report = await verified(tmp_path)
    found = [each for each in report.problems if each.code == code and where in each.where]
    assert found, report.problems
    assert all(each.sentence for each in report.problems)


async def test_texts_that_retention_took_do_not_hide_others(tmp_path: Path) -> None:
    """What was shredded on record is fine; a younger text that vanished is not."""
    file = await lived(tmp_path)
    database = opened(tmp_path)
    await database.forget(1_000.0)  # the passed turn only
    await database.close()
    report = await verified(tmp_path)
    assert report.good, report.problems
    assert report.shredded == 2
    with closing(sqlite3.connect(file)) as plain:
        plain.executescript(SHREDDED)
    assert [each.code for each in (await verified(tmp_path)).problems] == ["shredded_text"]


async def test_nothing_verifies_with_other_keys(tmp_path: Path) -> None:
    file = await lived(tmp_path)
    other = tmp_path / "other"
    other.mkdir()
    await opened(other).close()
    beside(other / "hitl.db").replace(beside(file))
    report = await verified(tmp_path)
    assert {each.code for each in report.problems} == {"wrong_mac", "wrong_seal"}
    assert len(report.problems) == 7 + 5


async def test_a_long_list_of_problems_is_counted_to_its_end() -> None:
    report = Report()
    for number in range(audit.MOST + 5):
        report.say("wrong_mac", f"#{number}", "changed")
    assert (len(report.problems), report.untold, report.good) == (audit.MOST, 5, False)


async def test_long_records_are_read_in_pages(tmp_path: Path) -> None:
    database = opened(tmp_path)
    for stream in ("conv:a", "conv:b"):
        notes = [events.Note(ACME, stream, "x", 1.0, {"n": n}) for n in range(700)]
        await database.write(partial(events.append_all, notes=notes))
    report = await verify(database)
    assert report.good, report.problems
    assert (report.streams, report.events) == (2, 1400)
    await database.close()
