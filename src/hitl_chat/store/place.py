"""Where a SQLite file may lie, and who holds it: one server per file, on a local disk.

The lock file beside it names the server's process and how far the record had come. Text in it at
start means that the last server did not stop cleanly. It is never deleted: two processes could
then each lock a file of that name.
"""

import fcntl
import json
import os
from pathlib import Path
from typing import NamedTuple

from hitl_chat.errors import ConfigError

SUFFIX = ".lock"
HEADER = b"SQLite format 3\0"
NETWORK = ("nfs", "cifs", "smb", "9p", "afs", "ceph", "glusterfs", "lustre", "fuse.sshfs", "davfs")
MOUNTS = Path("/proc/self/mounts")


class Before(NamedTuple):
    """What the last server left: whether it stopped cleanly, and the last event it vouched for."""

    clean: bool
    event: int


def check(path: Path, mounts: str) -> None:
    """Refuse, with the fix, a place where SQLite cannot keep its promises."""
    folder = path.parent
    if not os.path.isdir(folder):  # unlike Path.is_dir, False where one may not look
        msg = f"there is no folder {str(folder)!r} to write in: create it, or set another `data`"
        raise ConfigError(msg, code="no_folder")
    if os.path.isdir(path):
        msg = f"{str(path)!r} is a folder: name a file in it"
        raise ConfigError(msg, code="not_a_file")
    if not os.access(folder, os.W_OK) or (path.exists() and not os.access(path, os.W_OK)):
        msg = (
            f"{str(path)!r} cannot be written: check the owner and permissions of it and its folder"
        )
        raise ConfigError(msg, code="read_only")
    if path.exists() and path.stat().st_size and not _is_database(path):
        msg = f"{str(path)!r} is not a SQLite database: name another file"
        raise ConfigError(msg, code="not_a_database")
    kind = filesystem(folder.resolve(), mounts)
    if kind.startswith(NETWORK):
        msg = (
            f"{str(path)!r} lies on a network file system ({kind}), where SQLite's locks"
            " do not hold: use a local disk, or PostgreSQL"
        )
        raise ConfigError(msg, code="network_disk")


def _is_database(path: Path) -> bool:
    with path.open("rb") as opened:
        return opened.read(len(HEADER)) == HEADER


def filesystem(folder: Path, mounts: str) -> str:
    """The type of the file system that a folder lies on, from /proc/self/mounts; "" if unknown."""
    best, kind = -1, ""
    for line in mounts.splitlines():
        fields = line.split(" ")
        if len(fields) < 3:
            continue
        where = Path(fields[1].encode().decode("unicode_escape"))
        depth = len(where.parts)
        if depth >= best and folder.is_relative_to(where):
            best, kind = depth, fields[2]
    return kind


def mounts() -> str:
    """What is mounted; nothing is known where there is no /proc."""
    return MOUNTS.read_text() if MOUNTS.exists() else ""


class Lock:
    """The lock file, held by this process from `take` to `give_back`."""

    def __init__(self, path: Path) -> None:
        self._path, self._file = path, path.with_name(path.name + SUFFIX)
        self._handle = -1

    def take(self) -> Before:
        self._handle = os.open(self._file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            pid = self._read().get("pid", "unknown")
            os.close(self._handle)
            msg = (
                f"{str(self._path)!r} is in use by process {pid}: stop it first;"
                " several servers need PostgreSQL"
            )
            raise ConfigError(msg, code="in_use") from error
        found = self._read()
        return Before(clean="pid" not in found, event=found.get("event", 0))

    def vouch(self, event: int) -> None:
        """Note that the record had come so far, and that this process runs."""
        self._write({"pid": os.getpid(), "event": event})

    def give_back(self, event: int | None) -> None:
        """Stopped; cleanly if it is known how far the record had come."""
        if event is not None:
            self._write({"event": event})
        os.close(self._handle)

    def _read(self) -> dict[str, int]:
        try:
            found = json.loads(os.pread(self._handle, 4096, 0) or b"{}")
        except ValueError:  # the machine stopped while it was written
            return {"pid": 0}
        return found if isinstance(found, dict) else {"pid": 0}

    def _write(self, content: dict[str, int]) -> None:
        line = json.dumps(content).ljust(80).encode()
        os.pwrite(self._handle, line, 0)
