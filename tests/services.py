"""What a test may need from the machine, and what happens where it is missing.

On a laptop a missing service skips the test and says how to get it. With CI=true every skip is a
failure, except for an extra that CI leaves out on purpose (its reason begins with OPTIONAL).
"""

import os
import shutil
from typing import TypeVar

import pytest

MISSING = "missing service: "
OPTIONAL = "optional extra: "

Found = TypeVar("Found")


def need(found: Found | None, service: str, fix: str) -> Found:
    """What was found, or a skip that names the fix: `need(shutil.which("deno"), ...)`."""
    if found is None:
        pytest.skip(f"{MISSING}{service}; {fix}")
    return found


def chromium() -> str:
    """The browser, without windows where that one is installed: half the work for each page."""
    found = shutil.which("chromium-headless-shell") or shutil.which("chromium")
    return need(found, "chromium", "apt-get install chromium-headless-shell")


class NoSkips:
    """A pytest plugin: the run fails when anything was skipped that CI has to run."""

    def __init__(self) -> None:
        self.refused: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._look_at(report)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        self._look_at(report)

    def _look_at(self, report: pytest.TestReport | pytest.CollectReport) -> None:
        if not report.skipped or hasattr(report, "wasxfail"):
            return
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        reason = reason.removeprefix("Skipped: ")
        if not reason.startswith(OPTIONAL):
            self.refused.append(f"{report.nodeid}: {reason}")

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if self.refused and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if self.refused:
            terminalreporter.section("skipped, which CI does not allow", red=True, bold=True)
            for line in self.refused:
                terminalreporter.line(line)


def pytest_configure(config: pytest.Config) -> None:
    if os.environ.get("CI") == "true":
        config.pluginmanager.register(NoSkips(), "no-skips")
