"""hitl-chat models, and what doctor says of embeddings."""

import hashlib
import os
from pathlib import Path

import pytest

from hitl_chat.cli import main
from tests.models.embeddings.conftest import write_model

SETTINGS = """\
rules: rules.yaml
models:
  wick-1:
    kind: scripted
embeddings:
  model: some/mini
  path: mini
"""
RULES = "rules: [{name: words, when: {patterns: {literals: [refund]}}, then: hold}]"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("HITL_CHAT_")]:
        monkeypatch.delenv(name)
    Path("hitl-chat.yaml").write_text(SETTINGS)
    Path("rules.yaml").write_text(RULES)
    return tmp_path


def typed(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    capsys.readouterr()
    status = main(words)
    return status, *capsys.readouterr()


def test_it_lists_what_was_found_where_with_its_digest(
    capsys: pytest.CaptureFixture[str], here: Path
) -> None:
    write_model(here / "mini")
    status, out, _ = typed(capsys, "models")
    digest = hashlib.sha256(b"weights").hexdigest()
    assert status == 0
    assert "chat  wick-1  scripted\n" in out
    assert f"embeddings  some/mini  light fp32  sha256 {digest}  local path" in out


def test_without_a_model_it_says_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, remarks = typed(capsys, "models")
    assert status == 1
    assert "embeddings  some/mini  none\n" in out
    assert "embeddings.path must name a folder" in remarks


def test_another_model_is_looked_for_without_what_is_set_about_the_first(
    capsys: pytest.CaptureFixture[str], here: Path
) -> None:
    write_model(here / "mini")
    status, _, remarks = typed(capsys, "models", "--model", "some/other")
    assert status == 1
    assert "'some/other'" in remarks
    assert "hitl-chat models fetch" in remarks


def test_an_export_without_torch_says_what_to_install(
    capsys: pytest.CaptureFixture[str], here: Path
) -> None:
    write_model(here / "mini")
    status, _, remarks = typed(capsys, "models", "export", "--quantisation", "int8")
    assert status == 2
    assert "pip install 'hitl-chat[embeddings]'" in remarks


def told(capsys: pytest.CaptureFixture[str]) -> str:
    _, out, _ = typed(capsys, "doctor")
    (line,) = [line for line in out.splitlines() if " embeddings " in line]
    return line


def test_doctor_names_the_model_in_use(capsys: pytest.CaptureFixture[str], here: Path) -> None:
    write_model(here / "mini")
    assert "some/mini, light fp32, sha256 " in told(capsys)
    assert told(capsys).startswith("ok")


def test_doctor_says_that_there_is_none(capsys: pytest.CaptureFixture[str]) -> None:
    assert told(capsys).startswith("warn")
