"""Writing batches of records: what a turn leaves behind, and little things like it.

A record's loss is bounded (200 ms of passed turns on kill -9), so a batch of them shares one
transaction and one statement per table. Knows no thread and no queue.
"""

from collections.abc import Sequence

from sqlalchemy import Connection

from hitl_chat.ports import Record

ROW = 1024  # what a record weighs without its texts, in bytes of memory


def write_records(conn: Connection, records: Sequence[Record]) -> None:
    """All records of a batch, one kind after the other."""
    kinds: dict[type[Record], list[Record]] = {}
    for record in records:
        kinds.setdefault(type(record), []).append(record)
    for kind in sorted(kinds, key=lambda kind: kind.rank):
        kind.write_all(conn, kinds[kind])
