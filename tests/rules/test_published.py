"""The record knows which rules were in force, and what agents were told about them."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from hitl_chat.app import SystemClock
from hitl_chat.app.published import Published
from hitl_chat.checks.registry import default
from hitl_chat.runner.tasks import Tasks
from hitl_chat.store import rulesets
from hitl_chat.store.sqlite import SqliteDatabase
from tests.rules.reading import rule


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[SqliteDatabase]:
    database = SqliteDatabase(tmp_path / "hitl.sqlite", SystemClock())
    yield database
    await database.close()


async def test_what_was_compiled_is_recorded_whatever_became_of_the_file(
    tmp_path: Path, database: SqliteDatabase
) -> None:
    file = tmp_path / "shop.yaml"
    file.write_text(rule(guidance="Ask first."))
    tasks = Tasks()
    published = Published(file, database, SystemClock(), tasks, default())
    file.write_text(rule(guidance="Do not ask."))
    published.record()
    await tasks.settled()
    found = await database.read(rulesets.latest)
    assert found is not None
    assert found.sha == published.live.current.version
    assert "Ask first." in (await database.read(lambda conn: rulesets.rules(conn, 1)) or "")
    told = published.live.current.criteria_version
    assert b"Ask first." in (await database.read(lambda conn: rulesets.criteria(conn, told)) or b"")
