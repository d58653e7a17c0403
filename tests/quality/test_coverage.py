"""Every line and branch of the pure core is there because a test of tests/core asks for it."""

import os
from pathlib import Path

import pytest

from tests.quality.project import run


@pytest.mark.slow
def test_no_branch_of_the_core_is_without_a_test(tmp_path: Path) -> None:
    """Without the slow property test: what only a lucky random walk reaches is not covered."""
    done = run(
        *("pytest", "tests/core", "-q", "-n0", "-p", "no:cacheprovider", "-m", "not slow"),
        *("--cov=hitl_chat.core", "--cov-branch", "--cov-fail-under=100"),
        "--cov-report=term-missing:skip-covered",
        env=os.environ | {"COVERAGE_FILE": str(tmp_path / "coverage")},
    )
    assert done.returncode == 0, done.stdout
