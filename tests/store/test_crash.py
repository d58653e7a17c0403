"""kill -9 at every failpoint of the store: what was answered is there, and the record verifies."""

import os
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from hitl_chat import failpoints
from hitl_chat.oversight.audit import verify
from hitl_chat.store import holds, messages
from hitl_chat.store.sqlite import SqliteDatabase
from tests.store.world import ACME, opened

PLACES = [
    *("before_hold_commit", "before_decision_commit", "before_commit", "after_commit"),
    *("before_records", "in_checkpoint", "in_retention"),
]


def killed(folder: Path, armed: str, start: int = 0) -> list[tuple[str, str]]:
    """Let a server live in this folder until the failpoint kills it; what it had been promised."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.store.crash", str(folder), str(start)],
        env={**os.environ, failpoints.SWITCH: armed},
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL, f"it was not killed at {armed!r}"
    lines = [line.split() for line in done.stdout.splitlines(keepends=True) if line[-1] == "\n"]
    return [(what, ident) for what, ident in lines]


async def kept(database: SqliteDatabase, what: str, ident: str) -> bool:
    if what == "said":
        conv = ident.replace("msg", "conv")
        said = await database.read(partial(messages.transcript, tenant=ACME, conv=conv))
        return ident in [each.id for each in said]
    found = await database.read(partial(holds.get, tenant=ACME, ident=ident))
    return found is not None and (what == "opened" or found.decision is not None)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("nth", [1, 3])
async def test_a_killed_server_keeps_its_promises(tmp_path: Path, place: str, nth: int) -> None:
    promised = killed(tmp_path, f"{place}@{nth}:kill")
    database = opened(tmp_path)
    try:
        lost = [each for each in promised if not await kept(database, *each)]
        assert lost == []
        report = await verify(database)
        assert report.good, report.problems
        assert report.decisions >= sum(what == "decided" for what, _ in promised)
    finally:
        await database.close()


async def test_it_goes_on_where_it_was_killed(tmp_path: Path) -> None:
    """Several lives in one folder, each killed elsewhere."""
    promised: list[tuple[str, str]] = []
    for life, armed in enumerate(("after_commit@5", "before_decision_commit@6", "in_checkpoint@4")):
        promised += killed(tmp_path, f"{armed}:kill", start=100 * life)
    database = opened(tmp_path)
    try:
        assert [each for each in promised if not await kept(database, *each)] == []
        assert len(set(promised)) == len(promised) > 20
        assert (await verify(database)).good
    finally:
        await database.close()
