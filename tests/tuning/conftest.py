"""A place of one's own, far from anybody's settings."""

import os
from pathlib import Path

import pytest

from tests.tuning.place import Place


@pytest.fixture
def place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Place:
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("HITL_CHAT_")]:
        monkeypatch.delenv(name)
    return Place(tmp_path, capsys)
