"""Alembic's entry: runs the migrations inside the transaction of whoever called `migrate`."""

from alembic import context

from hitl_chat.store.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite cannot alter most of a table
)
context.run_migrations()
