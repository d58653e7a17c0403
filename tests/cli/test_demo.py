"""`hitl-chat demo` where it cannot be played: one line that names what was typed, and the fix."""

from pathlib import Path

import pytest

from hitl_chat.cli import main


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--port", "70000"), "70000 is no port: name one from 1 to 65535"),
        (("--port", "0"), "0 is no port"),
        (("--keep", "a-file"), "'a-file' cannot be written to (File exists): name another"),
        (("--model", "shop"), "'base_url' cannot be 'shop': write an address such as http"),
    ],
)
def test_what_cannot_be_played_is_told_in_one_line(
    words: tuple[str, ...],
    told: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a-file").write_text("")
    assert main(["demo", "--tour", *words]) == 2
    assert told in capsys.readouterr().err
