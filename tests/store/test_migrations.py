"""Tables: made at once or by migrations they are the same; Alembic is not loaded for nothing."""

import re
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Connection, Dialect
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable

from hitl_chat.core.chain import Keyring
from hitl_chat.errors import ConfigError
from hitl_chat.store import migrate
from hitl_chat.store.schema import VERSION, metadata
from hitl_chat.store.sqlite_session import SqliteSession, engine_of
from tests.store.world import opened

RING = Keyring("k", {"k": b"k" * 32})


def run(file: Path, change: Callable[[Connection], object]) -> None:
    session = SqliteSession(engine_of(file), RING)
    session.begin()
    change(session.conn)
    session.commit()
    session.close()


def tables(file: Path) -> list[tuple[str, str]]:
    with closing(sqlite3.connect(file)) as plain:
        rows = plain.execute("SELECT name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'")
        return sorted((name, re.sub(r"\s+|(?<=\()\s|\s(?=\))", "", sql)) for name, sql in rows)


def test_all_migrations_together_make_the_tables_of_the_schema(tmp_path: Path) -> None:
    at_once, by_steps = tmp_path / "once", tmp_path / "steps"
    run(at_once, migrate.upgrade)
    run(by_steps, lambda conn: migrate.migrate(conn, ""))
    assert tables(by_steps) == tables(at_once)
    assert {name for name, _ in tables(at_once)} >= set(metadata.tables)


def test_the_newest_migration_is_the_programs_version(tmp_path: Path) -> None:
    file = tmp_path / "db"
    run(file, lambda conn: migrate.migrate(conn, ""))
    with closing(sqlite3.connect(file)) as plain:
        assert plain.execute("SELECT version_num FROM alembic_version").fetchall() == [(VERSION,)]
    done: list[bool] = []
    run(file, lambda conn: done.append(migrate.upgrade(conn)))
    assert done == [False]


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("UPDATE alembic_version SET version_num = '9999'", "newer_database"),
        ("DROP TABLE alembic_version", "foreign_database"),
    ],
)
async def test_a_database_of_another_program_or_time_is_refused(
    tmp_path: Path, statement: str, code: str
) -> None:
    await opened(tmp_path).close()
    with closing(sqlite3.connect(tmp_path / "hitl.db", isolation_level=None)) as plain:
        plain.execute(statement)
    with pytest.raises(ConfigError) as refused:
        opened(tmp_path)
    assert refused.value.code == code
    with pytest.raises(ConfigError, match="start the server once"):
        opened(tmp_path, readonly=True)


def test_neither_a_new_nor_a_known_database_loads_alembic(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from tests.store.world import opened\n"
        "opened(Path(sys.argv[1]))\n"
        "assert 'alembic' not in sys.modules\n"
    )
    for _ in range(2):
        subprocess.run([sys.executable, "-c", program, str(tmp_path)], check=True)


def test_postgresql_understands_the_tables_too() -> None:
    known: Dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    for table in metadata.sorted_tables:
        assert str(CreateTable(table).compile(dialect=known))
        for index in table.indexes:
            assert str(CreateIndex(index).compile(dialect=known))
