"""Checks of other packages: found, used, and left out with a reason where they are none."""

import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from hitl_chat.checks import plugins
from hitl_chat.checks.registry import Known, Registry, known
from hitl_chat.rules.compile import compile_ruleset

EXAMPLE = Path(__file__).parents[2] / "examples" / "check_plugin"


POINT = EntryPoint("shouting", "shouting:CHECK", plugins.GROUP)


@pytest.fixture
def shouting(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.syspath_prepend(str(EXAMPLE / "src"))
    yield
    sys.modules.pop("shouting", None)


def point(name: str, value: str) -> EntryPoint:
    return EntryPoint(name, value, plugins.GROUP)


@pytest.mark.usefixtures("shouting")
def test_the_example_is_a_check_and_its_rules_are_rules() -> None:
    loaded: tuple[list[Known], list[plugins.Found]] = plugins.load(known, (), [POINT])
    checks, found = loaded
    assert found == [plugins.Found("shouting", "shouting:CHECK")]
    text = (EXAMPLE / "rules.yaml").read_text()
    made = compile_ruleset(text, file="rules.yaml", checks=Registry(checks))
    assert made.rules == ("no-shouting",)


@pytest.mark.parametrize(
    ("name", "value", "taken", "problem"),
    [
        ("shouting", "no_such_module_at_all:CHECK", (), "cannot be loaded: ModuleNotFoundError"),
        ("shouting", "shouting:NOTHING", (), "cannot be loaded: AttributeError"),
        ("shouting", "shouting:NAME", (), "no Synchronous or Asynchronous"),
        ("loud", "shouting:CHECK", (), "its name is 'shouting'"),
        ("shouting", "shouting:CHECK", ("shouting",), "a check of that name already"),
    ],
)
@pytest.mark.usefixtures("shouting")
def test_what_is_no_check_is_left_out_with_the_reason(
    name: str, value: str, taken: tuple[str, ...], problem: str, caplog: pytest.LogCaptureFixture
) -> None:
    checks, (found,) = plugins.load(known, taken, [point(name, value)])
    assert checks == []
    assert problem in found.problem
    assert problem in caplog.text


@pytest.mark.usefixtures("shouting")
def test_two_of_one_name_are_one() -> None:
    points = [point("shouting", "shouting:CHECK"), point("shouting", "shouting:CHECK ")]
    checks, found = plugins.load(known, (), points)
    assert len(checks) == 1
    assert sum(bool(one.problem) for one in found) == 1


def test_the_example_s_own_tests_pass() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-n0", "-pno:cacheprovider", f"{EXAMPLE}/tests"],
        env={"PYTHONPATH": str(EXAMPLE / "src"), "PATH": ""},
        cwd=EXAMPLE.parents[1],
        capture_output=True,
        text=True,
        timeout=15,
        check=False,
    )
    assert done.returncode == 0, done.stdout
