"""Tables of what is told to other programs: messages that wait, and how each webhook stands.

A message stays until it was delivered; one that is given up is dead, and visible for a while.
"""

from sqlalchemy import Column, Double, Index, Integer, PrimaryKeyConstraint, Table, Text

from hitl_chat.store.schema_asides import everything

outbox = Table(
    "outbox",
    everything,
    Column("id", Integer, primary_key=True, autoincrement=True),
    *(
        Column(name, Text, nullable=False)
        for name in ("target", "tenant", "type", "subject", "body")
    ),
    *(Column(name, Integer, nullable=False) for name in ("event", "attempts")),
    *(Column(name, Double, nullable=False) for name in ("at", "due_at")),
    Column("dead_at", Double),
    Column("error", Text),
    sqlite_autoincrement=True,
)
Index("outbox_due", outbox.c.target, outbox.c.due_at)
Index("outbox_subject", outbox.c.target, outbox.c.subject, outbox.c.id)

webhook = Table(
    "webhook",
    everything,
    Column("target", Text, nullable=False),
    *(Column(name, Integer, nullable=False) for name in ("cursor", "failures")),
    Column("retry_at", Double, nullable=False),
    *(Column(name, Double) for name in ("sent_at", "failed_at")),
    Column("error", Text),
    PrimaryKeyConstraint("target"),
    sqlite_with_rowid=False,
)

complete = everything  # once this module was imported
