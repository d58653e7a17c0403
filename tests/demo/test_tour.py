"""The tour is anyone's proof that the product does what it says; here it is a test."""

import asyncio
import os
import sys
from pathlib import Path

import pytest

from hitl_chat.demo.stage import SAFE, SCENES


async def tour(here: Path, *arguments: str) -> tuple[int, str]:
    command = ("-c", "from hitl_chat.cli import main; raise SystemExit(main())", "demo", "--tour")
    # Whoever sits behind a proxy plays it too: all of it is on this machine.
    nowhere = dict.fromkeys(("http_proxy", "HTTP_PROXY", "HTTPS_PROXY"), "http://127.0.0.1:9")
    environ = {name: value for name, value in os.environ.items() if name.lower() != "no_proxy"}
    playing = await asyncio.create_subprocess_exec(
        *(sys.executable, *command, *arguments),
        stdout=asyncio.subprocess.PIPE,
        env=environ | nowhere,
        cwd=here,
    )
    out, _ = await playing.communicate()
    return playing.returncode or 0, out.decode()


@pytest.mark.slow
async def test_every_hold_is_decided_and_nothing_undecided_reaches_a_client(tmp_path: Path) -> None:
    code, told = await tour(tmp_path, "--port", "18700", "--keep", "kept")
    assert code == 0, told
    last = told.strip().splitlines()[-1]
    number = len(SCENES)
    assert last == (
        f"{number}/{number} decided · 0 undecided bytes reached a client · chain verifies"
    )
    assert told.count(" passed ") == len(SAFE)
    assert number == 12
    # The checks are real: samples were drawn from the model, and a second one was the judge.
    assert "not-twice-the-same: 0 of 2 samples agree on 1 number" in told
    assert "wrong-moment: sensitive_moment: bad" in told
