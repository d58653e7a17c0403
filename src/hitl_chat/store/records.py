"""What `Database.later` takes: values that know how to write many of themselves at once.

A record's loss is bounded (200 ms of passed turns on kill -9), so a batch of them shares one
transaction and one statement per table. Knows no thread and no queue.
"""

from collections.abc import Sequence
from typing import Any, ClassVar, Protocol

from sqlalchemy import Connection

ROW = 1024  # what a record weighs without its texts, in bytes of memory


class Record(Protocol):
    """Batches are written kind by kind, in the order of `rank`.

    `admits`: it begins something whose end must be recordable too, so it is refused as soon as the
    disk fails; other records wait for the disk until the queue is full. `weight`: about how many
    bytes it keeps in memory while it waits.
    """

    rank: ClassVar[int]
    admits: ClassVar[bool]

    @property
    def weight(self) -> int: ...

    @classmethod
    def write_all(cls, conn: Connection, records: Sequence[Any]) -> None:
        """Write them, in order, set-based."""
        ...


def write_records(conn: Connection, records: Sequence[Record]) -> None:
    """All records of a batch, one kind after the other."""
    kinds: dict[type[Record], list[Record]] = {}
    for record in records:
        kinds.setdefault(type(record), []).append(record)
    for kind in sorted(kinds, key=lambda kind: kind.rank):
        kind.write_all(conn, kinds[kind])
