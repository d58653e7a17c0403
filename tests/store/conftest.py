"""A database per test: the suite runs once for every kind there is."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from hitl_chat import failpoints
from hitl_chat.store.sqlite import SqliteDatabase
from tests.store.world import opened


@pytest.fixture(params=["sqlite"])
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[SqliteDatabase]:
    """PostgreSQL joins here."""
    assert request.param == "sqlite"
    database = opened(tmp_path)
    yield database
    failpoints.arm("")
    await database.close()
