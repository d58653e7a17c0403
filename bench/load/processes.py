"""What the kernel knows of a server's processes: who listens on a port, their time and memory.

Reads Linux's /proc and nothing else; elsewhere there are no processes to be found and the figures
that need them are None.
"""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

PROC = Path("/proc")
LISTENING = "0A"


def listening_sockets(port: int) -> set[str]:
    """The sockets, as /proc names them in a process's open files, that listen on the port."""
    found = set()
    for table in (PROC / "net/tcp", PROC / "net/tcp6"):
        if not table.exists():
            continue
        for line in table.read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] == LISTENING and int(fields[1].rsplit(":", 1)[1], 16) == port:
                found.add(f"socket:[{fields[9]}]")
    return found


def readable(entry: Path) -> Iterator[str]:
    """Where the open files of the process lead; nothing when it is gone or not ours to see."""
    try:
        for link in (entry / "fd").iterdir():
            yield os.readlink(link)
    except OSError:
        return


def parent(entry: Path) -> int:
    try:
        return int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
    except OSError:
        return 0


def pids_of_port(port: int | None) -> list[int]:
    """The processes that listen on the port, with all their descendants."""
    sockets = listening_sockets(port or 0)
    if not sockets:
        return []
    entries = [entry for entry in PROC.iterdir() if entry.name.isdigit()]
    parents = {int(entry.name): parent(entry) for entry in entries}
    found = {int(entry.name) for entry in entries if sockets.intersection(readable(entry))}
    more = found
    while more:
        more = {pid for pid, above in parents.items() if above in more} - found
        found |= more
    return sorted(found)


def threads_seconds(entry: Path) -> float:
    """Processor time to the nanosecond where the kernel keeps schedstat, else in clock ticks."""
    try:
        tasks = list((entry / "task").iterdir())
        return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e9
    except (OSError, ValueError):
        fields = (entry / "stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def cpu_seconds(pids: Iterable[int]) -> float:
    """User and system time of the processes so far; a process that is gone counts nothing."""
    total = 0.0
    for pid in pids:
        try:
            total += threads_seconds(PROC / str(pid))
        except OSError:
            continue
    return total


def busy_seconds() -> float | None:
    """Time that all processors together have worked so far, for whomever."""
    try:
        fields = (PROC / "stat").read_text().split("\n", 1)[0].split()
    except OSError:
        return None
    user, nice, system, _idle, _iowait, irq, softirq, steal = map(int, fields[1:9])
    return (user + nice + system + irq + softirq + steal) / os.sysconf("SC_CLK_TCK")


def rss_mib(pids: Iterable[int]) -> float:
    """Resident memory of the processes."""
    pages = 0
    for pid in pids:
        try:
            pages += int((PROC / str(pid) / "statm").read_text().split()[1])
        except OSError:
            continue
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20
