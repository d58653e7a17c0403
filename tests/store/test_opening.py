"""Opening a database: everything that can be wrong with the place, said early, with the fix."""

import json
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Connection

from hitl_chat.app import SystemClock
from hitl_chat.errors import ConfigError, StoreError, Unavailable
from hitl_chat.oversight.audit import verify
from hitl_chat.store import events, holds, place
from hitl_chat.store.keys import beside
from hitl_chat.store.sqlite import SqliteDatabase
from hitl_chat.store.sqlite_session import check_version
from tests.store.world import ACME, DRAFT, hold_of, opened

HOLDER = """
import sys
from pathlib import Path
from tests.store.world import opened
database = opened(Path(sys.argv[1]))
print("open", flush=True)
sys.stdin.read()
"""
append = partial(events.append, tenant=ACME, stream=events.SYSTEM, type_="x", content={}, at=1.0)


async def made(folder: Path) -> Path:
    """A closed database with one hold in it."""
    database = opened(folder)
    await database.write(lambda conn: holds.insert(conn, hold_of(), DRAFT))
    await database.close()
    return folder / "hitl.db"


async def test_nobody_else_may_read_the_files(tmp_path: Path) -> None:
    database = opened(tmp_path)
    await database.write(append)
    names = ("hitl.db", "hitl.db-wal", "hitl.db-shm", "hitl.db.key", "hitl.db.lock")
    modes = {(tmp_path / name).stat().st_mode & 0o777 for name in names}
    assert modes == {0o600}
    await database.close()


def test_a_second_server_is_refused_and_told_who_has_the_file(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as first:
        assert first.stdout is not None
        assert first.stdout.readline() == "open\n"
        with pytest.raises(ConfigError, match=f"in use by process {first.pid}: stop it first"):
            opened(tmp_path)
        first.kill()
    assert first.returncode


async def test_a_killed_servers_lock_holds_nobody_up(tmp_path: Path) -> None:
    test_a_second_server_is_refused_and_told_who_has_the_file(tmp_path)
    await opened(tmp_path).close()


async def test_a_command_works_beside_a_running_server(tmp_path: Path) -> None:
    server = opened(tmp_path)
    command = opened(tmp_path, exclusive=False)
    first, second = await server.write(append), await command.write(append)
    assert (first.seq, second.seq) == (1, 2)
    await command.close()
    assert (await server.write(append)).seq == 3
    look = opened(tmp_path, readonly=True)
    assert (await verify(look)).events == 3
    await look.close()
    await server.close()


async def test_a_command_may_be_first(tmp_path: Path) -> None:
    command = opened(tmp_path, exclusive=False)
    await command.write(append)
    await command.close()
    server = opened(tmp_path)
    assert await server.read(events.position) == 1
    await server.close()


def test_there_is_nothing_to_look_at(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="there is no database"):
        opened(tmp_path, readonly=True)


@pytest.mark.parametrize(
    ("prepare", "code"),
    [
        (lambda folder: folder.rmdir(), "no_folder"),
        (lambda folder: (folder / "hitl.db").mkdir(), "not_a_file"),
        (lambda folder: (folder / "hitl.db").write_bytes(b"no database" * 500), "not_a_database"),
    ],
)
def test_a_place_that_cannot_be_is_named(
    tmp_path: Path, prepare: Callable[[Path], object], code: str
) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    prepare(folder)
    with pytest.raises((ConfigError, StoreError)) as refused:
        opened(folder)
    assert refused.value.code == code


def test_a_file_that_cannot_be_written_is_refused() -> None:
    """As somebody who may only read: root may write everywhere, so this is another process."""
    program = (
        "import os, sys\n"
        "from pathlib import Path\n"
        "from hitl_chat.errors import ConfigError\n"
        "from hitl_chat.store import place\n"
        "os.getuid() or os.setuid(65534)\n"
        "try: place.check(Path(sys.argv[1]), '')\n"
        "except ConfigError as error: print(error.code)\n"
    )
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "hitl.db"
        file.touch(mode=0o444)
        Path(folder).chmod(0o555)
        run = partial(subprocess.run, capture_output=True, text=True, check=True)
        assert run([sys.executable, "-c", program, str(file)]).stdout == "read_only\n"
        Path(folder).chmod(0o755)


@pytest.mark.parametrize(
    ("folder", "kind"),
    [("/data/chat", "nfs4"), ("/data", "nfs4"), ("/home/a b", "ext4"), ("/", "ext4"), ("/mnt", "")],
)
def test_the_file_system_is_known(folder: str, kind: str) -> None:
    mounts = "/dev/a / ext4 rw 0 0\nhost:/x /data nfs4 rw 0 0\n/dev/b /home/a\\040b ext4 rw 0 0\n"
    known = mounts if kind else "broken line\n"
    assert place.filesystem(Path(folder), known) == kind


@pytest.mark.parametrize("kind", ["nfs", "nfs4", "cifs", "fuse.sshfs"])
def test_a_network_disk_is_refused(tmp_path: Path, kind: str) -> None:
    with pytest.raises(ConfigError, match=f"network file system \\({kind}\\)"):
        place.check(tmp_path / "hitl.db", f"host:/x {tmp_path} {kind} rw 0 0\n")


def test_an_old_sqlite_is_refused() -> None:
    check_version((3, 35, 0))
    with pytest.raises(ConfigError, match=r"SQLite 3\.34\.1, at least 3\.35\.0"):
        check_version((3, 34, 1))


# --- keys -------------------------------------------------------------------------------------


async def test_an_old_database_without_its_keys_is_refused(tmp_path: Path) -> None:
    key_file = beside(await made(tmp_path))
    kept = key_file.read_bytes()
    key_file.unlink()
    with pytest.raises(ConfigError, match="restore"):
        opened(tmp_path)
    assert not key_file.exists()
    for broken in (b"", b"{}", kept.replace(b'"key":"', b'"key":"zz'), kept[:-20]):
        key_file.write_bytes(broken)
        key_file.chmod(0o600)
        with pytest.raises(ConfigError, match="damaged"):
            opened(tmp_path)
    key_file.write_bytes(kept)
    key_file.chmod(0o644)
    with pytest.raises(ConfigError, match="chmod 600"):
        opened(tmp_path)


async def test_keys_may_lie_elsewhere_and_change(tmp_path: Path) -> None:
    """The last one signs, the others still verify what they signed."""
    elsewhere = tmp_path / "secret"
    for number in (2, 3):
        database = opened(tmp_path, key_file=elsewhere)
        await database.write(append)
        await database.close()
        kept = json.loads(elsewhere.read_text())
        kept["keys"].append({"id": f"k{number}", "key": f"{number}" * 64})
        elsewhere.write_text(json.dumps(kept))
    database = opened(tmp_path, key_file=elsewhere)
    await database.write(append)
    report = await verify(database)
    assert (report.good, report.events) == (True, 3)
    assert database.secrets.keyring.current == "k3"
    await database.close()
    assert not beside(tmp_path / "hitl.db").exists()


# --- damage -----------------------------------------------------------------------------------


async def unclean(folder: Path, events_: int = 3) -> Path:
    """A copy of a database as kill -9 leaves it: the log is not folded in."""
    source, target = folder / "a", folder / "b"
    source.mkdir()
    database = opened(source)
    for _ in range(events_):
        await database.write(append)
    await database.checkpoint()
    shutil.copytree(source, target)
    (target / "hitl.db-shm").unlink()
    await database.close()
    return target


async def test_a_log_cut_anywhere_loses_its_end_and_says_so(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Cut at every page: what opens is an older state, never a broken one, and it is noticed."""
    whole = await unclean(tmp_path)
    log = (whole / "hitl.db-wal").read_bytes()
    page = 4096 + 24
    found = []
    for size in range(32, len(log) + 1, page):
        folder = tmp_path / f"cut-{size}"
        shutil.copytree(whole, folder)
        (folder / "hitl.db-wal").write_bytes(log[:size])
        caplog.clear()
        try:
            database = opened(folder)
        except (StoreError, ConfigError) as refused:
            assert refused.message  # noqa: PT017 - either way is right
            continue
        report = await verify(database)
        assert report.good, report.problems
        seen = await database.read(lambda conn: events.feed(conn, ACME, 0))
        assert [each.seq for each in seen] == list(range(1, len(seen) + 1))
        went_back = "the record ends at" in caplog.text
        assert went_back is (len(seen) < 3)
        found.append(len(seen))
        await database.close()
    assert found == sorted(found)
    assert found[-1] == 3


async def test_going_back_begins_a_new_feed(tmp_path: Path) -> None:
    whole = await unclean(tmp_path)
    before = opened(whole)
    epoch = await before.read(events.epoch)
    await before.close()
    (whole / "hitl.db").unlink()
    shutil.copy(tmp_path / "a" / "hitl.db", whole / "hitl.db")
    same = opened(whole)
    assert await same.read(events.epoch) == epoch
    for _ in range(2):
        await same.write(append)
    await same.close()
    shutil.copy(tmp_path / "a" / "hitl.db", whole / "hitl.db")
    restored = opened(whole)
    assert await restored.read(events.epoch) != epoch
    told = await restored.read(partial(events.read, tenant="", stream=events.SYSTEM))
    assert [(each.type, each.body) for each in told] == [
        ("store.went_back", {"expected": 5, "found": 3})
    ]
    await restored.close()


async def test_a_damaged_page_is_found_after_an_unclean_stop(tmp_path: Path) -> None:
    file = await made(tmp_path)
    content = bytearray(file.read_bytes())
    content[-3 * 4096 :] = b"\x55" * (3 * 4096)
    file.write_bytes(content)
    (tmp_path / "hitl.db.lock").write_text('{"pid": 1, "event": 0}')
    with pytest.raises(StoreError, match="damaged"):
        opened(tmp_path)


async def test_a_large_file_is_checked_while_it_serves(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = await made(tmp_path)
    content = bytearray(file.read_bytes())
    content[-3 * 4096 :] = b"\x55" * (3 * 4096)
    file.write_bytes(content)
    (tmp_path / "hitl.db.lock").write_text('{"pid": 1, "event": 0}')
    try:
        database = opened(tmp_path, large=1)
    except StoreError as refused:
        assert refused.code == "store_damaged"  # noqa: PT017 - it may be met while opening
        return
    while not database.trouble:
        await database.read(lambda conn: None)
    with pytest.raises(StoreError, match="restore a backup"):
        await database.write(append)
    assert "damaged" in caplog.text
    await database.close()


async def test_a_clean_stop_leaves_one_file_and_no_check(tmp_path: Path) -> None:
    file = await made(tmp_path)
    assert not file.with_name("hitl.db-wal").exists()
    assert place.Lock(file).take() == place.Before(clean=True, event=1)


async def test_a_torn_lock_file_counts_as_unclean(tmp_path: Path) -> None:
    file = await made(tmp_path)
    for torn in ('{"pid": 1', "[]", "\x00" * 80):
        (tmp_path / "hitl.db.lock").write_text(torn)
        lock = place.Lock(file)
        assert lock.take() == place.Before(clean=False, event=0)
        lock.give_back(1)


async def test_another_programs_lock_is_waited_for_and_then_named(tmp_path: Path) -> None:
    database = opened(tmp_path, busy=0.02)
    other = sqlite3.connect(tmp_path / "hitl.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Unavailable, match="another program keeps the database locked"):
        await database.write(append)
    other.close()
    await database.write(append)
    await database.close()


COUNTING = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"


async def test_a_read_that_never_ends_is_stopped(tmp_path: Path) -> None:
    database = SqliteDatabase(tmp_path / "hitl.db", SystemClock(), read_limit=0.05)
    with pytest.raises(StoreError, match="read in pages"):
        await database.read(lambda conn: conn.exec_driver_sql(COUNTING).scalar())
    assert await database.read(events.position) == 0
    await database.close()


async def test_a_read_that_others_keep_from_the_processor_is_not_stopped(tmp_path: Path) -> None:
    """Its own work counts, not how long it had to stand still on a busy machine."""

    def starved(conn: Connection) -> int:
        threading.Event().wait(0.1)
        few = COUNTING.replace("FROM n)", "FROM n LIMIT 10000)")
        return int(conn.exec_driver_sql(few).scalar_one())

    database = SqliteDatabase(tmp_path / "hitl.db", SystemClock(), read_limit=0.05)
    assert await database.read(starved) == 10_000
    await database.close()
