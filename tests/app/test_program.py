"""A program's parts: made where they may be, ended whatever fails, the record last."""

import stat
from pathlib import Path

import pytest

from hitl_chat.app import Program
from hitl_chat.app.parts import DATABASE, data_folder
from hitl_chat.errors import ConfigError
from hitl_chat.models.scripted import Scripted
from hitl_chat.settings import Settings
from hitl_chat.store.sqlite import SqliteDatabase
from tests.world_rules import USUAL


class Stubborn(Scripted):
    async def close(self) -> None:
        message = "its library fell over"
        raise RuntimeError(message)


async def test_what_fails_to_end_keeps_the_record_from_nothing(tmp_path: Path) -> None:
    (tmp_path / "rules.yaml").write_text(USUAL)
    settings = Settings(data=str(tmp_path / "data"), rules=str(tmp_path / "rules.yaml"))
    program = Program(settings, environ={}, models={"m": Stubborn()})
    with pytest.raises(RuntimeError, match="fell over"):
        async with program.lifespan():
            pass
    # Nobody holds the file any more.
    await SqliteDatabase(tmp_path / "data" / DATABASE, program.clock).close()


def test_the_data_folder_is_for_nobody_else_s_eyes(tmp_path: Path) -> None:
    made = data_folder(Settings(data=str(tmp_path / "new" / "data")))
    assert stat.S_IMODE(made.stat().st_mode) == 0o700


def test_a_data_folder_that_cannot_be_made_names_the_setting(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")
    with pytest.raises(ConfigError, match=r"cannot be made .*: set 'data'"):
        data_folder(Settings(data=str(tmp_path / "data")))
