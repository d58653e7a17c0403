"""kill -9 right after a commit of the desk: what is durable is found again, and nothing doubled."""

import os
import signal
import subprocess
import sys
from functools import partial
from math import inf
from pathlib import Path

import pytest

from hitl_chat import failpoints
from hitl_chat.oversight.audit import verify
from hitl_chat.store import holds
from hitl_chat.store.sqlite import SqliteDatabase
from tests.store.world import Clock

PROGRAM = """
import asyncio, sys
from pathlib import Path
from tests.runner.desk_world import ANA, world

async def live():
    async with world(Path(sys.argv[1])) as here:
        turn = await here.held()
        await here.decide(ANA, turn, "reject")

asyncio.run(live())
"""


def killed(folder: Path, place: str) -> bool:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(folder)],
        env={**os.environ, failpoints.SWITCH: f"{place}:kill"},
        check=False,
    )
    return done.returncode == -signal.SIGKILL


@pytest.mark.parametrize(
    ("place", "state", "delivery"),
    [
        ("after_hold_commit", "open", "none"),
        ("after_decision_commit", "decided", "delivering"),
        ("before_release", "decided", "delivering"),
    ],
)
async def test_what_the_desk_committed_outlives_it(
    tmp_path: Path, place: str, state: str, delivery: str
) -> None:
    assert killed(tmp_path, place)
    database = SqliteDatabase(tmp_path / "hitl.sqlite", Clock())
    try:
        waiting = await database.read(partial(holds.alive, tenant=None))
        undelivered = await database.read(partial(holds.owed, before=inf))
        (hold,) = waiting + undelivered
        assert (hold.state, hold.delivery) == (state, delivery)
        assert (await verify(database)).good
    finally:
        await database.close()
