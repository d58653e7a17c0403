"""Failpoints: nothing without the switch, exactly what it says with it, every place covered."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from hitl_chat import failpoints

ROOT = Path(__file__).parent.parent
HIT = re.compile(r'failpoints\.hit\("(\w+)"\)')


@pytest.fixture(autouse=True)
def disarmed() -> Iterator[None]:
    yield
    failpoints.arm("")


def test_nothing_happens_when_none_is_armed() -> None:
    for name in failpoints.NAMES:
        failpoints.hit(name)
    assert failpoints.armed() == ()


def test_an_armed_place_raises_each_time_or_once() -> None:
    failpoints.arm("before_commit:raise, after_commit@2:raise")
    assert failpoints.armed() == ("before_commit", "after_commit")
    for _ in range(2):
        with pytest.raises(failpoints.Failpoint, match="before_commit"):
            failpoints.hit("before_commit")
    failpoints.hit("after_commit")
    with pytest.raises(failpoints.Failpoint):
        failpoints.hit("after_commit")
    failpoints.hit("after_commit")
    failpoints.hit("before_records")


def test_a_delay_ends() -> None:
    failpoints.arm("before_commit:delay=0.001")
    failpoints.hit("before_commit")


def test_the_environment_arms_and_kills() -> None:
    program = "from hitl_chat import failpoints\nfailpoints.hit('before_commit')\nprint('alive')"
    for armed, code in (("before_commit:kill", -signal.SIGKILL), ("", 0)):
        done = subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, failpoints.SWITCH: armed},
            capture_output=True,
            check=False,
        )
        assert done.returncode == code


@pytest.mark.parametrize(
    ("spec", "complaint"),
    [
        ("nowhere:kill", "no failpoint is called 'nowhere'; there are before_hold_commit"),
        ("before_commit:explode", "can kill, raise or delay=SECONDS, not 'explode'"),
        ("before_commit", "can kill, raise or delay=SECONDS, not ''"),
    ],
)
def test_a_misspelt_switch_is_refused(spec: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=re.escape(complaint)):
        failpoints.arm(spec)


def test_every_place_exists_and_some_test_kills_there() -> None:
    places = {
        name for file in (ROOT / "src").rglob("*.py") for name in HIT.findall(file.read_text())
    }
    assert places == set(failpoints.NAMES)
    tests = [
        file.read_text()
        for folder in ("store", "runner", "server", "faults", "webhooks")
        for file in (ROOT / "tests" / folder).rglob("test_*.py")
    ]
    assert [name for name in places if not any(name in text for text in tests)] == []
