"""Tables beside holds: notes and blind second opinions of agents, known answers that were met,
and which checks were right.

Customers and models never see any of it. Its texts are in `text`, and erased with the others.
"""

from sqlalchemy import Boolean, Column, Double, Index, PrimaryKeyConstraint, Table, Text

from hitl_chat.store.schema_reviews import everything as metadata

note = Table(
    "note",
    metadata,
    *(
        Column(name, Text, nullable=False)
        for name in ("id", "tenant", "conv", "hold", "author", "name", "text_ref")
    ),
    Column("at", Double, nullable=False),
    PrimaryKeyConstraint("id"),
    sqlite_with_rowid=False,
)
Index("note_conversation", note.c.tenant, note.c.conv)

opinion = Table(
    "opinion",
    metadata,
    *(
        Column(name, Text, nullable=False)
        for name in (
            *("id", "tenant", "conv", "hold", "asked_by", "asked_name", "person", "name"),
            *("action", "because", "text_ref"),
        )
    ),
    Column("asked_at", Double, nullable=False),
    Column("given_at", Double),
    PrimaryKeyConstraint("id"),
    sqlite_with_rowid=False,
)
Index("opinion_hold", opinion.c.hold)

# Which answers of a library a held one was like: ids, so that their past can be told.
hold_known = Table(
    "hold_known",
    metadata,
    *(Column(name, Text, nullable=False) for name in ("tenant", "known", "hold")),
    Column("at", Double, nullable=False),
    PrimaryKeyConstraint("tenant", "known", "hold"),
    sqlite_with_rowid=False,
)

# Whether a check was right to have an answer held: ids, and what became of it. The key is in the
# order in which it is asked: the last holds of a rule and check.
judged = Table(
    "judged",
    metadata,
    *(Column(name, Text, nullable=False) for name in ("tenant", "rule", "check", "hold")),
    Column("correct", Boolean, nullable=False),
    Column("at", Double, nullable=False),
    PrimaryKeyConstraint("tenant", "rule", "check", "hold"),
    sqlite_with_rowid=False,
)

# Which holds were of the same customer: a digest of the front end's own id, forgotten with texts.
hold_customer = Table(
    "hold_customer",
    metadata,
    *(Column(name, Text, nullable=False) for name in ("tenant", "customer", "hold")),
    Column("at", Double, nullable=False),
    PrimaryKeyConstraint("tenant", "customer", "hold"),
    sqlite_with_rowid=False,
)
Index("hold_customer_age", hold_customer.c.at)

everything = metadata  # complete, once this module was imported
