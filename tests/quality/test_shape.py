"""The shape of the code: small files with a purpose, a name and nothing left behind."""

import ast
import re
from pathlib import Path

from tests.quality.project import ROOT, files

MOST_LINES = 300
MOST_LINES_TOLD = 8
VAGUE = {"utils", "util", "helpers", "helper", "common", "misc"}
LEFT_BEHIND = re.compile(r"\b(TODO|FIXME|XXX|NotImplementedError)\b")

SOURCES = files("src", "*.py")
TESTS = files("tests", "*.py")
WEB = [path for path in files("web/src", "*.ts", "*.tsx") if not path.name.endswith(".gen.ts")]


def named(paths: list[Path]) -> list[str]:
    return [str(path.relative_to(ROOT)) for path in paths]


def test_files_are_short() -> None:
    lengths = {
        str(path.relative_to(ROOT)): len(path.read_text("utf-8").splitlines())
        for path in SOURCES + WEB
    }
    assert {name: lines for name, lines in lengths.items() if lines >= MOST_LINES} == {}


def test_file_names_say_what_is_inside() -> None:
    assert named([path for path in SOURCES + TESTS + WEB if path.stem in VAGUE]) == []


def test_nothing_is_left_behind() -> None:
    assert named([path for path in SOURCES + WEB if LEFT_BEHIND.search(path.read_text())]) == []


def test_every_module_says_briefly_what_it_owns() -> None:
    docstrings = {
        path: ast.get_docstring(ast.parse(text)) for path in SOURCES if (text := path.read_text())
    }
    assert named([path for path, text in docstrings.items() if not text]) == []
    long = [
        path for path, text in docstrings.items() if text and text.count("\n") >= MOST_LINES_TOLD
    ]
    # errors.py draws its whole tree at the top.
    assert named([path for path in long if path.name != "errors.py"]) == []


def test_tests_wait_for_an_event_never_for_a_second() -> None:
    assert {
        str(path.relative_to(ROOT)): lines for path in TESTS if (lines := long_sleeps(path))
    } == {}


def long_sleeps(path: Path) -> list[int]:
    calls = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
    return [call.lineno for call in calls if is_long_sleep(call)]


def is_long_sleep(call: ast.Call) -> bool:
    match call:
        case ast.Call(
            func=ast.Attribute(attr="sleep"), args=[ast.Constant(value=int() | float() as seconds)]
        ):
            return seconds >= 1
        case _:
            return False
