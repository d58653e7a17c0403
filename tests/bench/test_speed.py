"""``bench/speed.py`` as people run it, very small: every answer right, tables and JSON whole."""

import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from bench.baselines import APPS
from bench.report import Report
from bench.scenarios import SCENARIOS
from bench.targets import DIRECT, OURS

ROOT = Path(__file__).parents[2]


def speed(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "bench/speed.py", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.slow
def test_a_small_run_measures_every_baseline(tmp_path: Path) -> None:
    kept = tmp_path / "figures.json"
    small = ("--rounds", "1", "--pace", "0.05", "--scenarios", "ns16,burst")
    done = speed(*small, "--baselines", "all", "--json", str(kept))
    assert done.returncode == 0, done.stderr
    report = msgspec.json.decode(kept.read_bytes(), type=Report)
    assert set(report.runs) == {"ns16", "burst"}
    for by_label in report.runs.values():
        assert {DIRECT, *APPS} <= set(by_label)
        for runs in by_label.values():
            assert [(run.not_right, run.first_error) for run in runs] == [(0, "")]
            assert runs[0].requests > 0
    assert (OURS in report.starts) != (OURS in report.not_started)
    assert "| figure | direct | asgi_aiohttp | hitl-chat |" in done.stdout
    for row in report.goals:
        assert f"| {row.figure} |" in done.stdout
    assert speed("--show", str(kept)).stdout == done.stdout
    assert not list((ROOT / "build").glob("bench-*/model.log")), "it left its folder behind"


@pytest.mark.slow
def test_a_target_that_is_not_there_is_told_and_does_not_end_the_run(tmp_path: Path) -> None:
    small = ("--rounds", "1", "--pace", "0.01", "--scenarios", "ns1", "--baselines", "asgi_aiohttp")
    done = speed(
        *small, "--target", "nobody=http://127.0.0.1:9/v1", "--peer", f"litellm={tmp_path}"
    )
    assert done.returncode == 0, done.stderr
    assert "litellm did not start: not installed" in done.stdout
    assert "nobody: `" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "explanation"),
    [
        (("--scenarios", "fast"), f"unknown 'fast': known are {', '.join(SCENARIOS)}"),
        (("--baselines", "flask"), f"unknown 'flask': known are {', '.join(APPS)}"),
        (("--peer", "nobody"), "unknown 'nobody': known are litellm"),
        (("--target", "ours"), "'ours' is not a target: write label=http://host:port/v1"),
        (("--target", "a=http://h/v1;kex=1"), "target 'a' has an unknown option 'kex'"),
    ],
)
def test_a_wrong_word_is_explained(arguments: tuple[str, str], explanation: str) -> None:
    done = speed(*arguments)
    assert done.returncode == 2
    assert explanation in done.stderr
