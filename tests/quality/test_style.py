"""Formatting, lint, types and import layers are tests: `.venv/bin/pytest` is the one check."""

import pytest

from tests.quality.project import run


@pytest.mark.parametrize(
    "command",
    [
        ("ruff", "format", "--check", "--quiet", "--diff"),
        ("ruff", "check", "--quiet"),
        ("lint-imports", "--no-logo"),
        pytest.param(("mypy", "--no-error-summary"), marks=pytest.mark.slow),
    ],
    ids=lambda command: command[0] + "-" + command[1].strip("-"),
)
def test_passes(command: tuple[str, ...]) -> None:
    done = run(*command)
    assert done.returncode == 0, done.stdout
