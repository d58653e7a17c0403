"""Brings a database's tables to the version this program knows. Alembic is loaded only for that."""

from pathlib import Path

from sqlalchemy import Connection, inspect
from sqlalchemy import text as sql

from hitl_chat.errors import ConfigError
from hitl_chat.store.schema import VERSION
from hitl_chat.store.schema_outbox import complete

STAMP = """
CREATE TABLE alembic_version (
    version_num VARCHAR(32) NOT NULL, CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
)"""
SCRIPTS = Path(__file__).parent / "migrations"


def version(conn: Connection) -> str:
    """The version of the tables; "" for a database without any."""
    if not inspect(conn).has_table("alembic_version"):
        return ""
    found = conn.execute(sql("SELECT version_num FROM alembic_version")).scalar()
    return str(found or "")


def upgrade(conn: Connection) -> bool:
    """Make or change the tables, inside the caller's transaction; whether anything was done."""
    found = version(conn)
    if found == VERSION:
        return False
    if not found and not inspect(conn).get_table_names():
        complete.create_all(conn)  # the same as all migrations together; a test compares
        conn.execute(sql(STAMP))
        conn.execute(sql("INSERT INTO alembic_version VALUES (:v)"), {"v": VERSION})
        return True
    migrate(conn, found)
    return True


def migrate(conn: Connection, found: str) -> None:
    """Run the migrations that are missing."""
    from alembic import command, config, script

    settings = config.Config()
    settings.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    settings.attributes["connection"] = conn
    known = {
        each.revision for each in script.ScriptDirectory.from_config(settings).walk_revisions()
    }
    if found and found not in known:
        msg = (
            f"the database has tables of version {found!r}, this program knows {VERSION!r}:"
            " run the newer program, or restore an older backup"
        )
        raise ConfigError(msg, code="newer_database")
    if not found and inspect(conn).get_table_names():
        msg = "the file holds another program's database: name another file"
        raise ConfigError(msg, code="foreign_database")
    command.upgrade(settings, VERSION)
