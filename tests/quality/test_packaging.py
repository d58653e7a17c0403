"""What an install puts on a machine: prompts, the console unless it is skipped, one command."""

import os
import shutil
import tomllib
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from hatch_build import DENO
from hitl_chat import assets
from hitl_chat.errors import ConfigError
from tests.quality.project import ROOT, run

PARTS = [
    "src",
    "web",
    "prompts",
    "examples",
    "pyproject.toml",
    "hatch_build.py",
    "README.md",
    "LICENSE",
]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of what a wheel is made from."""
    ignored = shutil.ignore_patterns("dist", "__pycache__")
    for part in PARTS:
        if (ROOT / part).is_dir():
            shutil.copytree(ROOT / part, tmp_path / part, ignore=ignored)
        else:
            shutil.copy(ROOT / part, tmp_path)
    return tmp_path


def build(checkout: Path, console: str = "build", **more: str) -> tuple[int, str]:
    env = os.environ | {"HITL_CHAT_CONSOLE": console} | more
    done = run("hatchling", "build", "--target", "wheel", cwd=checkout, env=env)
    return done.returncode, done.stdout


def contents(checkout: Path) -> list[str]:
    (wheel,) = (checkout / "dist").glob("*.whl")
    return zipfile.ZipFile(wheel).namelist()


@pytest.mark.slow
def test_a_wheel_holds_the_console_and_the_prompts(checkout: Path) -> None:
    status, output = build(checkout)
    assert status == 0, output
    assert {
        "hitl_chat/cli/__init__.py",
        "hitl_chat/py.typed",
        "hitl_chat/prompts/README.md",
        "hitl_chat/examples/rules/retail.yaml",
        "hitl_chat/console/index.html",
        "hitl_chat/console/console/main.js",
        "hitl_chat/console/shop/main.js",
    } <= set(contents(checkout))


@pytest.mark.slow
def test_a_headless_wheel_needs_nothing_of_the_web(checkout: Path) -> None:
    shutil.rmtree(checkout / "web")
    status, output = build(checkout, console="skip")
    assert status == 0, output
    names = contents(checkout)
    assert "hitl_chat/prompts/README.md" in names
    assert not [name for name in names if name.startswith("hitl_chat/console/")]


@pytest.mark.parametrize(("console", "asked_for"), [("build", {"deno"}), ("skip", set())])
def test_only_the_console_asks_for_deno(console: str, asked_for: set[str]) -> None:
    code = "import hatchling.build as build; print(*build.get_requires_for_build_wheel())"
    env = os.environ | {"HITL_CHAT_CONSOLE": console}
    done = run("python", "-c", code, env=env)
    assert {Requirement(text).name for text in done.stdout.split()} == asked_for


def test_contributors_and_installs_use_the_same_deno() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert DENO in project["optional-dependencies"]["dev"]


@pytest.mark.slow
def test_a_failed_console_build_says_why_and_names_the_switch_in_one_line(checkout: Path) -> None:
    (checkout / "web/src/console/main.tsx").write_text("import './nowhere.ts';\n")
    status, output = build(checkout)
    assert status != 0
    (line,) = [line for line in output.splitlines() if line.startswith("console:")]
    assert "nowhere.ts" in line
    assert "HITL_CHAT_CONSOLE=skip" in line


@pytest.mark.slow
def test_an_install_without_network_says_so(checkout: Path, tmp_path: Path) -> None:
    offline = {"DENO_DIR": str(tmp_path / "empty"), "NPM_CONFIG_REGISTRY": "http://127.0.0.1:9"}
    status, output = build(checkout, **offline)
    assert status != 0
    assert "Connection refused" in output


def test_an_install_without_the_web_sources_says_so(checkout: Path) -> None:
    shutil.rmtree(checkout / "web")
    status, output = build(checkout)
    assert status != 0
    assert "No such file or directory" in output
    assert "HITL_CHAT_CONSOLE=skip" in output


def test_the_switch_refuses_what_it_does_not_know(checkout: Path) -> None:
    status, output = build(checkout, console="no")
    assert status != 0
    assert "HITL_CHAT_CONSOLE is 'no'; set it to 'skip' or 'build'" in output


def test_a_checkout_uses_its_own_prompts() -> None:
    assert assets.prompts() == ROOT / "prompts"


def test_a_wheel_uses_what_it_packed(tmp_path: Path) -> None:
    package = tmp_path / "site-packages" / "hitl_chat"
    (package / "prompts").mkdir(parents=True)
    (package / "console").mkdir()
    (package / "console" / "index.html").touch()
    assert assets.prompts(package) == package / "prompts"
    assert assets.console(package) == package / "console"


def test_a_missing_console_says_how_to_build_it(tmp_path: Path) -> None:
    with pytest.raises(
        ConfigError, match=r"reinstall with HITL_CHAT_CONSOLE unset.*deno task build"
    ):
        assets.console(tmp_path / "src" / "hitl_chat")


def test_missing_prompts_say_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"no prompts at .*reinstall"):
        assets.prompts(tmp_path / "src" / "hitl_chat")


def test_the_command_answers() -> None:
    done = run("hitl-chat", "--version")
    assert (done.returncode, done.stdout.split()[0]) == (0, "hitl-chat")
