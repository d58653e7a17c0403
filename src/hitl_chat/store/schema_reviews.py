"""Tables of the review-after lane, and of what customers said of answers.

Texts are in `text`, under their conversation, and erased with the others.
"""

from sqlalchemy import Column, Double, Index, PrimaryKeyConstraint, Table, Text
from sqlalchemy import text as sql

from hitl_chat.store.schema import metadata

review = Table(
    "review",
    metadata,
    *(
        Column(name, Text, nullable=False)
        for name in (
            *("id", "tenant", "conv", "causes", "verdict", "person", "name"),
            *("proposed_by", "proposed_name"),
        )
    ),
    *(Column(name, Text) for name in ("text_ref", "proposed_ref")),
    Column("opened_at", Double, nullable=False),
    Column("closed_at", Double),
    PrimaryKeyConstraint("tenant", "id"),
    sqlite_with_rowid=False,
)
OPEN = sql("closed_at IS NULL")
Index("review_lane", review.c.tenant, sqlite_where=OPEN, postgresql_where=OPEN)

feedback = Table(
    "feedback",
    metadata,
    *(Column(name, Text, nullable=False) for name in ("about", "tenant", "conv", "rating")),
    Column("text_ref", Text),
    Column("at", Double, nullable=False),
    PrimaryKeyConstraint("tenant", "about"),
    sqlite_with_rowid=False,
)
Index("feedback_conversation", feedback.c.tenant, feedback.c.conv)

everything = metadata  # with those of `schema`
