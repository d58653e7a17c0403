"""Where SQLite and PostgreSQL differ, one named function per difference.

Query functions use these and stay the same for both. Also what a query may know of its database:
the keys, which travel as execution options of its connection.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Dialect, Select, Table, bindparam, update

from hitl_chat.core.chain import Keyring

KEYRING = "hitl_chat_keyring"
WAS = "was_"  # before the name of a column that is compared, not set

Row = tuple[object, ...]
Names = tuple[str, ...]


def keyring(conn: Connection) -> Keyring:
    """The MAC keys of this database."""
    found: Keyring = conn.get_execution_options()[KEYRING]
    return found


def insert(dialect: Dialect, table: Table) -> Any:  # noqa: ANN401 - two classes, one interface
    """An INSERT that knows ON CONFLICT."""
    if dialect.name == "sqlite":
        from sqlalchemy.dialects.sqlite import insert as sqlite_insert

        return sqlite_insert(table)
    from sqlalchemy.dialects.postgresql import insert as postgresql_insert

    return postgresql_insert(table)


# --- looking up many keys at once -------------------------------------------------------------


def look_up(
    conn: Connection, statement: Select[Any], keys: Iterable[tuple[str, str]]
) -> Iterator[tuple[str, Any]]:
    """Rows for (tenant, name) keys; `statement` takes `tenant` and an expanding `names`.

    One look per tenant: SQLite answers (tenant, name) IN (VALUES ...) by reading the whole table.
    """
    wanted: dict[str, list[str]] = {}
    for tenant, name in keys:
        wanted.setdefault(tenant, []).append(name)
    for tenant, names in wanted.items():
        for row in conn.execute(statement, {"tenant": tenant, "names": names}):
            yield tenant, row


# --- writing: compiled once, one executemany; half of what SQLAlchemy's own costs per row -------


def insert_new(conn: Connection, table: Table, row: Mapping[str, object]) -> bool:
    """Insert the row unless its key is taken; whether this call was the one that did it."""
    return bool(_many(conn, "insert_new", table, tuple(row), [tuple(row.values())]))


def upsert(conn: Connection, table: Table, row: Mapping[str, object]) -> None:
    """Insert the row, or overwrite what is stored under its key with what `row` names."""
    _many(conn, "upsert", table, tuple(row), [tuple(row.values())])


def insert_all(conn: Connection, table: Table, columns: Names, rows: Sequence[Row]) -> None:
    _many(conn, "insert", table, columns, rows)


def insert_new_all(conn: Connection, table: Table, columns: Names, rows: Sequence[Row]) -> None:
    """Rows whose key is taken change nothing."""
    _many(conn, "insert_new", table, columns, rows)


def upsert_all(conn: Connection, table: Table, columns: Names, rows: Sequence[Row]) -> None:
    """Rows whose key is taken overwrite what is stored."""
    _many(conn, "upsert", table, columns, rows)


def update_all(conn: Connection, table: Table, columns: Names, rows: Sequence[Row]) -> None:
    """Change stored rows; `columns` holds the primary key's too, in any place."""
    _many(conn, "update", table, columns, rows)


def change(
    conn: Connection, table: Table, changed: Mapping[str, object], was: Mapping[str, object]
) -> bool:
    """Compare-and-set: write what changed into the row that still is as it was."""
    columns = (*changed, *(f"{WAS}{name}" for name in was))
    return bool(_many(conn, "change", table, columns, [(*changed.values(), *was.values())]))


def _many(conn: Connection, kind: str, table: Table, columns: Names, rows: Sequence[Row]) -> int:
    if not rows:
        return 0
    statement, order = _compiled(conn.dialect, kind, table, columns)
    values: Any
    if order is None:
        values = [dict(zip(columns, row, strict=True)) for row in rows]
    elif order == tuple(range(len(columns))):
        values = list(rows)
    else:
        values = [tuple(row[place] for place in order) for row in rows]
    return conn.exec_driver_sql(statement, values).rowcount


@lru_cache(maxsize=256)
def _compiled(
    dialect: Dialect, kind: str, table: Table, columns: Names
) -> tuple[str, tuple[int, ...] | None]:
    """The statement's text, and where each of its positional parameters stands in a row."""
    build = {
        "insert": _insert,
        "insert_new": _insert_new,
        "upsert": _upsert,
        "update": _update,
        "change": _change,
    }[kind]
    compiled: Any = build(dialect, table, columns).compile(dialect=dialect)
    names = compiled.positiontup
    if names is None:
        return str(compiled), None
    return str(compiled), tuple(columns.index(name) for name in names)


def _insert(dialect: Dialect, table: Table, columns: Names) -> Any:  # noqa: ANN401
    return insert(dialect, table).values({name: bindparam(name) for name in columns})


def _insert_new(dialect: Dialect, table: Table, columns: Names) -> Any:  # noqa: ANN401
    return _insert(dialect, table, columns).on_conflict_do_nothing()


def _upsert(dialect: Dialect, table: Table, columns: Names) -> Any:  # noqa: ANN401
    statement = _insert(dialect, table, columns)
    keys = [column.name for column in table.primary_key]
    changed = {name: statement.excluded[name] for name in columns if name not in keys}
    return statement.on_conflict_do_update(index_elements=keys, set_=changed)


def _update(dialect: Dialect, table: Table, columns: Names) -> Any:  # noqa: ANN401
    del dialect  # both say it the same way
    keys = [name for name in table.primary_key.columns.keys() if name in columns]  # noqa: SIM118
    changed: dict[str, Any] = {name: bindparam(name) for name in columns if name not in keys}
    return update(table).values(**changed).where(*(table.c[key] == bindparam(key) for key in keys))


def _change(dialect: Dialect, table: Table, columns: Names) -> Any:  # noqa: ANN401
    del dialect
    was = [name for name in columns if name.startswith(WAS)]
    changed: dict[str, Any] = {name: bindparam(name) for name in columns if name not in was}
    here = (table.c[name.removeprefix(WAS)] == bindparam(name) for name in was)
    return update(table).values(**changed).where(*here)
