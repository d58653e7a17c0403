"""The settings file: where it is looked for, where its paths lead, what is said about mistakes."""

from pathlib import Path

import pytest

from hitl_chat.cli.config import load
from hitl_chat.errors import ConfigError
from hitl_chat.settings import Settings

MODEL = "models:\n  m:\n    kind: scripted\n"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def refused(text: str) -> str:
    Path("bad.yaml").write_text(text)
    with pytest.raises(ConfigError) as problem:
        load("bad.yaml", {})
    return problem.value.message


def test_without_a_file_everything_is_default() -> None:
    assert load(None, {}) == Settings()


def test_the_file_that_lies_here_is_read() -> None:
    Path("hitl-chat.yaml").write_text("listen:\n  port: 9\n")
    assert load(None, {}).listen.port == 9


def test_a_named_file_wins_over_the_environment_s_over_the_one_here() -> None:
    for port, name in enumerate(("hitl-chat.yaml", "environment.yaml", "named.yaml"), 1):
        Path(name).write_text(f"listen:\n  port: {port}\n")
    environ = {"HITL_CHAT_CONFIG": "environment.yaml"}
    assert load("named.yaml", environ).listen.port == 3
    assert load(None, environ).listen.port == 2
    assert load(None, {}).listen.port == 1


def test_paths_count_from_the_file_or_from_here(here: Path) -> None:
    (here / "etc").mkdir()
    (here / "etc/h.yaml").write_text("rules: rules.yaml\nkey_file: /keys/k\n")
    settings = load("etc/h.yaml", {"HITL_CHAT_DATA": "data"})
    assert (settings.rules, settings.key_file, settings.data) == (
        "etc/rules.yaml",
        "/keys/k",
        "data",
    )


def test_a_path_may_begin_at_home(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/ana")
    (here / "h.yaml").write_text("data: ~/hitl\nrules: a~b.yaml\n")
    settings = load("h.yaml", {})
    assert (settings.data, settings.rules) == ("/home/ana/hitl", "a~b.yaml")


def test_the_default_data_folder_lies_beside_the_file(here: Path) -> None:
    (here / "etc").mkdir()
    (here / "etc/h.yaml").write_text(MODEL)
    assert load("etc/h.yaml", {}).data == "etc/hitl-chat-data"


@pytest.mark.parametrize("name", ["nowhere.yaml", "."])
def test_a_file_that_cannot_be_read_is_named(name: str) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        load(name, {})


def test_bytes_that_are_no_text_are_refused(here: Path) -> None:
    (here / "b.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigError, match="not UTF-8"):
        load("b.yaml", {})


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("listen:\n  prot: 1\n", "bad.yaml:2:3: unknown setting 'prot', did you mean 'port'?"),
        (MODEL.replace("scripted", "scriptd"), "bad.yaml:3:5: 'kind' cannot be 'scriptd'"),
        (
            "models:\n  m:\n    base_url: x\n    kind: litellm\n",
            "bad.yaml:3:5: 'base_url' cannot be",
        ),
        ("models:\n  m:\n    key_env: K\n", "bad.yaml:2:3: 'm' needs 'kind'"),
        ("- a\n", "bad.yaml:1:1: the file is a map"),
    ],
)
def test_a_mistake_is_shown_where_it_stands(text: str, words: str) -> None:
    assert words in refused(text)


@pytest.mark.parametrize(
    "text",
    [
        "a: &x 1\nb: *x\n",
        "listen:\n  port: 1\n  port: 2\n",
        "log: {<<: {text: true}}\n",
        "data: !!python/object/apply:os.system ['true']\n",
        "data: " + "[" * 3000 + "]" * 3000 + "\n",
        "listen:\n\tport: 1\n",
        "data: x\n---\ndata: y\n",
        "log:\n  text: NO\n",
        "listen:\n  port: 010\n",
        "waits:\n  deadline: 12:30\n",
        "data: \x07\n",
    ],
    ids=lambda text: repr(text[:30]),
)
def test_what_yaml_makes_dangerous_or_surprising_is_refused(text: str) -> None:
    assert refused(text).startswith("bad.yaml:")
