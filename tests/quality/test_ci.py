"""The commands of the README, and CI that cannot pass by leaving something out."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import SLOW_SECONDS
from tests.quality.project import ROOT
from tests.services import OPTIONAL

INSTALL = "python3 -m venv .venv && .venv/bin/pip install -c constraints.txt -e "


@pytest.mark.parametrize(
    "command",
    [
        INSTALL + "'.[demo]' && .venv/bin/hitl-chat demo",
        INSTALL + "'.[dev]' && .venv/bin/pytest",
        "HITL_CHAT_CONSOLE=skip pip install .",
    ],
)
def test_the_readme_gives_the_command(command: str) -> None:
    assert command in (ROOT / "README.md").read_text().splitlines()


def test_ci_stops_at_the_first_failure_and_ends_with_the_readme_s_test_command() -> None:
    script = ROOT / ".ci" / "run"
    lines = script.read_text().splitlines()
    assert os.access(script, os.X_OK)
    assert "set -euo pipefail" in lines
    assert "export CI=true" in lines
    assert lines[-1] == ".venv/bin/pytest"


def outcome(folder: Path, test: str, ci: str) -> tuple[int, str]:
    """Run one test file the way CI (or a laptop) would."""
    file = folder / "test_it.py"
    file.write_text("import pytest\nfrom tests.services import need\n" + test)
    command = [sys.executable, "-m", "pytest", "-p", "tests.services", "-p", "no:cacheprovider"]
    done = subprocess.run(
        [*command, "-c", os.devnull, "--rootdir", str(folder), str(file)],
        cwd=folder,
        env=os.environ | {"CI": ci, "PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout


NEEDS = "def test_it():\n    need(None, 'chromium', 'apt-get install chromium')\n"


def test_a_missing_service_skips_on_a_laptop_and_says_how_to_get_it(tmp_path: Path) -> None:
    status, output = outcome(tmp_path, NEEDS, ci="")
    assert (status, "1 skipped" in output) == (0, True)


def test_a_missing_service_fails_ci_and_is_named(tmp_path: Path) -> None:
    status, output = outcome(tmp_path, NEEDS, ci="true")
    assert status == pytest.ExitCode.TESTS_FAILED
    assert "test_it.py::test_it: missing service: chromium; apt-get install chromium" in output


@pytest.mark.parametrize(
    "test",
    [
        "@pytest.mark.skip(reason='later')\ndef test_it(): pass\n",
        "pytest.importorskip('no_such_module')\ndef test_it(): pass\n",
        "@pytest.fixture\ndef one():\n    pytest.skip('no')\ndef test_it(one): pass\n",
    ],
    ids=["marker", "module", "fixture"],
)
def test_no_other_way_of_skipping_passes_ci(tmp_path: Path, test: str) -> None:
    status, _ = outcome(tmp_path, test + "def test_other(): pass\n", ci="true")
    assert status != pytest.ExitCode.OK


def test_ci_may_leave_out_an_optional_extra(tmp_path: Path) -> None:
    test = f"def test_it():\n    pytest.skip({OPTIONAL + 'embeddings'!r})\n"
    status, _ = outcome(tmp_path, test, ci="true")
    assert status == pytest.ExitCode.OK


def test_a_run_without_tests_fails(tmp_path: Path) -> None:
    status, _ = outcome(tmp_path, "", ci="true")
    assert status == pytest.ExitCode.NO_TESTS_COLLECTED


def test_what_is_there_is_handed_to_the_test(tmp_path: Path) -> None:
    status, _ = outcome(tmp_path, "def test_it():\n    assert need(3, 'x', 'y') == 3\n", ci="true")
    assert status == pytest.ExitCode.OK


@pytest.mark.slow
def test_a_slow_test_may_take_longer(request: pytest.FixtureRequest) -> None:
    marker = request.node.get_closest_marker("timeout")
    assert marker.args == (SLOW_SECONDS,)
