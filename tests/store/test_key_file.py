"""The key file where the disk is full: there is none, rather than half of one."""

import resource
from pathlib import Path

import pytest

from hitl_chat.errors import ConfigError
from hitl_chat.store import keys


def test_half_a_key_file_does_not_stay(tmp_path: Path) -> None:
    file = tmp_path / "hitl.key"
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, hard))
    try:
        with pytest.raises(ConfigError, match="is the disk full"):
            keys.create(file)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert not file.exists()
    keys.create(file)
    keys.load(file)
